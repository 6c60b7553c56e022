"""Whatever happens to a card, in whatever order: it stands as a naive account says, and every invariant holds."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from support.audits import find_breaches
from support.naive_ledger import Credit, Gift, Given, NaiveCard, midnight_after
from support.shops import Shop, add_shop, open_shop

from walletpass.loyalty.earn_rules import EarnRule, Trigger
from walletpass.loyalty.expiry_policy import Duration, ExpiryKind, ExpiryPolicy, Span
from walletpass.loyalty.lots import end_of
from walletpass.loyalty.program import Clawback, Limits, Migration, Milestone, ProgramKind
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.reward_templates import IssueMode, RewardKind, RewardTemplate
from walletpass.loyalty.rules.amounts import Price
from walletpass.loyalty.rules.basket import returned
from walletpass.loyalty.units import Unit
from walletpass.operations.due.do_due import do_due
from walletpass.operations.earning.adjust import adjust, bring_in, revive
from walletpass.operations.earning.purchase import Purchase, post_purchase
from walletpass.operations.earning.refund import refund
from walletpass.operations.earning.stamp import stamp
from walletpass.operations.earning.undo import undo
from walletpass.operations.posting.books import load_lot
from walletpass.operations.posting.outcome import Outcome
from walletpass.operations.programs.publish import publish
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.rewards.choose import choose
from walletpass.operations.rewards.redeem import redeem
from walletpass.settings import Settings
from walletpass.store import accounts, lots, rewards
from walletpass.store.session import Database

POLICIES = (
    ExpiryPolicy(),
    ExpiryPolicy(ExpiryKind.FIXED_DURATION, Duration(months=1)),
    ExpiryPolicy(ExpiryKind.END_OF_PERIOD, Duration(months=1), Span.QUARTER),
    ExpiryPolicy(ExpiryKind.ROLLING_ON_EARN, Duration(months=2)),
    ExpiryPolicy(ExpiryKind.ROLLING_ON_ACTIVITY, Duration(months=1, days=3)),
    ExpiryPolicy(ExpiryKind.FIRST_OF, Duration(months=2), at_most=Duration(months=3)),
)
REWARDS = (
    RewardTemplate("cookie", RewardKind.GIFT, "Cookie", valid_days=20),
    RewardTemplate("bun", RewardKind.GIFT, "Bun", issue=IssueMode.CONVERT, price=50),
    RewardTemplate("mug", RewardKind.GIFT, "Mug", issue=IssueMode.CHOOSE, price=30, valid_days=40),
)
RULES: dict[str, Any] = {
    "kind": ProgramKind.MIXED,
    "earn": (EarnRule("spend", Trigger.AMOUNT, Unit.POINTS, 1, per_minor=100),),
    "rewards": REWARDS,
    "limits": Limits(0, 0, 100, 1_000_000, 60, 1_000_000, 1_000_000),
}
JUMPS = (1, 13, 28, 31, 62, 130, 400)
"""Days."""
UNITS = st.sampled_from(Unit)


def milestones(goal: int) -> tuple[Milestone, ...]:
    return Milestone(3, "Cookie", "cookie"), Milestone(goal, "Coffee")


class Play(RuleBasedStateMachine):
    """One card in a shop of its own, beside its naive twin."""

    def __init__(self, shop: Shop) -> None:
        super().__init__()
        self.shop = shop
        self._publish(Migration.MOVE_ALL, **RULES, milestones=milestones(7), expiry=POLICIES[3])
        self.account = shop.account_id(shop.join())
        self.naive = NaiveCard(self._newest())
        self.versions = [(self.naive.program, Migration.MOVE_ALL)]
        self.version = 0
        self.done: list[tuple[str, Any]] = []
        """What can be undone, newest last."""
        self.bills: dict[str, Given] = {}
        self._numbers = count(1)
        self.settled = True

    # What happens.

    @rule(adding=st.integers(1, 5))
    def stamp(self, adding: int) -> None:
        self._open()
        given = self._collect(stamps=adding)
        self._ask(stamp, adding)
        self.done.append(("given", given))

    @rule(money=st.integers(1, 9000))
    def buy(self, money: int) -> None:
        self._open()
        name = f"{self.shop.merchant_id}-{next(self._numbers)}"
        self.bills[name] = self._collect(stamps=1, points=money // 100)
        self.bills[name].money = money
        self._ask(post_purchase, Purchase(Price(money), "EUR", {}, name))
        self.done.append(("given", self.bills[name]))

    @precondition(lambda self: self.bills)
    @rule(pick=st.integers(0, 9), percent=st.sampled_from((1, 30, 60, 100)))
    def refund(self, pick: int, percent: int) -> None:
        self._open()
        name = sorted(self.bills)[pick % len(self.bills)]
        given = self.bills[name]
        back = max(1, given.money * percent // 100)
        if not self.naive.refund(given, given.money - back):
            self._refused("units_used", refund, name, returned(back))
            return
        self._ask(refund, name, returned(back))
        self.done.append(("refund", None))
        if not given.money:
            del self.bills[name]
            self.done = [each for each in self.done if each[1] is not given]

    @precondition(lambda self: self.done and self.done[-1][0] in ("given", "used", "chosen"))
    @rule()
    def undo(self) -> None:
        self._open()
        what, last = self.done[-1]
        if what == "used" and last.last < self.naive.today:
            self.settled = False
            return  # a reward whose time is over has no use to go back to
        if what == "given" and any(gift.state == "used" for gift in last.gifts):
            self._refused("reward_already_used", undo, at_any_time=True)
            return
        self._ask(undo, at_any_time=True)
        self.done.pop()
        if what == "used":
            last.state = "issued"
            return
        for gift in reversed([last] if what == "chosen" else last.gifts):
            if gift.price:
                self.naive.give_back(gift.price)
            gift.state = "void" if gift.state == "issued" else gift.state
        if what == "given":
            for unit, credit, quantity in reversed(last.credits):
                self.naive.debit(unit, quantity, credit)
            self.bills = {name: given for name, given in self.bills.items() if given is not last}

    @precondition(lambda self: any(gift.state == "issued" for gift in self.naive.gifts))
    @rule(pick=st.integers(0, 9))
    def use(self, pick: int) -> None:
        self._open()
        ready = [n for n, gift in enumerate(self.naive.gifts) if gift.state == "issued"]
        if not ready:
            self.settled = False
            return
        number = ready[pick % len(ready)]
        self._ask(redeem, self._rewards()[number].id)
        self.naive.use(self.naive.gifts[number])
        self.done.append(("used", self.naive.gifts[number]))

    @rule()
    def choose(self) -> None:
        self._open()
        if self.naive.balance("points") < 30:
            self._refused("not_enough_units", choose, "mug")
            return
        self._ask(choose, "mug")
        self.done.append(("chosen", self.naive.choose("mug")))

    @rule(unit=UNITS, quantity=st.integers(-40, 20).filter(bool))
    def adjust(self, unit: Unit, quantity: int) -> None:
        self._open()
        if quantity < 0 and self.naive.balance(unit) + quantity < 0:
            self._refused("not_enough_units", adjust, unit, quantity, "correction", "Sorry!")
            return
        self._ask(adjust, unit, quantity, "correction", "Sorry!")
        if quantity > 0:
            self._credit(unit, quantity)
        else:
            self.naive.debit(unit, -quantity)
        self.done.append(("adjusted", None))

    @rule(unit=UNITS, quantity=st.integers(1, 9))
    def revive(self, unit: Unit, quantity: int) -> None:
        self._open()
        self._ask(revive, unit, quantity)
        last = self.naive.today + timedelta(days=self.naive.program.grace_days)
        self.naive.credit(unit, quantity, last, rolls=False)
        self.done.append(("revived", None))

    @rule(unit=UNITS, quantity=st.integers(1, 9), days=st.none() | st.integers(0, 50))
    def bring_in(self, unit: Unit, quantity: int, days: int | None) -> None:
        self._open()
        last = None if days is None else self.naive.today + timedelta(days=days)
        self._ask(bring_in, unit, quantity, last)
        self._credit(unit, quantity, last)
        self.done.append(("imported", None))

    @rule(
        policy=st.sampled_from(POLICIES),
        goal=st.integers(4, 8),
        clawback=st.sampled_from(Clawback),
        migration=st.sampled_from(Migration),
    )
    def publish(self, policy: ExpiryPolicy, goal: int, clawback: Clawback, migration: Migration) -> None:
        self._publish(migration, milestones=milestones(goal), expiry=policy, clawback=clawback)
        self.versions.append((self._newest(), migration))

    @rule(days=st.sampled_from(JUMPS), looked_after=st.booleans())
    def wait(self, days: int, looked_after: bool) -> None:
        self.shop.clock.pass_by(days=days)
        self._look_after(looked_after)

    @rule(seconds=st.sampled_from((-1, 0)), looked_after=st.booleans())
    def wait_for_midnight(self, seconds: int, looked_after: bool) -> None:
        zone, now = self.naive.program.zone, self.shop.clock.at
        midnight = midnight_after(now.astimezone(zone).date(), zone) + timedelta(seconds=seconds)
        self.shop.clock.at = max(now, midnight)
        self._look_after(looked_after)

    # What must be true then.

    @invariant()
    def stands_as_the_naive_account_says(self) -> None:
        if not self.settled:
            return
        with self.shop.services.reading() as tx:
            row = accounts.find_account(tx, self.account)
            assert row is not None
            for unit, purse in self.naive.purses.items():
                assert getattr(row, unit) == purse.balance, unit
                assert getattr(row, f"{unit}_owed") == purse.owed, unit
                held = [load_lot(lot) for lot in lots.list_open(tx, self.account, unit)]
                ends = [(end_of(lot, getattr(row, f"{unit}_roll_to")), lot.remaining) for lot in held]
                assert sorted(ends, key=str) == self.naive.ends(unit)
        assert [STATES[reward.state] for reward in self._rewards()] == [
            gift.state for gift in self.naive.gifts
        ]

    @invariant()
    def keeps_every_invariant(self) -> None:
        assert find_breaches(self.shop) == []

    # How it is asked.

    def _open(self) -> None:
        """Time and rules come to the naive card as they come to the real one."""
        self.shop.clock.pass_by(seconds=1)
        self.naive.turn_to(self.shop.clock.at)
        for number, (_, how) in enumerate(self.versions):
            if how is Migration.MOVE_ALL or not any(self.naive.balance(unit) > 0 for unit in Unit):
                self.version = max(self.version, number)
        self.naive.program = self.versions[self.version][0]
        self.settled = True

    def _look_after(self, looked_after: bool) -> None:
        self.settled = looked_after
        if looked_after:
            while do_due(self.shop.services):
                pass
            self.naive.turn_to(self.shop.clock.at)

    def _ask(self, call: Callable[..., Outcome], *args: object, **more: object) -> None:
        """Twice with one key: as good as once."""
        request = self.shop.request(self.account)
        outcome = call(self.shop.services, request, *args, **more)
        assert call(self.shop.services, request, *args, **more) == outcome

    def _refused(self, code: str, call: Callable[..., Outcome], *args: object, **more: object) -> None:
        with pytest.raises(Refusal) as caught:
            call(self.shop.services, self.shop.request(self.account), *args, **more)
        assert caught.value.code == code
        # It posts nothing, not even what time has done.
        self.settled = False

    def _collect(self, **units: int) -> Given:
        given = Given(self.shop.clock.at, 0)
        for unit, quantity in units.items():
            if quantity:
                credit, gifts = self._credit(unit, quantity)
                given.credits.append((unit, credit, quantity))
                given.gifts += gifts
        return given

    def _credit(self, unit: str, quantity: int, last: date | None = None) -> tuple[Credit, list[Gift]]:
        """With a full card, what was promised is kept: the next one is by the newest rules."""
        credit, gifts = self.naive.collect(unit, quantity, last)
        if any(gift.price and gift.price.unit == "stamps" for gift in gifts):
            self.version = len(self.versions) - 1
        return credit, gifts

    def _rewards(self) -> list[Any]:
        with self.shop.services.reading() as tx:
            held = rewards.issued_rewards
            return list(
                tx.execute(held.select().where(held.c.account_id == self.account).order_by(held.c.id))
            )

    def _newest(self) -> Any:
        return get_rules(self.shop.services, self.shop.merchant_id).program

    def _publish(self, migration: Migration, **changes: Any) -> None:
        present = get_rules(self.shop.services, self.shop.merchant_id)
        program = replace(present.program, **changes)
        publish(self.shop.services, self.shop.merchant_id, present.number, program, migration)


AS_MANY_AS_FIT = hypothesis.settings(
    max_examples=40,
    stateful_step_count=50,
    deadline=None,
    derandomize=True,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
STATES = {"issued": "issued", "redeemed": "used", "expired": "expired", "voided": "void"}


@pytest.fixture
def plays(
    settings: Settings, sqlite_database: Database, development_signers: Any
) -> Callable[[], RuleBasedStateMachine]:
    shop = open_shop(settings, sqlite_database, development_signers)
    start, numbers = shop.clock.at, count(1)

    def play() -> RuleBasedStateMachine:
        shop.clock.at = start
        merchant_id = add_shop(shop.services, f"Shop {next(numbers)}", (Milestone(7, "Coffee"),))
        code = get_rules(shop.services, merchant_id).code
        return Play(replace(shop, merchant_id=merchant_id, code=code))

    return play


def test_a_card_stands_as_a_naive_account_of_it_says(plays: Callable[[], RuleBasedStateMachine]) -> None:
    """After every step: balances, debts, lots with their ends, rewards; and verification finds nothing."""
    run_state_machine_as_test(plays, settings=AS_MANY_AS_FIT)
