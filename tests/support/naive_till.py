"""Gift cards that were bought with points: paid with, given to somebody else, blocked."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy import func, select
from support.naive_gift_cards import NaiveGiftCard
from support.naive_ledger import Gift
from support.naive_shops import FACE_MINOR, GRACE_DAYS, WHO, Cards, Twin

from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rewards.gift_cards import BlockReason
from walletpass.operations.enrolment.join import new_form_key
from walletpass.operations.gift_cards.block import block, unblock
from walletpass.operations.gift_cards.moving import Receipt, Request
from walletpass.operations.gift_cards.refund import refund
from walletpass.operations.gift_cards.spend import spend
from walletpass.operations.gift_cards.transfer import transfer
from walletpass.store import gift_cards

PICK = st.integers(0, 9)
has_gift_cards = precondition(lambda self: self.gift_cards)


class GiftCards(Cards):
    @has_gift_cards
    @rule(pick=PICK, money=st.integers(1, FACE_MINOR))
    def pay(self, pick: int, money: int) -> None:
        card = self._pick(pick)
        paid = self._ask(card.why_not_pay(money, self.today), spend, card, money, "EUR")
        if paid:
            card.money -= money
            card.payments[paid.transaction_id] = money

    @has_gift_cards
    @rule(pick=PICK, percent=st.sampled_from((30, 100, 101)))
    def give_money_back(self, pick: int, percent: int) -> None:
        card = self._pick(pick)
        for payment, left in list(card.payments.items())[-1:]:
            money = max(1, left * percent // 100)
            too_much = "refund_too_large" if money > left else ""
            if self._ask(too_much, refund, card, payment, money):
                card.give_back(payment, money, self.today + timedelta(days=GRACE_DAYS))

    @has_gift_cards
    @rule(pick=PICK, who=WHO)
    def give_away(self, pick: int, who: int) -> None:
        card, to = self._pick(pick), self.cards[who].member
        if self._ask(card.why_not_give_to(to, self.today), transfer, card, to):
            card.holder = to

    @has_gift_cards
    @rule(pick=PICK)
    def block(self, pick: int) -> None:
        card = self._pick(pick)
        self._ask("gift_card_blocked" if card.blocked else "", block, card, BlockReason.STOLEN)
        card.blocked = True

    @has_gift_cards
    @rule(pick=PICK)
    def unblock(self, pick: int) -> None:
        card = self._pick(pick)
        self._ask("" if card.blocked else "gift_card_not_blocked", unblock, card)
        card.blocked = False

    def take_gift_card(self, buyer: Twin) -> None:
        with self.shop.services.reading() as tx:
            newest = tx.execute(select(func.max(gift_cards.gift_cards.c.id))).scalar_one()
        gift = buyer.naive.gifts[-1]
        self.gift_cards.append(NaiveGiftCard(newest, FACE_MINOR, gift.last, buyer.member, gift))

    def return_gift_card(self, gift: Gift) -> None:
        """As long as it is new it is as good as a reward that was not used."""
        for card in self.gift_cards:
            if card.reward is gift and card.is_new:
                card.money, gift.state = 0, "issued"

    def _pick(self, pick: int) -> NaiveGiftCard:
        card = self.gift_cards[pick % len(self.gift_cards)]
        self.shop.clock.pass_by(seconds=1)
        card.turn_to(self.today)
        return card

    def _ask(
        self, why_not: str, call: Callable[..., Receipt], card: NaiveGiftCard, *args: Any
    ) -> Receipt | None:
        """Twice with one key: as good as once."""
        request = Request(self.shop.merchant_id, new_form_key())
        if why_not:
            with pytest.raises(Refusal) as caught:
                call(self.shop.services, request, card.id, *args)
            assert caught.value.code == why_not
            return None
        receipt = call(self.shop.services, request, card.id, *args)
        card.is_new = False
        assert call(self.shop.services, request, card.id, *args) == receipt
        return receipt
