"""What happens at the counter of the demo's year: every posting through the operation that staff use."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from walletpass.loyalty.earn_rules import Trigger
from walletpass.loyalty.local_days import add_months, local_day
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.reward_templates import RewardTemplate
from walletpass.loyalty.rewards.coupons import discount
from walletpass.loyalty.rules.amounts import Price
from walletpass.loyalty.rules.basket import Basket, returned
from walletpass.loyalty.units import Unit
from walletpass.operations.corrections.answer import agree, refuse
from walletpass.operations.corrections.ask import Asked, CorrectionKind, ask_for_correction
from walletpass.operations.earning.adjust import adjust, bring_in
from walletpass.operations.earning.purchase import Purchase, post_event, post_purchase
from walletpass.operations.earning.refund import refund
from walletpass.operations.earning.stamp import stamp
from walletpass.operations.earning.undo import undo
from walletpass.operations.enrolment.join import new_form_key
from walletpass.operations.gift_cards.moving import Request
from walletpass.operations.gift_cards.refund import refund as refund_payment
from walletpass.operations.gift_cards.spend import spend
from walletpass.operations.installation.at import at
from walletpass.operations.installation.history_members import Member, Payment, Sale
from walletpass.operations.installation.history_shop import (
    COUPONS,
    GIFT_CARD,
    GOODS,
    PROGRAM,
    TOUR,
    TREAT,
    ZONE,
)
from walletpass.operations.posting.outcome import Outcome, Ready
from walletpass.operations.posting.request import Post
from walletpass.operations.rewards.choose import choose
from walletpass.operations.rewards.redeem import redeem, reinstate, release, reserve
from walletpass.operations.services import Services
from walletpass.store import gift_cards

_USES_REWARD, _RETURNS_ALL, _STAMPED_WRONGLY, _EATS_AT_ONCE, _PAYS_WITH_CARD = 0.5, 0.5, 0.1, 0.85, 0.7
_AGREES, _PAPER_MONTHS = 0.8, 6
_TAKES: Sequence[tuple[RewardTemplate, float]] = ((GIFT_CARD, 0.3), (TREAT, 0.25), (TOUR, 0.06))
_NOTES = (("courtesy", "Sorry voor de lange rij"), ("goodwill", "Het brood was alweer uitverkocht"))
_EXPECTED = frozenset(
    {
        *("below_minimum", "reward_expired", "unknown_reward", "not_enough_units", "taken_back_already"),
        *("earns_nothing", "checked_in_already", "nothing_to_undo", "needs_second_person"),
        *("blocked_member", "reward_taken", "reward_out_of_stock", "balance_too_small"),
    }
)
"""What members are told now and then: their reward is gone, the bill too small, the goods are back already."""


@dataclass
class Counter:
    services: Services
    merchant_id: int
    branches: Sequence[int]
    staff: Sequence[int]
    """At each branch."""
    owners: Sequence[int]
    """The one who asks for what is too much for one person, and the one who answers."""
    draw: Random
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    """Of receipts."""

    def buy(self, member: Member, now: datetime) -> None:
        items = self._fill_basket()
        gross = sum(GOODS[name].price_minor * n for name, n in items.items())
        off, coupon = self._use_reward(member, now, gross)
        gift_card_id, paid = self._choose_gift_card(member, now, gross - off)
        number, price = f"bon-{next(self.numbers)}", Price(gross, discounts=off, rewarded=paid)
        purchase = Purchase(price, PROGRAM.currency, items, number)
        bought = now + timedelta(seconds=30)
        if not self.post(
            member, bought, lambda services, request: post_purchase(services, request, purchase)
        ):
            return
        payment = self._pay(member, bought, gift_card_id, paid)
        member.sales.append(Sale(number, gross - off - paid, items, payment, coupon))
        for template, often in _TAKES:
            if member.points >= template.price and self.draw.random() < often:
                self._take(member, bought + timedelta(seconds=30), template)

    def bring_in(self, member: Member, now: datetime) -> None:
        stamps, until = self.draw.randint(1, 4), add_months(local_day(now, ZONE), _PAPER_MONTHS)
        self.post(
            member, now, lambda services, request: bring_in(services, request, Unit.STAMPS, stamps, until)
        )

    def share(self, member: Member, now: datetime) -> None:
        self.post(member, now, lambda services, request: post_event(services, request, Trigger.SHARE))

    def scan(self, member: Member, now: datetime) -> None:
        stamped = self.post(member, now, lambda services, request: stamp(services, request, 1))
        if stamped and self.draw.random() < _STAMPED_WRONGLY:
            self.post(member, now + timedelta(seconds=20), undo)

    def take_back(self, member: Member, now: datetime) -> None:
        """All that was bought last, or one thing of it where no coupon is to come back."""
        if not member.sales:
            return
        sale = member.sales.pop()
        name = self.draw.choice(sorted(sale.items))
        part = returned(min(GOODS[name].price_minor, sale.eligible_minor), {name: 1})
        whole = sale.coupon is not None or self.draw.random() < _RETURNS_ALL
        back: Basket | None = None if whole else part
        gone = self.post(
            member, now, lambda services, request: refund(services, request, sale.external_id, back)
        )
        if gone and back is None and sale.payment is not None:
            paid = sale.payment
            refund_payment(at(self.services, now), self.ask(member), paid.gift_card_id, paid.transaction_id)
        if gone and back is None and sale.coupon is not None:
            coupon = sale.coupon
            self.post(member, now, lambda services, request: reinstate(services, request, coupon))

    def make_good(self, member: Member, now: datetime) -> None:
        reason, note = self.draw.choice(_NOTES)
        self._adjust(member, now, self.draw.choice((5, 10, 20)), reason, note)

    def correct(self, member: Member, now: datetime) -> None:
        """What was typed in for the wrong customer."""
        wrong = min(member.points, self.draw.choice((4, 9, 15)))
        if wrong:
            self._adjust(member, now, -wrong, "correction", "Bon van een andere klant")

    def ask(self, member: Member) -> Request:
        """Of a gift card."""
        return Request(self.merchant_id, new_form_key(), self.staff[member.branch])

    def post(self, member: Member, now: datetime, call: Callable[[Services, Post], Any]) -> Outcome | None:
        """None where the member is told no, of what members are told."""
        place = self.staff[member.branch], self.branches[member.branch]
        request = Post(self.merchant_id, member.account_id, new_form_key(), {}, *place)
        try:
            outcome: Outcome = call(at(self.services, now), request)
        except Refusal as refusal:
            if refusal.code not in _EXPECTED:
                raise
            return None
        member.ready, member.points = outcome.ready, outcome.points
        return outcome

    def _adjust(self, member: Member, now: datetime, points: int, reason: str, note: str) -> None:
        done = self.post(
            member,
            now,
            lambda services, request: adjust(services, request, Unit.POINTS, points, reason, note),
        )
        if not done:
            self._ask_owners(member, now, Asked(CorrectionKind.ADJUST, Unit.POINTS, points, reason, note))

    def _ask_owners(self, member: Member, now: datetime, asked: Asked) -> None:
        services, (one, other) = at(self.services, now), self.owners
        number = ask_for_correction(services, self.merchant_id, member.account_id, one, new_form_key(), asked)
        later = now + timedelta(seconds=40)
        agreed = self.draw.random() < _AGREES and self.post(
            member, later, lambda services, _: agree(services, self.merchant_id, number, other)
        )
        if not agreed:
            refuse(at(self.services, later), self.merchant_id, number, other)

    def _take(self, member: Member, now: datetime, template: RewardTemplate) -> None:
        """For its price; what can be eaten mostly is, at once."""
        before = member.ready
        if not self.post(member, now, lambda services, request: choose(services, request, template.id)):
            return
        member.has_gift_card |= template is GIFT_CARD
        taken = [reward for reward in member.ready if reward not in before]
        if template is TREAT and taken and self.draw.random() < _EATS_AT_ONCE:
            self._hand_out(member, now + timedelta(seconds=10), taken[0], 0)

    def _use_reward(self, member: Member, now: datetime, gross: int) -> tuple[int, int | None]:
        """What it takes off the bill, and the number of the coupon that did."""
        if not member.ready or self.draw.random() >= _USES_REWARD:
            return 0, None
        reward = member.ready[0]
        used = self._hand_out(member, now, reward, gross)
        if not used or reward.title not in COUPONS:
            return 0, None
        return discount(COUPONS[reward.title], gross, PROGRAM.currency), reward.id

    def _hand_out(self, member: Member, now: datetime, reward: Ready, gross: int) -> bool:
        held, handed = new_form_key(), now + timedelta(seconds=5)
        if not self.post(member, now, lambda services, request: reserve(services, request, reward.id, held)):
            return False
        used = self.post(
            member,
            handed,
            lambda services, request: redeem(
                services, request, reward.id, reservation=held, order_minor=gross
            ),
        )
        if not used:
            self.post(member, handed, lambda services, request: release(services, request, reward.id, held))
        return used is not None

    def _choose_gift_card(self, member: Member, now: datetime, due: int) -> tuple[int, int]:
        """The oldest that has money on it, and as much as it has of what is due; noughts: they pay without."""
        if not member.has_gift_card or self.draw.random() >= _PAYS_WITH_CARD:
            return 0, 0
        with self.services.reading() as tx:
            held = gift_cards.list_spendable(tx, member.member_id, now)
        return (held[0].id, min(held[0].balance_minor, due)) if held else (0, 0)

    def _pay(self, member: Member, now: datetime, gift_card_id: int, paid: int) -> Payment | None:
        if not paid:
            return None
        services = at(self.services, now)
        receipt = spend(services, self.ask(member), gift_card_id, paid, PROGRAM.currency)
        return Payment(gift_card_id, receipt.transaction_id)

    def _fill_basket(self) -> dict[str, int]:
        wanted = self.draw.choices(
            tuple(GOODS), [good.often for good in GOODS.values()], k=self.draw.randint(1, 5)
        )
        return {name: self.draw.randint(1, GOODS[name].most) for name in wanted}
