"""Stamp a card."""

from walletpass.loyalty.earning import Standing, decide_stamps, is_repeat, start_of_day
from walletpass.operations.posting.outcome import Done, Outcome
from walletpass.operations.posting.post import Desk, Post, Posting, describe, post
from walletpass.operations.services import Services
from walletpass.store import ledger


def stamp(services: Services, request: Post, adding: int, override_reason: str = "") -> Outcome:
    """Add stamps; the reason lets staff stamp again within the cool-down.

    Raises Refusal: those of `post` and of `decide_stamps`.
    """

    def decide(desk: Desk) -> Posting | Outcome:
        account, program = desk.account, desk.program
        today = start_of_day(desk.now, program.zone)
        standing = Standing(
            account.stamps, account.last_stamped_at, ledger.stamped_since(desk.tx, account.id, today)
        )
        if is_repeat(program, standing, desk.now):
            return describe(desk, Done.STAMPED, account.stamps, repeat=True)
        decided = decide_stamps(program, standing, adding, desk.now, override=bool(override_reason))
        return Posting(Done.STAMPED, decided.lines, decided.rewards, reason=override_reason)

    return post(services, request, decide)
