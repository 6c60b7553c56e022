"""A shop's cards, each beside its naive twin; time and rules come to both alike."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select
from support.audits import find_breaches
from support.naive_gift_cards import NaiveGiftCard
from support.naive_ledger import Gift, Given, NaiveCard
from support.naive_units import FOREVER, clock_change_after, midnight_after
from support.shops import Shop

from walletpass.loyalty.earn_rules import EarnRule, Period, RuleLimit, Trigger
from walletpass.loyalty.expiry_policy import Duration, ExpiryKind, ExpiryPolicy, Span
from walletpass.loyalty.lots import end_of
from walletpass.loyalty.program import Clawback, Limits, Migration, Milestone, Program, ProgramKind
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.reward_templates import IssueMode, RewardKind, RewardTemplate
from walletpass.loyalty.units import Unit
from walletpass.operations.due.do_due import do_due
from walletpass.operations.gift_cards.expire import expire_gift_cards
from walletpass.operations.gift_cards.moving import load_standing
from walletpass.operations.posting.books import load_lot
from walletpass.operations.posting.current import settle_if_due
from walletpass.operations.posting.outcome import Outcome
from walletpass.operations.programs.publish import publish
from walletpass.operations.programs.rules import get_rules
from walletpass.store import accounts, counters, gift_cards, lots, rewards

POLICIES = (
    ExpiryPolicy(),
    ExpiryPolicy(ExpiryKind.FIXED_DURATION, Duration(months=1)),
    ExpiryPolicy(ExpiryKind.END_OF_PERIOD, Duration(months=1), Span.QUARTER),
    ExpiryPolicy(ExpiryKind.ROLLING_ON_EARN, Duration(months=2)),
    ExpiryPolicy(ExpiryKind.ROLLING_ON_ACTIVITY, Duration(months=1, days=3)),
    ExpiryPolicy(ExpiryKind.FIRST_OF, Duration(months=2), at_most=Duration(months=3)),
    ExpiryPolicy(ExpiryKind.FIXED_DATE),
)
FACE_MINOR = 1000
GRACE_DAYS = 14
REWARDS = (
    RewardTemplate("cookie", RewardKind.GIFT, "Cookie", valid_days=20),
    RewardTemplate("bun", RewardKind.GIFT, "Bun", issue=IssueMode.CONVERT, price=50),
    RewardTemplate("mug", RewardKind.GIFT, "Mug", issue=IssueMode.CHOOSE, price=30, valid_days=40),
    RewardTemplate(
        "card",
        RewardKind.GIFT_CARD,
        "Gift card",
        issue=IssueMode.CHOOSE,
        price=20,
        amount_minor=FACE_MINOR,
        valid_days=90,
    ),
)
SCARCE = (
    RewardTemplate("coffee", RewardKind.GIFT, "Coffee", valid_days=30, max_unredeemed=1),
    *(replace(t, valid_days=20, max_unredeemed=2) if t.id in ("cookie", "bun") else t for t in REWARDS),
)
"""Of some, a member holds only so many."""
AGAIN_AND_AGAIN = RuleLimit(1000, Period.EVER)
RULES: dict[str, Any] = {
    "kind": ProgramKind.MIXED,
    "earn": (
        EarnRule("spend", Trigger.AMOUNT, Unit.POINTS, 1, per_minor=100, carry=True),
        EarnRule("share", Trigger.SHARE, Unit.POINTS, 7, limit=AGAIN_AND_AGAIN),
    ),
    "limits": Limits(0, 0, 100, 1_000_000, 60, 1_000_000, 1_000_000),
}
JUMPS = (1, 1, 2, 5, 13, 28, 62, 130)
"""Days."""
STATES = {"issued": "issued", "redeemed": "used", "expired": "expired", "voided": "void"}
WHO = st.integers(0, 1)
CLOCK_CHANGE = "the day on which the clocks change"
LAST_DAYS = st.integers(0, 60) | st.just(CLOCK_CHANGE)


def gifts_at(goal: int, *, scarce: bool) -> dict[str, Any]:
    full = Milestone(goal, "Coffee", "coffee" if scarce else "")
    milestones = Milestone(3, "Cookie", "cookie"), full
    return {"milestones": milestones, "rewards": SCARCE if scarce else REWARDS}


@dataclass
class Twin:
    """A card, and how it should stand."""

    account: int
    member: int
    naive: NaiveCard
    version: int
    """Of the rules that it is treated by."""
    done: list[tuple[str, Any]] = field(default_factory=list)
    """What somebody did, newest last."""
    bills: dict[str, Given] = field(default_factory=dict)
    settled: bool = True
    """Whether what time has done to the naive card is posted."""

    @property
    def can_undo(self) -> bool:
        return bool(self.done) and self.done[-1][0] in ("given", "used", "chosen")


class Cards(RuleBasedStateMachine):
    """Of two customers of one shop."""

    def __init__(self, shop: Shop) -> None:
        super().__init__()
        self.shop = shop
        self.versions: list[tuple[Program, Migration]] = []
        self._publish(Migration.MOVE_ALL, **RULES, **gifts_at(7, scarce=True), expiry=POLICIES[3])
        self.cards = [self.join(), self.join()]
        self.gift_cards: list[NaiveGiftCard] = []
        self.numbers = count(1)

    def join(self) -> Twin:
        account_id = self.shop.account_id(self.shop.join())
        with self.shop.services.reading() as tx:
            member_id = accounts.find_account(tx, account_id).member_id  # type: ignore[union-attr]
        return Twin(account_id, member_id, NaiveCard(self.versions[-1][0]), len(self.versions) - 1)

    # What happens to all.

    @rule(
        policy=st.sampled_from(POLICIES),
        days=LAST_DAYS,
        goal=st.integers(4, 8),
        scarce=st.booleans(),
        clawback=st.sampled_from(Clawback),
        migration=st.sampled_from(Migration),
    )
    def publish(
        self,
        policy: ExpiryPolicy,
        days: int | str,
        goal: int,
        scarce: bool,
        clawback: Clawback,
        migration: Migration,
    ) -> None:
        if policy.kind is ExpiryKind.FIXED_DATE:
            policy = replace(policy, on=self.find_day(days))
        self._publish(migration, **gifts_at(goal, scarce=scarce), expiry=policy, clawback=clawback)

    @rule(days=st.sampled_from(JUMPS), looked_after=st.booleans())
    def wait(self, days: int, looked_after: bool) -> None:
        self.shop.clock.pass_by(days=days)
        self._look_after(looked_after)

    @rule(seconds=st.sampled_from((-1, 0)), looked_after=st.booleans())
    def wait_for_midnight(self, seconds: int, looked_after: bool) -> None:
        self._wait_until(midnight_after(self.today, self.zone) + timedelta(seconds=seconds), looked_after)

    @precondition(lambda self: self.find_ends())
    @rule(pick=st.integers(0, 9), hours=st.sampled_from((0, 1, 40)), looked_after=st.booleans())
    def wait_for_an_end(self, pick: int, hours: int, looked_after: bool) -> None:
        ends = self.find_ends()
        self._wait_until(ends[pick % len(ends)] + timedelta(hours=hours), looked_after)

    @rule(midnight=st.booleans(), seconds=st.sampled_from((-1, 0)), looked_after=st.booleans())
    def wait_for_the_clocks_to_change(self, midnight: bool, seconds: int, looked_after: bool) -> None:
        at = clock_change_after(self.shop.clock.at, self.zone)
        if midnight:
            at = midnight_after(at.astimezone(self.zone).date(), self.zone)
        self._wait_until(at + timedelta(seconds=seconds), looked_after)

    # What must be true then.

    @invariant()
    def every_card_stands_as_its_naive_twin(self) -> None:
        for card in self.cards:
            if card.settled:
                self.compare(card)
        self.compare_gift_cards()

    @invariant()
    def every_invariant_is_kept(self) -> None:
        assert find_breaches(self.shop) == []

    # How it is asked.

    def find_ends(self) -> list[datetime]:
        """Of units, rewards and gift cards, as far as they lie ahead."""
        days = {gift.last for card in self.cards for gift in card.naive.gifts if gift.state == "issued"}
        days |= {gift_card.last for gift_card in self.gift_cards}
        for card in self.cards:
            days |= {
                purse.last_day(c) for purse in card.naive.purses.values() for c in purse.credits if c.left
            }
        return [midnight_after(day, self.zone) for day in sorted(days) if self.today <= day < FOREVER]

    @property
    def zone(self) -> Any:
        return self.versions[-1][0].zone

    @property
    def today(self) -> date:
        return self.shop.clock.at.astimezone(self.zone).date()

    def find_day(self, days: int | str) -> date:
        if isinstance(days, int):
            return self.today + timedelta(days=days)
        return clock_change_after(self.shop.clock.at, self.zone).astimezone(self.zone).date()

    def open(self, who: int) -> Twin:
        """Time and rules come to the naive card as they come to the real one."""
        card = self.cards[who]
        self.shop.clock.pass_by(seconds=1)
        self._turn(card)
        card.settled = True
        return card

    def _turn(self, card: Twin) -> None:
        """By the rules that it has before; by those that it has then, it goes on."""
        self._choose_rules(card)
        self.filled(card, card.naive.turn_to(self.shop.clock.at))
        self._choose_rules(card)

    def _choose_rules(self, card: Twin) -> None:
        in_progress = any(card.naive.balance(unit) > 0 for unit in Unit)
        for number, (_, how) in enumerate(self.versions):
            if how is Migration.MOVE_ALL or not in_progress:
                card.version = max(card.version, number)
        card.naive.program = self.versions[card.version][0]

    def filled(self, card: Twin, gifts: list[Gift]) -> None:
        """With a full card, what was promised is kept: the next one is by the newest rules."""
        if any(gift.price and gift.price.unit == "stamps" for gift in gifts):
            card.version = len(self.versions) - 1

    def ask(self, card: Twin, call: Callable[..., Outcome], *args: object, **more: object) -> None:
        """Twice with one key: as good as once."""
        request = self.shop.request(card.account)
        outcome = call(self.shop.services, request, *args, **more)
        assert call(self.shop.services, request, *args, **more) == outcome

    def refused(
        self, code: str, card: Twin, call: Callable[..., Outcome], *args: object, **more: object
    ) -> None:
        """It posts nothing, not even what time has done."""
        with pytest.raises(Refusal) as caught:
            call(self.shop.services, self.shop.request(card.account), *args, **more)
        assert caught.value.code == code
        self.leave(card)

    def leave(self, card: Twin) -> None:
        """Time is posted later, but for gifts: when they come decides how long they last."""
        card.settled = card.naive.has_place
        if card.settled:
            with self.shop.services.reading() as tx:
                due_at = accounts.find_account(tx, card.account).next_change_at  # type: ignore[union-attr]
            settle_if_due(self.shop.services, card.account, due_at)

    def rewards_of(self, card: Twin) -> list[Any]:
        with self.shop.services.reading() as tx:
            return _list_rewards(tx, card)

    def _wait_until(self, at: Any, looked_after: bool) -> None:
        self.shop.clock.at = max(self.shop.clock.at, at)
        self._look_after(looked_after)

    def _look_after(self, looked_after: bool) -> None:
        if not looked_after:
            return
        while do_due(self.shop.services) or expire_gift_cards(self.shop.services):
            pass
        for card in self.cards:
            self._turn(card)
            card.settled = True

    def _publish(self, migration: Migration, **changes: Any) -> None:
        present = get_rules(self.shop.services, self.shop.merchant_id)
        program = replace(present.program, **changes)
        publish(self.shop.services, self.shop.merchant_id, present.number, program, migration)
        self.versions.append((program, migration))

    def compare(self, card: Twin) -> None:
        with self.shop.services.reading() as tx:
            _compare(tx, card)

    def compare_gift_cards(self) -> None:
        g, now = gift_cards.gift_cards, self.shop.clock.at
        with self.shop.services.reading() as tx:
            rows = list(tx.execute(g.select().where(g.c.merchant_id == self.shop.merchant_id)))
        found = {row.id: (load_standing(row).usable(now), row.holder_id, row.expires_at) for row in rows}
        assert found == {
            card.id: (card.usable(self.today), card.holder, midnight_after(card.last, self.zone))
            for card in self.gift_cards
        }


def _compare(tx: Any, card: Twin) -> None:
    naive, row = card.naive, accounts.find_account(tx, card.account)
    assert row is not None
    for unit, purse in naive.purses.items():
        assert getattr(row, unit) == purse.balance, unit
        assert getattr(row, f"{unit}_owed") == purse.owed, unit
        held = [load_lot(lot) for lot in lots.list_open(tx, card.account, unit)]
        ends = [(end_of(lot, getattr(row, f"{unit}_roll_to")), lot.remaining) for lot in held]
        assert sorted(ends, key=str) == purse.ends(naive.program.zone), unit
        assert getattr(row, f"lifetime_{unit}") == sum(day[unit] for day in naive.days.values()), unit
    assert (row.carried or {}).get("spend", 0) == naive.carried
    assert [STATES[held.state] for held in _list_rewards(tx, card)] == [gift.state for gift in naive.gifts]
    days = tx.execute(
        counters.account_days.select().where(counters.account_days.c.account_id == card.account)
    )
    seen = {day.day: {name: getattr(day, name) for name in counters.COUNTED} for day in days}
    nothing = dict.fromkeys(counters.COUNTED, 0)
    for day in seen.keys() | naive.days.keys():
        assert seen.get(day, nothing) == {name: naive.days[day][name] for name in nothing}, day


def _list_rewards(tx: Any, card: Twin) -> list[Any]:
    c = rewards.issued_rewards.c
    return list(tx.execute(select(c.id, c.state).where(c.account_id == card.account).order_by(c.id)))
