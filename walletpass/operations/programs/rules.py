"""A programme's rules as they stand, and a version of them to come."""

from dataclasses import dataclass
from typing import Any

from walletpass.loyalty.program import Migration, Program, ProgramState, can_join
from walletpass.loyalty.program_document import dump_program, load_program
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.services import Services
from walletpass.store import merchants
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
    state: ProgramState

    @property
    def is_open(self) -> bool:
        """For new members."""
        return can_join(self.state)


def get_rules(services: Services, merchant_id: int) -> Rules:
    """Raises Refusal unknown_program."""
    with services.reading() as tx:
        return get_rules_in(tx, merchant_id)


def get_rules_in(tx: Transaction, merchant_id: int) -> Rules:
    """Raises Refusal unknown_program."""
    return _load(merchants.find_program_of_merchant(tx, merchant_id))


def get_rules_by_code(services: Services, code: str) -> Rules:
    """For the join page. Raises Refusal unknown_program."""
    with services.reading() as tx:
        return _load(merchants.find_program_by_code(tx, code))


def add_version(
    services: Services,
    tx: Transaction,
    program_id: int,
    number: int,
    program: Program,
    migration: Migration = Migration.MOVE_ALL,
) -> None:
    add(
        tx,
        merchants.program_versions,
        program_id=program_id,
        number=number,
        rules=dump_program(program),
        migration=migration.value,
        published_at=services.clock.now(),
    )


def _load(row: Any) -> Rules:
    if row is None:
        raise Refusal("unknown_program")
    return Rules(
        program_id=row.id,
        code=row.code,
        number=row.version_number,
        program=load_program(row.rules),
        merchant_name=row.merchant_name,
        merchant_language=row.merchant_language,
        contact=row.contact,
        state=ProgramState(row.state),
    )
