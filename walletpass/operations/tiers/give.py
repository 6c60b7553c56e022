"""Give a member a tier by hand."""

from datetime import date

from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.tiers import find_tier, override_tier
from walletpass.operations.posting.outcome import Done, Outcome
from walletpass.operations.posting.post import post
from walletpass.operations.posting.request import Desk, Post, Posting
from walletpass.operations.services import Services
from walletpass.operations.tiers.follow import TIER, find_review, promote
from walletpass.operations.tiers.memberships import load_membership
from walletpass.store import due


def give_tier(services: Services, request: Post, tier: str, through: date | None = None) -> Outcome:
    """With "" it is taken; `through`: its last local day, if it has one.

    Raises Refusal: those of `post`, unknown_tier, bad_last_day, no_tier.
    """

    def decide(desk: Desk) -> Posting:
        plan = desk.program.tier_plan
        if tier and find_tier(plan, tier) is None:
            raise Refusal("unknown_tier")
        if through is not None and through < desk.today:
            raise Refusal("bad_last_day")
        present = load_membership(desk.tx, desk.account.id)
        if not tier and not (present and present.tier):
            raise Refusal("no_tier")
        posting = promote(desk, Posting(Done.PROMOTED), override_tier(plan, present, tier, desk.now, through))
        review = find_review(desk)
        if review is not None:
            due.put(desk.tx, desk.account.id, TIER, "", review)
        return posting

    return post(services, request, decide)
