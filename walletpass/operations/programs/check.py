"""Judge rules before they are published."""

from collections.abc import Iterable, Iterator
from typing import Any

from babel.core import get_global

from walletpass.loyalty.program import Program, units_of
from walletpass.loyalty.program_document import read_program
from walletpass.loyalty.program_problems import BadProgram, find_problems
from walletpass.loyalty.program_problems.checks import UNIT_WORDS, as_far_as_read
from walletpass.loyalty.wording import Sentence, sentence
from walletpass.operations.programs.rules import get_rules_in
from walletpass.operations.services import Services
from walletpass.store import locations, merchants
from walletpass.store.session import Transaction

CURRENCIES = frozenset(
    code
    for used in get_global("territory_currencies").values()
    for code, _begun, ended, is_tender in used
    if ended is None and is_tender
)
"""ISO 4217: those that somewhere are money today."""


def check_document(document: Any) -> Program:
    """What a file says. Raises BadProgram with everything that is wrong in it."""
    program, unread = read_program(document)
    _refuse((*unread, *find_problems(program, CURRENCIES)))
    return program


def check_document_for(services: Services, merchant_id: int, document: Any) -> Program:
    """What a file says, as the next version of a merchant's rules; nothing is changed.

    Raises Refusal unknown_program; BadProgram with everything for which `publish` would refuse it.
    """
    program, unread = read_program(document)
    with services.snapshot() as tx:
        check_succession(tx, merchant_id, get_rules_in(tx, merchant_id).program, program, unread)
    return program


def check_program(program: Program) -> None:
    """Raises BadProgram with everything that is wrong whoever publishes it."""
    _refuse(find_problems(program, CURRENCIES))


def check_succession(
    tx: Transaction, merchant_id: int, present: Program, program: Program, unread: Iterable[Sentence] = ()
) -> None:
    """As what comes after a merchant's present rules; `unread` says what of it cannot be read.

    Raises BadProgram with everything that is wrong.
    """
    own = {row.id for row in locations.list_locations(tx, merchant_id)}
    problems = (*unread, *find_problems(program, CURRENCIES, own))
    if merchants.has_members(tx, merchant_id):
        problems += (*_find_lost_units(present, program), *_find_other_money(present, program))
    _refuse(problems)


@as_far_as_read
def _find_lost_units(present: Program, program: Program) -> Iterator[Sentence]:
    for unit in sorted(units_of(present.kind) - units_of(program.kind)):
        yield sentence("Customers hold %(unit)s of this programme: it must keep them.", unit=UNIT_WORDS[unit])


@as_far_as_read
def _find_other_money(present: Program, program: Program) -> Iterator[Sentence]:
    if program.currency != present.currency:
        yield sentence("The currency stays %(currency)s: customers have joined.", currency=present.currency)


def _refuse(problems: tuple[Sentence, ...]) -> None:
    if problems:
        raise BadProgram(problems)
