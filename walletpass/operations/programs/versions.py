"""Published versions of a program's rules. One never changes, so it is read once."""

from walletpass.loyalty.program import Program
from walletpass.loyalty.program_document import load_program
from walletpass.operations.services import Services
from walletpass.store import merchants
from walletpass.store.session import Transaction


def load_version(services: Services, tx: Transaction, version_id: int) -> Program:
    return services.programs.get(version_id, lambda: load_program(merchants.get_rules(tx, version_id)))
