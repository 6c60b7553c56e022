"""What was done to a card just before: how much, and whether this is the same once more."""

from walletpass.loyalty.limits import LATELY, Burst, Recent, is_repeat
from walletpass.operations.posting.outcome import Done
from walletpass.operations.posting.request import Business, Desk
from walletpass.store import ledger


def load_recent(desk: Desk, *, in_a_row: bool) -> Recent:
    """What was given lately. Of a shop only whether its minute is full; a card comes to its limit of a minute only
    `in_a_row`, with no cool-down between."""
    limits, tx, since = desk.program.limits, desk.tx, desk.now - LATELY
    last_at = desk.account.last_stamped_at
    of_card = of_shop = Burst()
    if in_a_row and last_at is not None and last_at > since:
        times = ledger.list_times(tx, desk.account.id, since, limits.per_card_per_minute)
        of_card = Burst(len(times), min(times, default=None))
    most = limits.per_shop_per_minute
    if most and desk.stamped_lately >= most:
        oldest = ledger.find_stamped_before(tx, desk.account.merchant_id, since, newer=most - 1)
        of_shop = Burst(most, oldest) if oldest else Burst()
    return Recent(last_at, desk.stamped_today, of_card, of_shop)


def is_same_again(desk: Desk, recent: Recent, done: Done, business: Business) -> bool:
    """Whether a moment ago nothing else was done: the same count, or the same purchase without a bill."""
    if not is_repeat(desk.program.limits, recent, desk.now):
        return False
    last = ledger.find_last_activity(desk.tx, desk.account.id)
    same = (done, None, business.gross_minor, business.details)
    return last is not None and (last.kind, last.external_id, last.gross_minor, last.details) == same
