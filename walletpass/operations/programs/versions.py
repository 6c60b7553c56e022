"""Published versions of a program's rules. One never changes, so it is read once."""

from walletpass.loyalty.program import Program
from walletpass.loyalty.program_document import load_program
from walletpass.operations.services import Services
from walletpass.store import merchants
from walletpass.store.session import Transaction

_MOST_KEPT = 1000


def load_version(services: Services, tx: Transaction, version_id: int) -> Program:
    known = services.programs.get(version_id)
    if known is not None:
        return known
    program = load_program(merchants.get_rules(tx, version_id))
    if len(services.programs) >= _MOST_KEPT:
        services.programs.clear()
    services.programs[version_id] = program
    return program
