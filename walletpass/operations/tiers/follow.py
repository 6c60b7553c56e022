"""Tiers follow what is posted: in the same posting, so that a card never shows one without the other."""

from datetime import datetime

from msgspec.structs import replace

from walletpass.loyalty.rewards.issuing import Grant, give
from walletpass.loyalty.tier_measures import DayCount, measure_held
from walletpass.loyalty.tiers import TierChange, decide_tier, next_review
from walletpass.operations.posting.request import Desk, Posting
from walletpass.operations.posting.shelf import load_shelf
from walletpass.operations.rewards.reach import reach_by_bonus
from walletpass.operations.tiers.memberships import keep_change, load_counts, load_judged, load_membership
from walletpass.store import due

TIER = "tier"
"""Kind of the one due row of an account that looks after its tier. It may ring early, never late."""


def follow_tier(desk: Desk, posting: Posting, added: DayCount) -> Posting:
    """The posting with the tier that comes of it, and its entry reward; `added`: what it adds to a day's counts."""
    counts = (added.visits, added.units, added.spend_minor)
    if not any(counts) or posting.tier is not None:
        return posting
    change = judge_tier(desk, added)
    if change is not None:
        posting = promote(desk, posting, change)
    # What is taken back may bring the end of a tier nearer, or take its entry reward along although enough is left;
    # what is added only moves the end away.
    if change is not None or min(counts) < 0:
        review = desk.now if min(counts) < 0 else find_review(desk, added)
        if review is not None:
            due.put(desk.tx, desk.account.id, TIER, "", review)
    return posting


def judge_tier(desk: Desk, added: DayCount | None = None) -> TierChange | None:
    if not has_tiers(desk):
        return None
    plan = desk.program.tier_plan
    held = measure_held(plan, *load_counts(desk, added), desk.today)
    return decide_tier(plan, load_judged(desk), held, desk.now, desk.program.zone)


def promote(desk: Desk, posting: Posting, change: TierChange) -> Posting:
    """Keep the change; the posting then tells of it."""
    keep_change(desk.tx, desk.account.id, change, desk.now)
    given: tuple[Grant, ...] = ()
    if change.reward:
        given = give(load_shelf(desk).after(posting.grants), [change.reward], desk.now).grants
    grants = (*posting.grants, *given, *reach_by_bonus(desk, posting, given))
    return replace(posting, grants=grants, tier=change.membership.tier)


def find_review(desk: Desk, added: DayCount | None = None) -> datetime | None:
    """When time alone may change the tier."""
    present = load_membership(desk.tx, desk.account.id)
    if present is None:
        return None
    days, _ = load_counts(desk, added)
    return next_review(desk.program.tier_plan, present, days, desk.today, desk.program.zone)


def has_tiers(desk: Desk) -> bool:
    """Nothing is read where a program has none, and never had."""
    return bool(desk.program.tier_plan.tiers or desk.account.tier)
