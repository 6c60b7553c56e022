"""When a card changes by itself, and when somebody has to look after it."""

from datetime import datetime

from walletpass.loyalty.ledger import EntryKind, RewardState
from walletpass.loyalty.warnings import next_moment
from walletpass.operations.posting.books import Books
from walletpass.operations.posting.request import Desk, Posting
from walletpass.store import due, lots, rewards

_ONLY_ADDS = (EntryKind.EARN, EntryKind.BONUS, EntryKind.EXTEND_EXPIRY)


def next_change(desk: Desk, posting: Posting, books: Books) -> datetime | None:
    """May be early, never late."""
    account, now = desk.account, desk.now
    changes = {*books.begins, *[grant.valid_to for grant in posting.grants]}
    changes |= {at for unit, at in books.roll_to.items() if books.balance[unit] > 0}
    known = account.next_change_at
    only_adds = all(line.kind in _ONLY_ADDS for line in posting.lines) and not (
        posting.handed or posting.begun
    )
    if only_adds and (known is None or known > now):
        changes.add(known)  # though it may have moved: behind it may be an end that did not
    else:
        changes |= {lots.next_change(desk.tx, account.id, now), rewards.next_end(desk.tx, account.id)}
    ahead = [at for at in changes if at is not None and at > now]
    return min((*ahead, *books.ends), default=None)  # a lot of something long past has ended already


def ring(desk: Desk, posting: Posting, books: Books) -> datetime | None:
    """Have the account looked after before the next warning or change; when.

    What was there before is looked after already.
    """
    rings_at: datetime | None = desk.account.rings_at
    program, new = desk.program, [(at, 1) for at in books.ends]
    warned = next_moment(new, program.expiry, program.zone, desk.now, ())
    moments = {warned, *books.begins, *[grant.valid_to for grant in posting.grants]}
    if RewardState.ISSUED in posting.handed.values():  # nobody looked after it while it was used
        moments.add(rewards.next_end(desk.tx, desk.account.id))
    moment = min((at for at in moments if at is not None), default=None)
    if moment is None or (rings_at is not None and rings_at <= moment):
        return rings_at
    due.ring(desk.tx, desk.account.id, due.EXPIRY, moment)
    return moment
