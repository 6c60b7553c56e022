"""A member's tier as it is kept, and what it rests on."""

from datetime import date, datetime

from walletpass.loyalty.program import Program
from walletpass.loyalty.tier_measures import Counts, DayCount, opened_on, qualifying_unit
from walletpass.loyalty.tier_rules import Window
from walletpass.loyalty.tiers import Membership, Step, TierChange
from walletpass.operations.posting.request import Desk
from walletpass.store import counters, tiers
from walletpass.store.session import Transaction


def load_membership(tx: Transaction, account_id: int) -> Membership | None:
    """None of a member who never had a tier."""
    stays = tiers.list_stays(tx, account_id)
    if not stays:
        return None
    present = stays[-1]
    return Membership(
        tier=present.tier,
        since=present.since,
        held_through=present.held_through,
        ends_at=present.ends_at,
        manual=present.manual,
        rewarded=frozenset(stay.tier for stay in stays if stay.rewarded),
    )


def keep_change(tx: Transaction, account_id: int, change: TierChange, now: datetime) -> None:
    after = change.membership
    terms = {"held_through": after.held_through, "ends_at": after.ends_at, "manual": after.manual}
    if change.step in (Step.KEPT, Step.NOTICED):
        tiers.change_stay(tx, account_id, **terms)
    else:
        stay = {"tier": after.tier, "since": after.since, "rewarded": bool(change.reward)}
        tiers.begin_stay(tx, account_id, now, **stay, **terms)


def load_counts(desk: Desk) -> tuple[list[DayCount], Counts]:
    """The days that tiers are judged by, and a lifetime."""
    plan, today, unit = desk.program.tier_plan, desk.today, qualifying_unit(desk.program.kind)
    if plan.window is Window.LIFETIME:
        sums = counters.sum_days(desk.tx, desk.account.id)
        units = getattr(desk.account, f"lifetime_{unit.value}")
        return [], Counts(sums.visits, units, sums.spend_minor)
    since = _first_day(desk.program, today)
    days = counters.list_days(desk.tx, desk.account.id, since)
    return [
        DayCount(row.day, row.visits, getattr(row, unit.value), row.spend_minor) for row in days
    ], Counts()


def _first_day(program: Program, today: date) -> date:
    plan = program.tier_plan
    if plan.window is Window.CALENDAR_YEAR:
        return date(today.year - 1, 1, 1)
    return opened_on(plan, today)
