"""The file of a card: read, then build and sign with no transaction open."""

from dataclasses import dataclass
from datetime import datetime

from walletpass.artwork import draw_images
from walletpass.artwork.marks import needs_name
from walletpass.card.card import Progress
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.cards.load_card import LoadedCard
from walletpass.operations.cards.wallet_card import load_wallet_card
from walletpass.operations.designs.load_design import load_design, load_pictures
from walletpass.operations.passes.issue import IssuedPass, get_signer, issue_pass
from walletpass.operations.passes.sign_up_form import build_sign_up_form
from walletpass.operations.posting.current import bring_up_to_date, is_due
from walletpass.operations.services import Services
from walletpass.pkpass.bundle import PASS_MEDIA_TYPE, build_pass
from walletpass.pkpass.identity import PassIdentity
from walletpass.pkpass.render import render_pass
from walletpass.pkpass.signing import Signer
from walletpass.pkpass.static import StaticPart, build_static
from walletpass.settings import WalletMode
from walletpass.store import accounts


@dataclass(frozen=True, slots=True)
class PassFile:
    content: bytes
    changed_at: datetime
    """Of the card inside: `Last-Modified`."""
    version: int
    media_type: str = PASS_MEDIA_TYPE


def download_pass(services: Services, page_key: str) -> PassFile:
    """For the card's page. Raises Refusal unknown_page, wallet_off, no_certificate."""
    if services.settings.apple_wallet is WalletMode.OFF:
        raise Refusal("wallet_off")
    now = services.clock.now()
    with services.transaction() as tx:
        account = accounts.find_account_by_page_key(tx, services.vault.digest("page key", page_key))
        if account is None:
            raise Refusal("unknown_page")
        if is_due(account.next_change_at, now):
            account = bring_up_to_date(services, tx, accounts.lock_account(tx, account.id))
        signer = get_signer(services, tx, account.pass_type_identifier, now)
        issued = issue_pass(services, tx, account, signer, now)
        loaded = load_wallet_card(services, tx, account)
    return build_file(services, loaded, issued, signer, now)


def build_file(
    services: Services, loaded: LoadedCard, issued: IssuedPass, signer: Signer, now: datetime
) -> PassFile:
    card = loaded.card
    static = services.static_parts.get(
        (loaded.design_version_id, card.progress),
        lambda: _build_static(services, loaded.design_version_id, card.progress),
    )
    identity = PassIdentity(
        pass_type_identifier=issued.pass_type_identifier,
        team_identifier=signer.team_identifier,
        serial_number=issued.serial,
        authentication_token=services.vault.unseal(issued.token_sealed),
        web_service_url=services.links.web_service,
        sharing_prohibited=True,
    )
    form = build_sign_up_form(services, loaded) if issued.asks_to_sign_up else {}
    content = build_pass(static, render_pass(card, static.frame, identity), signer, now, form)
    return PassFile(content, card.changed_at, card.version)


def _build_static(services: Services, design_version_id: int, progress: Progress) -> StaticPart:
    with services.reading() as tx:
        design = load_design(tx, design_version_id)
        pictures = load_pictures(tx, design)
    return build_static(design, draw_images(design, progress, pictures), write_name=needs_name(design))
