"""A holder signs up in the wallet, on the form that their pass brought along.

Nothing proves who sends it: whoever knows the serial number of a pass that asks may answer, and once.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from walletpass.loyalty.local_days import local_day
from walletpass.loyalty.program_document import load_program
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.delivery.tell import tell_holders
from walletpass.operations.enrolment.applicant import read_applicant
from walletpass.operations.enrolment.contacts import add_contact
from walletpass.operations.passes.issue import ASKED, SIGNED_UP
from walletpass.operations.posting.versions import raise_version
from walletpass.operations.services import Services
from walletpass.pkpass.personalization import is_signable
from walletpass.pkpass.refusals import CertificateRefused
from walletpass.store import accounts, devices, merchants, people
from walletpass.store.session import Transaction
from walletpass.store.statements import change


def personalise(
    services: Services, pass_type: str, serial: str, token: str, given: Mapping[str, str]
) -> bytes:
    """The token's signature, which Wallet checks before it fetches the pass anew, then without the form.

    `given`: name, email, phone. Sent again, the token is only signed again. Raises Refusal not_found for a pass
    that asks nothing, bad_request, no_certificate, and for what is wrong with a field.
    """
    now = services.clock.now()
    with services.reading() as tx:
        held = devices.find_pass(tx, pass_type, serial)
    if held is None or not held.personalisation:
        raise Refusal("not_found")
    if not is_signable(token):
        raise Refusal("bad_request")
    signature = _sign(services, pass_type, token, now)
    with services.transaction() as tx:
        account: Any = accounts.lock_account(tx, held.account_id)
        if devices.change_personalisation(tx, held.id, ASKED, SIGNED_UP):
            _keep(services, tx, account, given, now)
    return signature


def _sign(services: Services, pass_type: str, token: str, now: datetime) -> bytes:
    try:
        return services.signers.for_pass_type(pass_type, now).sign(token.encode(), now)
    except CertificateRefused as refused:
        raise Refusal("no_certificate") from refused


def _keep(services: Services, tx: Transaction, account: Any, given: Mapping[str, str], now: datetime) -> None:
    """What the member has not told yet. The card changes, also where it only loses its form."""
    program = load_program(merchants.get_program(tx, account.program_id).rules)
    applicant, problems = read_applicant(program.asks, given, (), local_day(now, program.zone))
    if problems:
        raise next(iter(problems.values()))
    if applicant.name and not account.member_name:
        change(tx, people.members, account.member_id, name=applicant.name)
    known = {contact.kind for contact in people.list_identifiers(tx, account.member_id)}
    for kind in ("email", "phone"):
        value = getattr(applicant, kind)
        if value and kind not in known:
            add_contact(services, tx, account.merchant_id, account.member_id, kind, value)
    change(tx, accounts.accounts, account.id, **raise_version(tx, account, now))
    tell_holders(tx, [account.id], now)
