"""Let units last longer, out of courtesy or because the shop was closed."""

from collections.abc import Iterator
from datetime import date

from walletpass.loyalty.expiry import check_last_day
from walletpass.loyalty.expiry import extend as extend_lot
from walletpass.loyalty.ledger import EntryKind, Line
from walletpass.loyalty.local_days import end_of_day
from walletpass.loyalty.lots import end_of
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.units import Unit
from walletpass.operations.posting.books import load_lot
from walletpass.operations.posting.outcome import Done, Outcome
from walletpass.operations.posting.post import post
from walletpass.operations.posting.request import Desk, Post, Posting
from walletpass.operations.services import Services
from walletpass.store import lots


def extend(services: Services, request: Post, until: date) -> Outcome:
    """Everything that would run out sooner can be used through that local day; nothing is shortened.

    Raises Refusal: those of `post`, bad_last_day, far_last_day, lasts_already.
    """

    def decide(desk: Desk) -> Posting:
        check_last_day(until, desk.today)
        lines = tuple(line for unit in Unit for line in _extend_lots(desk, unit, until))
        if not lines:
            raise Refusal("lasts_already")
        return Posting(Done.EXTENDED, lines)

    return post(services, request, decide)


def _extend_lots(desk: Desk, unit: Unit, until: date) -> Iterator[Line]:
    """One entry for each lot that lasts longer."""
    zone, rolling = desk.program.zone, getattr(desk.account, f"{unit.value}_roll_to")
    ends_at = end_of_day(until, zone)
    for lot in (load_lot(row) for row in lots.list_open(desk.tx, desk.account.id, unit.value)):
        end = end_of(lot, rolling)
        if end is None or end >= ends_at:
            continue
        terms = extend_lot(lot, until, zone, desk.now, rolling)
        lots.change_terms(desk.tx, lot.id, terms.expires_at, terms.rolls, terms.latest_at)
        breakdown = {"until": ends_at.isoformat(), "lot": lot.id}
        yield Line(EntryKind.EXTEND_EXPIRY, 0, unit=unit, breakdown=breakdown)
