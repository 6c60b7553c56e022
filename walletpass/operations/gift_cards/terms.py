"""What a merchant's program says about its gift cards."""

from walletpass.loyalty import program_document
from walletpass.loyalty.program import Program
from walletpass.loyalty.refusals import Refusal
from walletpass.store import merchants
from walletpass.store.session import Transaction


def load_program(tx: Transaction, merchant_id: int) -> Program:
    """Raises Refusal unknown_program."""
    program = merchants.find_program_of_merchant(tx, merchant_id)
    if program is None:
        raise Refusal("unknown_program")
    return program_document.load_program(program.rules)
