"""What happens at the counter of the demo's year: every posting through the operation that staff use."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from walletpass.loyalty.earn_rules import Trigger
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rules.amounts import Price
from walletpass.loyalty.rules.basket import Basket, returned
from walletpass.loyalty.units import Unit
from walletpass.operations.earning.adjust import adjust
from walletpass.operations.earning.purchase import Purchase, post_event, post_purchase
from walletpass.operations.earning.refund import refund
from walletpass.operations.earning.stamp import stamp
from walletpass.operations.earning.undo import undo
from walletpass.operations.enrolment.join import new_form_key
from walletpass.operations.installation.at import at
from walletpass.operations.installation.history_shop import COUPON, GOODS, PROGRAM, TREAT
from walletpass.operations.posting.outcome import Outcome, Ready
from walletpass.operations.posting.request import Post
from walletpass.operations.rewards.choose import choose
from walletpass.operations.rewards.redeem import redeem, release, reserve
from walletpass.operations.services import Services

_USES_REWARD, _TAKES_TREAT, _RETURNS_ALL, _STAMPED_WRONGLY = 0.5, 0.25, 0.5, 0.1
_NOTES = (("courtesy", "Sorry for the long queue"), ("goodwill", "The bread was sold out, again"))
_EXPECTED = frozenset(
    {"below_minimum", "reward_expired", "unknown_reward", "not_enough_units", "unknown_purchase"}
)
"""What members are told now and then: their reward is gone, the bill too small, the goods are back already."""


@dataclass(frozen=True, slots=True)
class Sale:
    external_id: str
    eligible_minor: int
    items: dict[str, int]


@dataclass
class Member:
    """As far as staff see it."""

    account_id: int
    branch_id: int
    ready: tuple[Ready, ...] = ()
    points: int = 0
    sales: list[Sale] = field(default_factory=list)


@dataclass
class Counter:
    services: Services
    merchant_id: int
    staff_id: int
    draw: Random
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    """Of receipts."""

    def welcome(self, member: Member, now: datetime) -> None:
        self._post(member, now, lambda services, request: post_event(services, request, Trigger.WELCOME))

    def buy(self, member: Member, now: datetime) -> None:
        items = self._fill_basket()
        gross = sum(GOODS[name].price_minor * n for name, n in items.items())
        off = self._use_reward(member, now, gross)
        sale = Sale(f"receipt-{next(self.numbers)}", gross - off, items)
        purchase = Purchase(Price(gross, discounts=off), PROGRAM.currency, items, sale.external_id)
        bought = now + timedelta(seconds=30)
        self._post(member, bought, lambda services, request: post_purchase(services, request, purchase))
        member.sales.append(sale)
        if member.points >= TREAT.price and self.draw.random() < _TAKES_TREAT:
            taken = now + timedelta(seconds=60)
            self._post(member, taken, lambda services, request: choose(services, request, TREAT.id))

    def scan(self, member: Member, now: datetime) -> None:
        self._post(member, now, lambda services, request: stamp(services, request, 1))
        if self.draw.random() < _STAMPED_WRONGLY:
            self._post(member, now + timedelta(seconds=20), undo)

    def take_back(self, member: Member, now: datetime) -> None:
        """All that was bought last, or one thing of it."""
        if not member.sales:
            return
        sale = member.sales.pop()
        name = self.draw.choice(sorted(sale.items))
        part = returned(min(GOODS[name].price_minor, sale.eligible_minor), {name: 1})
        back: Basket | None = None if self.draw.random() < _RETURNS_ALL else part
        self._post(member, now, lambda services, request: refund(services, request, sale.external_id, back))

    def make_good(self, member: Member, now: datetime) -> None:
        reason, note = self.draw.choice(_NOTES)
        points = self.draw.choice((5, 10, 20))
        self._post(
            member,
            now,
            lambda services, request: adjust(services, request, Unit.POINTS, points, reason, note),
        )

    def _use_reward(self, member: Member, now: datetime, gross: int) -> int:
        """What it takes off the bill."""
        if not member.ready or self.draw.random() >= _USES_REWARD:
            return 0
        reward = member.ready[0]
        held = new_form_key()
        if not self._post(member, now, lambda services, request: reserve(services, request, reward.id, held)):
            return 0
        handed = now + timedelta(seconds=5)
        used = self._post(
            member,
            handed,
            lambda services, request: redeem(
                services, request, reward.id, reservation=held, order_minor=gross
            ),
        )
        if not used:
            self._post(member, handed, lambda services, request: release(services, request, reward.id, held))
        return COUPON.amount_minor if used and reward.title == COUPON.title else 0

    def _fill_basket(self) -> dict[str, int]:
        wanted = self.draw.choices(
            tuple(GOODS), [good.often for good in GOODS.values()], k=self.draw.randint(1, 5)
        )
        return {name: self.draw.randint(1, GOODS[name].most) for name in wanted}

    def _post(self, member: Member, now: datetime, call: Callable[[Services, Post], Any]) -> Outcome | None:
        """None where the member is told no, of what members are told."""
        request = Post(
            self.merchant_id, member.account_id, new_form_key(), {}, self.staff_id, member.branch_id
        )
        try:
            outcome: Outcome = call(at(self.services, now), request)
        except Refusal as refusal:
            if refusal.code not in _EXPECTED:
                raise
            return None
        member.ready, member.points = outcome.ready, outcome.points
        return outcome
