"""Ask for a code to find one's card again."""

from walletpass.loyalty.identifiers import read_email
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.enrolment.restore import send_code
from walletpass.operations.services import Services
from walletpass.store import merchants, people


def request_code(services: Services, program_code: str, email: str, language: str) -> int:
    """Send a code to a member's address. The identifier's id; 0 for a stranger, whom a page tells the same.

    Raises Refusal unknown_program, bad_email.
    """
    address = read_email(email)
    with services.transaction() as tx:
        program = merchants.find_program_by_code(tx, program_code)
        if program is None:
            raise Refusal("unknown_program")
        digest = services.vault.digest("email", address)
        known = people.find_identifier(tx, program.merchant_id, "email", digest)
        if known is None:
            return 0
        send_code(services, tx, known, address, program, language, services.clock.now())
        return int(known.id)
