"""Find one's card again: a code by e-mail, typed in on the page that asked for it."""

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.wording import sentence
from walletpass.operations.delivery.letters import put_letter
from walletpass.operations.services import Services
from walletpass.store import accounts, merchants, people
from walletpass.store.session import Transaction
from walletpass.store.statements import change

_DIGITS = 6
_LASTS = timedelta(minutes=15)
_TRIES = 5
_NEXT_AFTER = timedelta(minutes=1)
"""Until then the code under way counts: a form sent twice, or somebody who floods a mailbox or wants more tries."""


def send_code(
    services: Services,
    tx: Transaction,
    identifier: Any,
    email: str,
    program: Any,
    language: str,
    now: datetime,
) -> None:
    """A new code to a member's address; an earlier one ends, unless it was sent just now."""
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
    is_new = people.replace_contact_code(
        tx,
        identifier.id,
        now + _LASTS - _NEXT_AFTER,
        digest=_digest(services, identifier.id, code),
        expires_at=now + _LASTS,
        tries_left=_TRIES,
    )
    if not is_new:
        return
    put_letter(
        services,
        tx,
        email,
        language,
        sentence("Your code for %(shop)s: %(code)s", shop=program.merchant_name, code=code),
        sentence(
            "Your code is %(code)s. Type it on the page where you asked for your card. It is good for "
            "%(minutes)s minutes.\n\nIf you did not ask for it, you need not do anything.\n\n%(shop)s",
            code=code,
            minutes=int(_LASTS.total_seconds()) // 60,
            shop=program.merchant_name,
        ),
        now,
    )


def open_with_code(services: Services, program_code: str, identifier_id: int, code: str) -> str:
    """The key of the card's page. Raises Refusal wrong_code, unknown_program."""
    now = services.clock.now()
    with services.transaction() as tx:
        program = merchants.find_program_by_code(tx, program_code)
        if program is None:
            raise Refusal("unknown_program")
        # A try stays spent when the code is wrong, so the refusal waits until the transaction has ended.
        page_key = _open(services, tx, program, identifier_id, code.strip(), now)
    if page_key is None:
        raise Refusal("wrong_code")
    return page_key


def _open(
    services: Services, tx: Transaction, program: Any, identifier_id: int, code: str, now: datetime
) -> str | None:
    known = people.spend_try(tx, identifier_id, now)
    if known is None or not hmac.compare_digest(known.digest, _digest(services, identifier_id, code)):
        return None
    identifier = people.get_identifier(tx, identifier_id)
    account = accounts.find_account_of_member(tx, identifier.member_id, program.id)
    if account is None:
        return None
    people.forget_contact_code(tx, identifier_id)
    change(tx, people.identifiers, identifier_id, verified_at=now)
    return services.vault.unseal(account.page_key_sealed)


def _digest(services: Services, identifier_id: int, code: str) -> bytes:
    return services.vault.digest("contact code", f"{identifier_id}:{code}")
