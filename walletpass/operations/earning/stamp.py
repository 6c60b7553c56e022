"""Stamp a card."""

from walletpass.loyalty.earning import Standing, guard_stamps, is_repeat
from walletpass.loyalty.ledger import EntryKind, Line
from walletpass.loyalty.rewards.issuing import issue_milestones
from walletpass.operations.posting.outcome import Done, Outcome
from walletpass.operations.posting.post import post
from walletpass.operations.posting.request import Desk, Post, Posting
from walletpass.operations.posting.shelf import load_shelf
from walletpass.operations.posting.write import describe
from walletpass.operations.services import Services
from walletpass.store import counters


def stamp(services: Services, request: Post, adding: int, override_reason: str = "") -> Outcome:
    """Add stamps; the reason lets staff stamp again within the cool-down.

    Raises Refusal: those of `post` and of `guard_stamps`.
    """

    def decide(desk: Desk) -> Posting | Outcome:
        account, program = desk.account, desk.program
        day = counters.find_day(desk.tx, account.id, desk.today)
        standing = Standing(account.stamps, account.last_stamped_at, day.stamps if day else 0)
        if is_repeat(program, standing, desk.now):
            return describe(desk, Done.STAMPED, repeat=True)
        guard_stamps(program, standing, adding, desk.now, override=bool(override_reason))
        issue = issue_milestones(
            load_shelf(desk), program.milestones, account.stamps, account.stamps + adding, desk.now
        )
        return Posting(Done.STAMPED, (Line(EntryKind.EARN, adding),), issue.grants, reason=override_reason)

    return post(services, request, decide)
