"""A phone fetches a pass."""

from datetime import datetime

from walletpass.loyalty.refusals import Refusal
from walletpass.operations.cards.load_card import load_card
from walletpass.operations.devices.authenticate import get_authenticated_pass
from walletpass.operations.passes.build import PassFile, build_file
from walletpass.operations.passes.issue import IssuedPass
from walletpass.operations.services import Services
from walletpass.pkpass.refusals import CertificateRefused
from walletpass.store import accounts, devices


def fetch_pass(
    services: Services, pass_type: str, serial: str, token: str, known_since: datetime | None
) -> PassFile | None:
    """None where the card did not change since then: decided before anything is built.

    Raises NotAuthenticated, Refusal no_certificate.
    """
    now = services.clock.now()
    with services.snapshot() as tx:
        held = get_authenticated_pass(services, tx, pass_type, serial, token)
        if known_since is not None and held.card_changed_at <= known_since:
            return None
        account = accounts.find_account(tx, held.account_id)
        loaded = load_card(services, tx, account)
    try:
        signer = services.signers.for_pass_type(pass_type, now)
    except CertificateRefused as refused:
        raise Refusal("no_certificate") from refused
    issued = IssuedPass(held.id, pass_type, held.serial, held.token_sealed)
    file = build_file(services, loaded, issued, signer, now)
    if held.handed_version < loaded.card.version:
        with services.transaction() as tx:
            devices.note_handed_version(tx, held.id, loaded.card.version)
    return file
