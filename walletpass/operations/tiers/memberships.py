"""A member's tier as it is kept, and what it rests on."""

from dataclasses import replace
from datetime import datetime

from walletpass.loyalty.tier_measures import Counts, DayCount, judged_since, qualifying_unit
from walletpass.loyalty.tier_rules import Window
from walletpass.loyalty.tiers import Membership, Step, TierChange
from walletpass.operations.posting.request import Desk
from walletpass.store import accounts, counters, due, rewards, tiers
from walletpass.store.session import Transaction

TIER_NOTE = "tier_note"
"""Kind of the one due row of an account that tells its member of the last change. Nobody hears of two at once."""


def load_membership(tx: Transaction, account_id: int) -> Membership | None:
    """None of a member who never had a tier. With a card that was merged into this one, its rewards are had."""
    stays = tiers.list_stays(tx, account_id)
    own = [stay for stay in stays if stay.account_id == account_id]
    if not own:
        return None
    present = own[-1]
    return Membership(
        tier=present.tier,
        since=present.since,
        held_through=present.held_through,
        ends_at=present.ends_at,
        manual=present.manual,
        rewarded=frozenset(stay.tier for stay in stays if stay.rewarded),
    )


def find_left(tx: Transaction, account_id: int) -> str:
    """Id of the tier before the present one; empty: there was none."""
    own = [stay.tier for stay in tiers.list_stays(tx, account_id) if stay.account_id == account_id]
    return own[-2] if len(own) > 1 else ""


def load_judged(desk: Desk) -> Membership | None:
    """With what became of its entry rewards."""
    present = load_membership(desk.tx, desk.account.id)
    given = [t for t in desk.program.tier_plan.tiers if t.reward and present and t.id in present.rewarded]
    if present is None or not given:
        return present
    voided = rewards.list_voided(desk.tx, desk.account.id, {tier.reward for tier in given})
    returned = frozenset(tier.id for tier in given if tier.reward in voided)
    return replace(present, rewarded=present.rewarded - returned, returned=returned)


def keep_change(tx: Transaction, account_id: int, change: TierChange, now: datetime) -> None:
    if change.step is not Step.KEPT:
        due.put(tx, account_id, TIER_NOTE, "", now, {"step": change.step.value})
    after = change.membership
    terms = {"held_through": after.held_through, "ends_at": after.ends_at, "manual": after.manual}
    if change.step in (Step.KEPT, Step.NOTICED):
        tiers.change_stay(tx, account_id, **terms)
    else:
        stay = {"tier": after.tier, "since": after.since, "rewarded": bool(change.reward)}
        tiers.begin_stay(tx, account_id, now, **stay, **terms)


def load_counts(desk: Desk, added: DayCount | None = None) -> tuple[list[DayCount], Counts]:
    """The days that tiers are judged by, or a lifetime; with what is being `added`."""
    added = added or DayCount(desk.today)
    plan, unit = desk.program.tier_plan, qualifying_unit(desk.program.kind).value
    if plan.window is Window.LIFETIME:
        sums = counters.sum_days(desk.tx, desk.account.id)
        units = getattr(accounts.sum_lifetimes(desk.tx, desk.account.id), unit)
        return [], Counts(
            sums.visits + added.visits, units + added.units, sums.spend_minor + added.spend_minor
        )
    days = counters.list_days(desk.tx, desk.account.id, judged_since(plan, desk.today))
    counted = [DayCount(row.day, row.visits, getattr(row, unit), row.spend_minor) for row in days]
    return [*counted, added], Counts()
