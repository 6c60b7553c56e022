"""Read and publish a programme's rules."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from walletpass.loyalty.program import Asks, Milestone, Program
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.roll_outs.start import start
from walletpass.operations.services import Services
from walletpass.store import merchants
from walletpass.store.roll_outs import Reason
from walletpass.store.session import Transaction
from walletpass.store.statements import add


@dataclass(frozen=True, slots=True)
class Rules:
    program_id: int
    code: str
    """In the join address."""
    number: int
    program: Program
    merchant_name: str
    merchant_language: str
    contact: str
    is_open: bool


def get_rules(services: Services, merchant_id: int) -> Rules:
    """Raises Refusal unknown_program."""
    with services.reading() as tx:
        return _load(merchants.find_program_of_merchant(tx, merchant_id))


def get_rules_by_code(services: Services, code: str) -> Rules:
    """For the join page. Raises Refusal unknown_program."""
    with services.reading() as tx:
        return _load(merchants.find_program_by_code(tx, code))


def publish_rules(
    services: Services, merchant_id: int, number: int, milestones: Iterable[Milestone], asks: Asks
) -> int:
    """The new version's number; `number` is the one that the page showed.

    Raises Refusal stale_page, bad_milestones, text_too_long.
    """
    with services.transaction() as tx:
        present = _load(merchants.find_program_of_merchant(tx, merchant_id))
        if present.number != number:
            raise Refusal("stale_page")
        program = replace(present.program, milestones=tuple(milestones), asks=asks)
        add_version(services, tx, present.program_id, number + 1, program)
        start(services, tx, present.program_id, Reason.RULES)
    return number + 1


def add_version(services: Services, tx: Transaction, program_id: int, number: int, program: Program) -> None:
    values = {"number": number, "rules": program.document(), "published_at": services.clock.now()}
    add(tx, merchants.program_versions, program_id=program_id, **values)


def _load(row: Any) -> Rules:
    if row is None:
        raise Refusal("unknown_program")
    return Rules(
        program_id=row.id,
        code=row.code,
        number=row.version_number,
        program=Program.load(row.rules),
        merchant_name=row.merchant_name,
        merchant_language=row.merchant_language,
        contact=row.contact,
        is_open=row.open,
    )
