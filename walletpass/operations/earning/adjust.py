"""Units given or taken by hand, with a reason and a note that the member reads.

Above a limit of the programme one person does not do that alone: see `operations.corrections`.
"""

from collections.abc import Callable
from datetime import date, datetime

from msgspec.structs import replace

from walletpass.loyalty.expiry import check_last_day, grace_terms
from walletpass.loyalty.identifiers import clean_line
from walletpass.loyalty.ledger import EntryKind, Line, LotTerms
from walletpass.loyalty.limits import most_alone
from walletpass.loyalty.local_days import end_of_day, local_day
from walletpass.loyalty.program import Program, units_of
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rules.activity import check_quantity
from walletpass.loyalty.rules.counters import Counted
from walletpass.loyalty.units import Unit
from walletpass.loyalty.wording import UnitCount
from walletpass.operations.earning.decide import decide_rewards
from walletpass.operations.posting.outcome import Done, Outcome
from walletpass.operations.posting.post import post
from walletpass.operations.posting.request import Desk, Post, Posting
from walletpass.operations.services import Services
from walletpass.store import counters, ledger

Decision = Callable[[Desk], Posting]
REASONS = ("correction", "courtesy", "goodwill", "migration", "other")
"""Codes of the reasons that an owner may give."""
MOST_BY_HAND = 1_000_000
LONGEST_NOTE = 200


def adjust(
    services: Services, request: Post, unit: Unit, quantity: int, reason: str, note: str = ""
) -> Outcome:
    """Negative: taken away, as far as the balance reaches.

    Raises Refusal: those of `post`, bad_quantity, absurd_quantity, bad_reason, text_too_long,
    unknown_unit, balance_too_small, needs_second_person.
    """
    check_quantity(abs(quantity), MOST_BY_HAND)
    decide = decide_adjustment(unit, quantity, reason, read_note(reason, note))
    return post(services, request, _alone(unit, quantity, decide))


def decide_adjustment(unit: Unit, quantity: int, reason: str, note: str) -> Decision:
    def decide(desk: Desk) -> Posting:
        _refuse_unknown(desk.program, unit)
        line = Line(EntryKind.ADJUST, quantity, unit=unit, reason=reason)
        return Posting(Done.ADJUSTED, (line,), decide_rewards(desk, (line,)), note=note)

    return decide


def revive(services: Services, request: Post, unit: Unit, quantity: int, note: str = "") -> Outcome:
    """Give back out of goodwill what has run out, with days of grace. It counts like any other units: what it fills
    or reaches brings its reward.

    Raises Refusal: those of `post`, bad_quantity, absurd_quantity, text_too_long, unknown_unit, not_run_out,
    needs_second_person.
    """
    check_quantity(quantity, MOST_BY_HAND)
    decide = decide_revival(unit, quantity, read_note("goodwill", note))
    return post(services, request, _alone(unit, quantity, decide))


def decide_revival(unit: Unit, quantity: int, note: str) -> Decision:
    def decide(desk: Desk) -> Posting:
        _refuse_unknown(desk.program, unit)
        most = ledger.sum_run_out(desk.tx, desk.account.id, unit.value)
        if quantity > most:
            raise Refusal("not_run_out", most=UnitCount(most, unit, desk.program.unit_names))
        terms = grace_terms(desk.program.grace_days, desk.now, desk.program.zone)
        line = Line(EntryKind.REVERSE_EXPIRE, quantity, unit=unit, reason="goodwill", lot=terms)
        return Posting(Done.ADJUSTED, (line,), decide_rewards(desk, (line,)), note=note)

    return decide


def bring_in(
    services: Services, request: Post, unit: Unit, quantity: int, valid_through: date | None = None
) -> Outcome:
    """A balance from elsewhere, with its own last valid day.

    Raises Refusal: those of `post` and of `check_import`.
    """

    def decide(desk: Desk) -> Posting:
        check_import(desk.program, unit, quantity, valid_through, desk.now)
        zone = desk.program.zone
        terms = LotTerms(end_of_day(valid_through, zone)) if valid_through else None
        line = Line(EntryKind.IMPORT, quantity, unit=unit, lot=terms)
        return Posting(Done.IMPORTED, (line,), decide_rewards(desk, (line,)))

    return post(services, request, decide)


def check_import(
    program: Program, unit: Unit, quantity: int, valid_through: date | None, now: datetime
) -> None:
    """Raises Refusal: bad_balance, unknown_unit, bad_last_day, far_last_day."""
    _refuse_unknown(program, unit)
    if not 0 < quantity <= MOST_BY_HAND:
        raise Refusal("bad_balance", most=UnitCount(MOST_BY_HAND, unit, program.unit_names))
    if valid_through is not None:
        check_last_day(valid_through, local_day(now, program.zone))


def _alone(unit: Unit, quantity: int, decide: Decision) -> Decision:
    """The same by one person. What they did today with this card counts, or many small steps would make a large one."""

    def decide_alone(desk: Desk) -> Posting:
        posting = decide(desk)
        most = most_alone(desk.program.limits, unit)
        if most is None:
            return posting
        counted = Counted(f"by hand:{unit.value}", desk.today, abs(quantity))
        today = counters.list_counts(desk.tx, desk.account.id).get((counted.rule, counted.period_start), 0)
        if today + counted.by > most:
            raise Refusal("needs_second_person", most=UnitCount(most, unit, desk.program.unit_names))
        return replace(posting, counted=(counted,))

    return decide_alone


def _refuse_unknown(program: Program, unit: Unit) -> None:
    if unit not in units_of(program.kind):
        raise Refusal("unknown_unit")


def read_note(reason: str, note: str) -> str:
    """Raises Refusal bad_reason, text_too_long."""
    if reason not in REASONS:
        raise Refusal("bad_reason")
    note = clean_line(note)
    if len(note) > LONGEST_NOTE:
        raise Refusal("text_too_long", field="note", most=LONGEST_NOTE)
    return note
