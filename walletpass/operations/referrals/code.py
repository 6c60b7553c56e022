"""The code by which a member brings others."""

from typing import Any

from walletpass.loyalty.identifiers import new_typed_code, read_code
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.services import Services
from walletpass.operations.wrong_codes import CodeKind, counting_wrong_codes
from walletpass.store import accounts, merchants, referrals
from walletpass.store.session import Transaction
from walletpass.store.statements import change


def get_referral_code(services: Services, merchant_id: int, account_id: int) -> str:
    """Made when it is first asked for. Raises Refusal unknown_card, closed_account."""
    with services.transaction() as tx:
        account = accounts.lock_account(tx, account_id)
        if account is None or account.merchant_id != merchant_id:
            raise Refusal("unknown_card")
        if account.state != "active":
            raise Refusal("closed_account")
        code: str = account.referral_code or new_typed_code()
        if account.referral_code is None:
            change(tx, accounts.accounts, account_id, referral_code=code)
    return code


def find_referrer(tx: Transaction, program_id: int, code: str) -> Any | None:
    """Whose code that is, as it was typed: `id` and `member_id` of their account."""
    read = read_code(code)
    return referrals.find_by_code(tx, program_id, read) if read.isalnum() else None


def check_referral_code(services: Services, program_code: str, code: str, who: str = "") -> None:
    """Whether a member of that programme has it. `who` asks: see `counting_wrong_codes`.

    Raises Refusal unknown_program, unknown_referral, too_many.
    """
    with services.reading() as tx:
        program = merchants.find_program_by_code(tx, program_code)
    if program is None:
        raise Refusal("unknown_program")
    limit = counting_wrong_codes(services, program.merchant_id, CodeKind.REFERRAL, who)
    with limit, services.reading() as tx:
        if find_referrer(tx, program.id, code) is None:
            raise Refusal("unknown_referral")
