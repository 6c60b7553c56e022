"""Move members between tiers: after what they do, when time is over, and when staff say so."""

from datetime import date, datetime

from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rewards.issuing import give
from walletpass.loyalty.tier_measures import measure_held
from walletpass.loyalty.tiers import (
    TierChange,
    decide_tier,
    find_tier,
    next_review,
    override_tier,
)
from walletpass.operations.posting.outcome import Done, Outcome
from walletpass.operations.posting.post import post
from walletpass.operations.posting.request import Desk, Post, Posting
from walletpass.operations.posting.shelf import load_shelf
from walletpass.operations.posting.write import write
from walletpass.operations.services import Services
from walletpass.operations.tiers.memberships import keep_change, load_counts, load_membership
from walletpass.store import due

TIER = "tier"
"""Kind of the one due row of an account that looks after its tier. It may ring early, never late."""


def judge_tier(desk: Desk) -> TierChange | None:
    """By what is counted now; nothing is read where a program has no tiers."""
    if not desk.program.tier_plan.tiers and not desk.account.tier:
        return None
    plan, zone = desk.program.tier_plan, desk.program.zone
    held = measure_held(plan, *load_counts(desk), desk.today)
    return decide_tier(plan, load_membership(desk.tx, desk.account.id), held, desk.now, zone)


def settle_tier(services: Services, desk: Desk) -> datetime | None:
    """Post what follows from what is counted, on a locked account; when to look again, if at all."""
    change = judge_tier(desk)
    if change is not None:
        request = Post(desk.account.merchant_id, desk.account.id, "", {})
        write(services, desk, decide_promotion(desk, change), request)
    return find_review(desk)


def decide_promotion(desk: Desk, change: TierChange) -> Posting:
    """What is to be posted; the membership itself is kept here."""
    keep_change(desk.tx, desk.account.id, change, desk.now)
    issue = give(load_shelf(desk), [change.reward] if change.reward else [], desk.now)
    return Posting(Done.PROMOTED, grants=issue.grants, tier=change.membership.tier)


def find_review(desk: Desk) -> datetime | None:
    """When time alone may change the tier."""
    present = load_membership(desk.tx, desk.account.id)
    if present is None:
        return None
    days, _ = load_counts(desk)
    return next_review(desk.program.tier_plan, present, days, desk.today, desk.program.zone)


def give_tier(services: Services, request: Post, tier: str, through: date | None = None) -> Outcome:
    """Staff give a tier, or with "" take it; `through`: its last local day, if it has one.

    Raises Refusal: those of `post`, unknown_tier, bad_last_day.
    """

    def decide(desk: Desk) -> Posting:
        plan = desk.program.tier_plan
        if tier and find_tier(plan, tier) is None:
            raise Refusal("unknown_tier")
        if through is not None and through < desk.today:
            raise Refusal("bad_last_day")
        present = load_membership(desk.tx, desk.account.id)
        change = override_tier(plan, present, tier, desk.now, through)
        posting = decide_promotion(desk, change)
        review = next_review(plan, change.membership, [], desk.today, desk.program.zone)
        if review is not None:
            due.put(desk.tx, desk.account.id, TIER, "", review)
        return posting

    return post(services, request, decide)
