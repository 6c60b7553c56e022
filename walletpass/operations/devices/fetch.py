"""A phone fetches a pass."""

import logging
from datetime import datetime

from walletpass.loyalty.refusals import Refusal
from walletpass.operations.cards.wallet_card import load_wallet_card
from walletpass.operations.devices.authenticate import HeldPass
from walletpass.operations.passes.build import PassFile, build_file
from walletpass.operations.posting.current import settle_if_due
from walletpass.operations.services import Services
from walletpass.pkpass.refusals import CertificateRefused
from walletpass.store import accounts, devices

log = logging.getLogger(__name__)


def fetch_pass(services: Services, held: HeldPass, known_since: datetime | None) -> PassFile | None:
    """None where the card did not change since then: decided before anything is built.

    Raises Refusal no_certificate.
    """
    settled = settle_if_due(services, held.account_id, held.next_change_at)
    changed_at = settled.card_changed_at if settled is not None else held.changed_at
    if known_since is not None and changed_at <= known_since:
        return None
    now = services.clock.now()
    try:
        signer = services.signers.for_pass_type(held.pass_type_identifier, now)
    except CertificateRefused as refused:
        raise Refusal("no_certificate") from refused
    with services.snapshot() as tx:
        loaded = load_wallet_card(services, tx, accounts.find_account(tx, held.account_id))
    return build_file(services, loaded, held.issued, signer, now)


def note_fetched(services: Services, held: HeldPass, file: PassFile) -> None:
    """Once per version. A database that cannot take it now costs the proof, not the phone its pass."""
    if held.fetched_version >= file.version:
        return
    try:
        with services.transaction() as tx:
            devices.note_fetched(tx, held.id, file.version, services.clock.now())
    except Refusal as refusal:
        log.warning("fetch.unproved", extra={"pass": held.id, "why": refusal.code})
