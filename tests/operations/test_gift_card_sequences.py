"""Whatever is done to gift cards in whatever order: the money is where a naive account of it says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.audits import find_breaches
from support.shops import Shop

from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rewards.gift_cards import BlockReason, GiftCard
from walletpass.operations.enrolment.join import new_form_key
from walletpass.operations.gift_cards.block import block, unblock
from walletpass.operations.gift_cards.expire import expire_gift_cards
from walletpass.operations.gift_cards.issue import issue
from walletpass.operations.gift_cards.moving import Receipt, Request
from walletpass.operations.gift_cards.refund import refund
from walletpass.operations.gift_cards.show import find_by_code, list_moves
from walletpass.operations.gift_cards.spend import spend
from walletpass.operations.gift_cards.transfer import transfer
from walletpass.store import accounts

VALID_DAYS = 10


@dataclass
class Naive:
    """One card as somebody with a pencil would keep it."""

    money: int
    days_left: int
    blocked: bool = False
    payments: list[list[int]] = field(default_factory=list)
    """What was paid and not given back yet, with the id of the payment."""

    @property
    def usable(self) -> int:
        return self.money if self.days_left > 0 and not self.blocked else 0


class Play:
    """One real card beside its naive twin."""

    def __init__(self, shop: Shop, face_minor: int, members: tuple[int, int]) -> None:
        self.shop, self.members, self.turn = shop, members, 0
        card = GiftCard(
            "EUR",
            face_minor,
            holder_id=members[0],
            expires_at=shop.clock.now() + timedelta(days=VALID_DAYS),
        )
        receipt = issue(shop.services, self.ask(), card)
        self.id, self.code, self.naive = receipt.gift_card_id, receipt.code, Naive(face_minor, VALID_DAYS)

    def ask(self) -> Request:
        return Request(self.shop.merchant_id, new_form_key())

    def tried(self, call: Callable[..., Receipt], *args: object) -> Receipt | None:
        """Done twice with one key: as good as once."""
        request = self.ask()
        try:
            receipt = call(self.shop.services, request, self.id, *args)
        except Refusal:
            with pytest.raises(Refusal):
                call(self.shop.services, request, self.id, *args)
            return None
        assert call(self.shop.services, request, self.id, *args) == receipt
        return receipt

    def spend(self, amount: int) -> None:
        done = self.tried(spend, amount, "EUR")
        assert bool(done) == (0 < amount <= self.naive.usable)
        if done:
            self.naive.money -= amount
            self.naive.payments.append([amount, done.transaction_id])

    def refund(self, amount: int) -> None:
        if not self.naive.payments:
            return
        payment = self.naive.payments[amount % len(self.naive.payments)]
        done = self.tried(refund, payment[1], amount)
        assert bool(done) == (0 < amount <= payment[0])
        if done:
            payment[0] -= amount
            gone = self.naive.days_left <= 0
            self.naive.money = amount + (0 if gone else self.naive.money)
            # 14 more whole days of the shop, of which today is not one.
            self.naive.days_left = max(self.naive.days_left, 15)

    def transfer(self, _: int) -> None:
        done = self.tried(transfer, self.members[1 - self.turn])
        assert bool(done) == (self.naive.days_left > 0 and not self.naive.blocked)
        if done:
            self.turn, self.code = 1 - self.turn, done.code

    def block(self, _: int) -> None:
        assert bool(self.tried(block, BlockReason.STOLEN)) == (not self.naive.blocked)
        self.naive.blocked = True

    def unblock(self, _: int) -> None:
        assert bool(self.tried(unblock)) == self.naive.blocked
        self.naive.blocked = False

    def wait(self, days: int) -> None:
        self.shop.clock.pass_by(days=days % 8)
        self.naive.days_left -= days % 8

    def sweep(self, _: int) -> None:
        expire_gift_cards(self.shop.services)
        if self.naive.days_left <= 0:
            self.naive.money = 0

    def check(self) -> None:
        found = find_by_code(self.shop.services, self.shop.merchant_id, self.code)
        moves = list_moves(self.shop.services, self.shop.merchant_id, self.id)
        assert found.usable_minor == self.naive.usable
        assert found.holder_id == self.members[self.turn]
        assert sum(move.value_minor for move in moves) == moves[-1].balance_minor >= 0
        assert find_breaches(self.shop) == []


ACTS = (Play.spend, Play.refund, Play.transfer, Play.block, Play.unblock, Play.wait, Play.sweep)
STEPS = st.tuples(st.sampled_from((Play.spend, Play.refund, *ACTS)), st.integers(-1, 60))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 100), st.lists(STEPS, max_size=15))
def test_after_every_step_the_card_stands_as_a_naive_account_of_it_says(
    shop: Shop, face_minor: int, steps: list[tuple[Callable[[Play, int], None], int]]
) -> None:
    """Also its sum, its chain of hashes, and what a repeated request is answered."""
    members = (_member(shop, "Anna"), _member(shop, "Béla"))
    play = Play(shop, face_minor, members)
    for act, value in steps:
        act(play, value)
        play.check()


def _member(shop: Shop, name: str) -> int:
    with shop.services.reading() as tx:
        account = accounts.find_account(tx, shop.account_id(shop.join(name)))
    assert account is not None
    return int(account.member_id)
