"""Judge rules before they are published."""

from typing import Any

from babel.core import get_global

from walletpass.loyalty.program import Program, units_of
from walletpass.loyalty.program_document import read_program
from walletpass.loyalty.program_problems import BadProgram, find_problems
from walletpass.loyalty.program_problems.checks import UNIT_WORDS
from walletpass.loyalty.wording import Sentence, sentence
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
    program, problems = read_program(document)
    if program is None or problems:
        raise BadProgram((*problems, *(find_problems(program, CURRENCIES) if program else ())))
    check_program(program)
    return program


def check_program(program: Program) -> None:
    """Raises BadProgram with everything that is wrong whoever publishes it."""
    _refuse(find_problems(program, CURRENCIES))


def check_succession(tx: Transaction, merchant_id: int, present: Program, program: Program) -> None:
    """As what comes after a merchant's present rules. Raises BadProgram with everything that is wrong."""
    own = {row.id for row in locations.list_locations(tx, merchant_id)}
    problems = find_problems(program, CURRENCIES, own)
    if merchants.has_members(tx, merchant_id):
        problems += _find_breaks(present, program)
    _refuse(problems)


def _find_breaks(present: Program, program: Program) -> tuple[Sentence, ...]:
    """What customers hold is counted in units and in money that must go on."""
    problems = [
        sentence("Customers hold %(unit)s of this programme: it must keep them.", unit=UNIT_WORDS[unit])
        for unit in sorted(units_of(present.kind) - units_of(program.kind))
    ]
    if program.currency != present.currency:
        problems.append(
            sentence("The currency stays %(currency)s: customers have joined.", currency=present.currency)
        )
    return tuple(problems)


def _refuse(problems: tuple[Sentence, ...]) -> None:
    if problems:
        raise BadProgram(problems)
