"""Judge rules before they are published."""

from typing import Any

from babel.core import get_global

from walletpass.loyalty.program import Program
from walletpass.loyalty.program_document import read_program
from walletpass.loyalty.program_problems import BadProgram, find_problems
from walletpass.loyalty.wording import Sentence
from walletpass.store import locations
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


def check_for(tx: Transaction, merchant_id: int, program: Program) -> None:
    """Raises BadProgram with everything that is wrong when that merchant publishes it."""
    own = {row.id for row in locations.list_locations(tx, merchant_id)}
    _refuse(find_problems(program, CURRENCIES, own))


def _refuse(problems: tuple[Sentence, ...]) -> None:
    if problems:
        raise BadProgram(problems)
