"""Look after tiers when time is over."""

from datetime import datetime

from walletpass.operations.posting.outcome import Done
from walletpass.operations.posting.request import Desk, Post, Posting
from walletpass.operations.posting.write import write
from walletpass.operations.services import Services
from walletpass.operations.tiers.follow import find_review, judge_tier, promote
from walletpass.store import due


def look_after_tier(services: Services, desk: Desk, _item: due.Item) -> datetime | None:
    """Post what follows from what is counted, on a locked account; when to look again, if at all."""
    change = judge_tier(desk)
    if change is not None:
        request = Post(desk.account.merchant_id, desk.account.id, "", {})
        write(services, desk, promote(desk, Posting(Done.PROMOTED), change), request)
    return find_review(desk)
