"""Balances from elsewhere as a list: all lines are judged before the first is posted."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from walletpass.loyalty.program import Program
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.units import Unit
from walletpass.operations.customers.find_member import get_member
from walletpass.operations.earning.adjust import bring_in, check_import
from walletpass.operations.posting.post import check_key
from walletpass.operations.posting.request import Post
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.services import Services
from walletpass.store import ledger

COLUMNS = ("code", "unit", "quantity", "valid_through")
"""Code: whatever finds a member. Unit: stamps or points. The last valid day may be empty: by the rules."""
_NUMBER = re.compile(r"[0-9]{1,9}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_KEY_LETTERS = 40


@dataclass(frozen=True, slots=True)
class Brought:
    number: int
    account_id: int
    unit: Unit
    quantity: int
    valid_through: date | None


@dataclass(frozen=True, slots=True)
class BadLine:
    number: int
    why: Refusal


@dataclass(frozen=True, slots=True)
class Known:
    """It was imported before."""

    number: int


Lines = Iterable[tuple[int, Mapping[str, str]]]
"""Number of a line, and its text by COLUMNS."""


def judge_list(services: Services, merchant_id: int, lines: Lines) -> tuple[list[Brought], list[BadLine]]:
    """Writes nothing."""
    program = get_rules(services, merchant_id).program
    good, bad = [], []
    for number, line in lines:
        try:
            good.append(_read(services, merchant_id, program, number, line))
        except Refusal as refusal:
            bad.append(BadLine(number, refusal))
    return good, bad


def import_list(
    services: Services, merchant_id: int, key: str, good: Iterable[Brought]
) -> Iterator[Brought | Known | BadLine]:
    """Post them, each by itself; the same list under the same key once more changes nothing.

    Each as it is posted, or as what changed meanwhile refuses it. Raises Refusal bad_key.
    """
    check_key(key)
    for line in good:
        asked = {"unit": line.unit, "quantity": line.quantity, "valid_through": str(line.valid_through)}
        own_key = hashlib.sha256(f"{key} {line.number}".encode()).hexdigest()[:_KEY_LETTERS]
        request = Post(merchant_id, line.account_id, own_key, asked)
        with services.reading() as tx:
            is_known = ledger.is_posted(tx, merchant_id, own_key)
        try:
            bring_in(services, request, line.unit, line.quantity, line.valid_through)
        except Refusal as refusal:
            yield BadLine(line.number, refusal)
        else:
            yield Known(line.number) if is_known else line


def _read(
    services: Services, merchant_id: int, program: Program, number: int, line: Mapping[str, str]
) -> Brought:
    code, unit, quantity, last_day = (line.get(name, "").strip() for name in COLUMNS)
    what = _read_unit(unit), _read_quantity(quantity), _read_day(last_day)
    check_import(program, *what, services.clock.now())
    return Brought(number, get_member(services, merchant_id, code), *what)


def _read_unit(text: str) -> Unit:
    try:
        return Unit(text.lower())
    except ValueError:
        raise Refusal("unknown_unit") from None


def _read_quantity(text: str) -> int:
    """0 where it is no number: of that, too, nothing can be imported."""
    return int(text) if _NUMBER.fullmatch(text) else 0


def _read_day(text: str) -> date | None:
    if not text:
        return None
    if not _DAY.fullmatch(text):
        raise Refusal("bad_day")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("bad_day") from None
