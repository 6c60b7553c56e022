"""The worked numbers of the loyalty rules, through the real operations on real databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from support.purchases import AMSTERDAM, by_amount, rule
from support.shops import Shop

from walletpass.loyalty.earn_rules import Trigger
from walletpass.loyalty.expiry import last_valid_day
from walletpass.loyalty.expiry_policy import Duration, ExpiryKind, ExpiryPolicy
from walletpass.loyalty.program import Clawback, Migration, Milestone, ProgramKind
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.reward_templates import IssueMode, RewardKind, RewardTemplate
from walletpass.loyalty.rules.amounts import Price
from walletpass.loyalty.rules.basket import returned
from walletpass.loyalty.units import Unit
from walletpass.operations.delivery.mailing import send_letters
from walletpass.operations.due.do_due import do_due
from walletpass.operations.earning.adjust import adjust, bring_in
from walletpass.operations.earning.purchase import Purchase, post_purchase
from walletpass.operations.earning.refund import refund
from walletpass.operations.earning.undo import undo
from walletpass.operations.posting.outcome import Outcome
from walletpass.operations.programs.publish import publish
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.rewards.choose import choose
from walletpass.operations.rewards.redeem import redeem
from walletpass.store import accounts, due, ledger, lots

TEN_PER_CENT = RewardTemplate(
    "ten",
    RewardKind.PERCENT_COUPON,
    "10 % off",
    issue=IssueMode.CONVERT,
    price=5000,
    percent=10,
    minimum_minor=10_000,
)
SIX_MONTHS = ExpiryPolicy(ExpiryKind.ROLLING_ON_EARN, Duration(months=6))


class Till:
    """One member at one shop with these rules."""

    def __init__(self, shop: Shop, **rules: Any) -> None:
        self.shop = shop
        self.publish(**rules)
        self.account = shop.account_id(shop.join("Anna", "anna@example.com"))
        self._bills = 0

    def publish(self, **rules: Any) -> None:
        present = get_rules(self.shop.services, self.shop.merchant_id)
        program = replace(present.program, **rules)
        publish(self.shop.services, self.shop.merchant_id, present.number, program, Migration.MOVE_ALL)

    def buy(
        self,
        minor: int,
        items: dict[str, int] | None = None,
        name: str | None = None,
        at: datetime | None = None,
    ) -> Outcome:
        self._bills += 1
        bill = name or f"bill {self._bills}"
        purchase = Purchase(Price(minor), "EUR", items or {}, bill, at)
        return post_purchase(self.shop.services, self.shop.request(self.account, bill=bill), purchase)

    def give_back(self, bill: str, minor: int | None = None) -> Outcome:
        what = None if minor is None else returned(minor)
        return refund(self.shop.services, self.shop.request(self.account, back=bill), bill, what)

    def load(self) -> Any:
        with self.shop.services.reading() as tx:
            return accounts.find_account(tx, self.account)

    @property
    def points(self) -> int:
        return int(self.load().points)

    def lots(self) -> list[tuple[int, datetime | None]]:
        with self.shop.services.reading() as tx:
            found = lots.list_open(tx, self.account, Unit.POINTS.value)
        return [(lot.remaining, lot.expires_at) for lot in found]

    def wait_until(self, at: datetime) -> None:
        self.shop.clock.at = at
        while do_due(self.shop.services):
            pass


@pytest.fixture
def points(shop: Shop) -> Callable[..., Till]:
    def open_till(*earn: Any, **rules: Any) -> Till:
        return Till(shop, **{"milestones": (), "kind": ProgramKind.POINTS, "earn": earn, **rules})

    return open_till


def test_every_purchase_earns_and_a_threshold_turns_into_a_coupon_for_a_later_one(
    points: Callable[..., Till],
) -> None:
    """Rows 1, 3 and 4."""
    till = points(by_amount(1, 10), rewards=(TEN_PER_CENT,))
    first = till.buy(50_000)
    assert (first.added_points, first.points, first.gained) == (5000, 0, ("10 % off",))
    second = till.buy(125_000)
    assert (second.added_points, second.points, second.gained) == (12_500, 2500, ("10 % off",) * 2)
    reward = second.ready[0].id
    with pytest.raises(Refusal, match="below_minimum"):
        redeem(till.shop.services, till.shop.request(till.account, n=1), reward, order_minor=9999)
    redeem(till.shop.services, till.shop.request(till.account, n=2), reward, order_minor=10_000)
    with pytest.raises(Refusal, match="reward_already_used"):
        redeem(till.shop.services, till.shop.request(till.account, n=3), reward, order_minor=10_000)


@pytest.mark.parametrize(("carry", "expected"), [(False, 0), (True, 2)])
def test_what_is_left_under_a_step_is_carried_where_the_rule_says_so(
    points: Callable[..., Till], carry: bool, expected: int
) -> None:
    """Row 5."""
    till = points(by_amount(1, 5000, carry=carry))
    for minor in (3000, 2000, 4999, 1):
        till.buy(minor)
    assert till.points == expected


@pytest.mark.parametrize(
    ("before", "adding", "gained", "after"),
    [(7, 3, ("Free starter",), 2), (3, 6, ("5 off", "Free starter"), 1)],
)
def test_all_milestones_passed_in_one_scan_are_given_and_the_rest_carries_over(
    shop: Shop, before: int, adding: int, gained: tuple[str, ...], after: int
) -> None:
    """Rows 6 and 7."""
    limits = replace(
        get_rules(shop.services, shop.merchant_id).program.limits, most_per_scan=9, most_per_day=99
    )
    till = Till(shop, milestones=(Milestone(4, "5 off"), Milestone(8, "Free starter")), limits=limits)
    shop.stamp(till.account, before)
    shop.clock.pass_by(minutes=1)
    outcome = shop.stamp(till.account, adding)
    assert (outcome.gained, outcome.stamps) == (gained, after)


def test_units_that_roll_are_warned_of_four_times_and_then_run_out(points: Callable[..., Till]) -> None:
    """Row 8: an order on 10 January lasts through 10 July, with four letters before."""
    till = points(by_amount(1, 10), expiry=SIX_MONTHS)
    till.shop.clock.at = datetime(2026, 1, 10, 12, tzinfo=UTC)
    till.buy(10_000)
    told = []
    for day in (
        date.fromordinal(n) for n in range(date(2026, 1, 11).toordinal(), date(2026, 7, 13).toordinal())
    ):
        before = len(letters(till))
        till.wait_until(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
        told += [day] * (len(letters(till)) - before)
        if day == date(2026, 7, 10):
            assert till.points == 1000
    assert told == [
        date(2026, 5, 10),
        date(2026, 6, 10),
        date(2026, 6, 26),
        date(2026, 7, 3),
        date(2026, 7, 11),
    ]
    assert till.points == 0


def test_a_second_order_moves_the_end_of_everything_and_cancels_warnings(points: Callable[..., Till]) -> None:
    """Row 9."""
    till = points(by_amount(1, 10), expiry=SIX_MONTHS)
    till.shop.clock.at = datetime(2026, 1, 10, 12, tzinfo=UTC)
    till.buy(10_000)
    till.wait_until(datetime(2026, 5, 1, 12, tzinfo=UTC))
    till.buy(1000)
    told = []
    for day in (
        date.fromordinal(n) for n in range(date(2026, 5, 2).toordinal(), date(2026, 11, 3).toordinal())
    ):
        before = len(letters(till))
        till.wait_until(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
        told += [day] * (len(letters(till)) - before)
    assert told == [
        date(2026, 9, 1),
        date(2026, 10, 1),
        date(2026, 10, 18),
        date(2026, 10, 25),
        date(2026, 11, 2),
    ]
    assert till.points == 0


def letters(till: Till) -> list[Any]:

    while send_letters(till.shop.services):
        pass
    return till.shop.mail.letters


def test_the_soonest_end_pays_first_and_a_reversal_gives_back_to_the_same_lots(
    points: Callable[..., Till],
) -> None:
    """Rows 11 and 12."""
    free = RewardTemplate("free", RewardKind.GIFT, "Tea", issue=IssueMode.CHOOSE, price=120)
    till = points(by_amount(1, 10), rewards=(free,))
    till.shop.clock.at = datetime(2026, 2, 1, 12, tzinfo=UTC)
    for quantity, through in ((100, date(2026, 3, 31)), (50, date(2026, 2, 28)), (30, None)):
        bring_in(
            till.shop.services, till.shop.request(till.account, n=quantity), Unit.POINTS, quantity, through
        )
    choose(till.shop.services, till.shop.request(till.account, n=0), "free")
    assert [remaining for remaining, _ in till.lots()] == [30, 30]
    assert till.points == 60
    till.shop.clock.at = datetime(2026, 3, 5, 12, tzinfo=UTC)
    undo(till.shop.services, till.shop.request(till.account), at_any_time=True)
    ends = [(left, last_valid_day(end, AMSTERDAM) if end else None) for left, end in till.lots()]
    assert ends == [(100, date(2026, 3, 31)), (30, None), (50, date(2026, 3, 19))]
    assert till.points == 180


def test_what_is_given_back_in_time_goes_back_as_it_was(points: Callable[..., Till]) -> None:
    free = RewardTemplate("free", RewardKind.GIFT, "Tea", issue=IssueMode.CHOOSE, price=120)
    till = points(by_amount(1, 10), rewards=(free,))
    till.buy(1500)
    before = till.lots()
    chosen = choose(till.shop.services, till.shop.request(till.account), "free")
    assert len(chosen.ready) == 1
    assert undo(till.shop.services, till.shop.request(till.account)).ready == ()
    assert till.lots() == before


@pytest.mark.parametrize(("policy", "after"), [(Clawback.ALLOW_NEGATIVE, -15), (Clawback.CLAMP, 0)])
def test_points_that_were_spent_are_owed_or_written_off(
    points: Callable[..., Till], policy: Clawback, after: int
) -> None:
    """Row 14."""
    free = RewardTemplate("free", RewardKind.GIFT, "Tea", issue=IssueMode.CHOOSE, price=50)
    till = points(by_amount(1, 10), rewards=(free,), clawback=policy)
    till.buy(700, name="dinner")
    choose(till.shop.services, till.shop.request(till.account), "free")
    till.give_back("dinner", 350)
    assert till.points == after
    till.buy(400)
    assert till.points == after + 40
    with pytest.raises(Refusal, match="balance_too_small"):
        adjust(till.shop.services, till.shop.request(till.account), Unit.POINTS, -41, "correction")


def test_points_that_are_owed_cannot_be_spent(points: Callable[..., Till]) -> None:
    """Also not with units of another lot."""
    free = RewardTemplate("free", RewardKind.GIFT, "Tea", issue=IssueMode.CHOOSE, price=50)
    till = points(by_amount(1, 10), rewards=(free,))
    till.buy(500, name="lunch")
    choose(till.shop.services, till.shop.request(till.account), "free")
    till.give_back("lunch")
    assert till.buy(600).points == 10
    with pytest.raises(Refusal, match="not_enough_units"):
        choose(till.shop.services, till.shop.request(till.account), "free")


def test_four_small_refunds_take_back_what_one_large_one_would(points: Callable[..., Till]) -> None:
    """Row 15."""
    till = points(by_amount(1, 1000))
    assert till.buy(2190, name="meal").added_points == 2
    for _ in range(4):
        till.give_back("meal", 500)
    assert till.points == 0


def test_units_that_ran_out_do_not_take_later_ones_with_them(points: Callable[..., Till]) -> None:
    """Row 16."""
    free = RewardTemplate("free", RewardKind.GIFT, "Tea", issue=IssueMode.CHOOSE, price=60)
    policy = ExpiryPolicy(ExpiryKind.FIXED_DURATION, Duration(days=30))
    till = points(by_amount(1, 10), rewards=(free,), expiry=policy)
    till.buy(1000)
    choose(till.shop.services, till.shop.request(till.account, n=1), "free")
    assert till.points == 40
    till.shop.clock.pass_by(days=40)
    assert till.buy(400).points == 40


def test_one_purchase_earns_once_whatever_key_it_comes_with(points: Callable[..., Till]) -> None:
    till = points(by_amount(1, 10), rule("coffee", Trigger.ITEM, items={"coffee": 5}))
    assert till.buy(300, {"coffee": 2}, name="4711").added_points == 40
    with pytest.raises(Refusal, match="known_purchase"):
        till.buy(300, {"coffee": 2}, name="4711")


def test_a_whole_refund_takes_back_the_coupon_too(points: Callable[..., Till]) -> None:
    till = points(by_amount(1, 10), rewards=(TEN_PER_CENT,))
    till.buy(50_000, name="sofa")
    outcome = till.give_back("sofa")
    assert (outcome.points, outcome.ready) == (0, ())
    with pytest.raises(Refusal, match="taken_back_already"):
        till.give_back("sofa")


def test_a_purchase_that_arrives_late_revives_what_should_not_have_run_out(
    points: Callable[..., Till],
) -> None:
    """It happened on the last valid day, and the till had no network until the day after."""
    till = points(by_amount(1, 10), expiry=SIX_MONTHS)
    till.shop.clock.at = datetime(2026, 1, 10, 12, tzinfo=UTC)
    till.buy(10_000)
    till.wait_until(datetime(2026, 7, 11, 12, tzinfo=UTC))
    assert till.points == 0
    till.buy(1000, at=datetime(2026, 7, 10, 12, tzinfo=UTC))
    assert till.points == 1100
    till.wait_until(datetime(2027, 1, 10, 12, tzinfo=UTC))
    assert till.points == 1100
    till.wait_until(datetime(2027, 1, 11, 12, tzinfo=UTC))
    assert till.points == 0


def test_a_refund_asks_nothing_back_that_has_run_out(points: Callable[..., Till]) -> None:
    policy = ExpiryPolicy(ExpiryKind.FIXED_DURATION, Duration(days=30))
    till = points(by_amount(1, 10), expiry=policy)
    till.buy(1000, name="chair")
    till.wait_until(till.shop.clock.at + timedelta(days=40))
    till.buy(400)
    till.give_back("chair")
    assert till.points == 40


def test_units_that_have_to_wait_count_from_their_day_on(points: Callable[..., Till]) -> None:
    till = points(by_amount(1, 10, pending=timedelta(days=14)))
    till.buy(1000)
    assert till.points == 0
    version = till.load().card_version
    till.wait_until(till.shop.clock.at + timedelta(days=15))
    assert (till.points, till.load().card_version) == (100, version + 1)


def test_what_is_due_is_done_once_by_two_workers_and_again_by_one_that_died(
    points: Callable[..., Till],
) -> None:
    """A claim that nobody carried out comes due again."""
    till = points(by_amount(1, 10), expiry=SIX_MONTHS)
    till.buy(1000)
    till.shop.clock.at += timedelta(days=200)
    services = till.shop.services
    with services.transaction() as tx:
        assert due.claim(tx, till.shop.clock.now(), till.shop.clock.now() + timedelta(minutes=2), 50)
    assert not do_due(services)
    till.shop.clock.pass_by(minutes=3)
    with ThreadPoolExecutor(4) as workers:
        list(workers.map(lambda _: do_due(services), range(4)))
    with services.reading() as tx:
        told = ledger.list_history(tx, till.account, limit=100)
    assert [entry.kind for entry in told].count("expire") == 1
    assert len(letters(till)) <= 1


def test_a_card_in_progress_keeps_its_promise_until_it_is_full(shop: Shop) -> None:
    till = Till(shop, milestones=(Milestone(4, "Coffee"),))
    shop.stamp(till.account, 3)
    present = get_rules(shop.services, shop.merchant_id)
    smaller = replace(present.program, milestones=(Milestone(6, "Cake"),))
    publish(shop.services, shop.merchant_id, present.number, smaller, Migration.KEEP_PROMISE)
    shop.roll_out()
    kept = till.load().program_version_id
    shop.clock.pass_by(minutes=1)
    assert shop.stamp(till.account).gained == ("Coffee",)
    assert till.load().program_version_id > kept
    other = shop.account_id(shop.join("New"))
    shop.stamp(other, 3)
    shop.clock.pass_by(minutes=1)
    assert shop.stamp(other).gained == ()
