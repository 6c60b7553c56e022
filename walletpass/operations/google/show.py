"""All that an object shows now, as the documents of it and its class."""

from dataclasses import dataclass, replace
from typing import Any, Self

from walletpass.card.card import Card
from walletpass.card.design import LANGUAGES, Design
from walletpass.gpay.class_document import render_class
from walletpass.gpay.facts import ClassFacts, ObjectFacts
from walletpass.gpay.frame import Frame
from walletpass.gpay.ids import ClassId, ObjectId
from walletpass.gpay.object_document import render_object
from walletpass.gpay.totp import describe_rotating_barcode, make_secret
from walletpass.loyalty.telling import CARD_NUMBER
from walletpass.loyalty.tiers import find_tier
from walletpass.operations.cards.wallet_card import load_wallet_card
from walletpass.operations.designs.load_design import load_design
from walletpass.operations.google.issuers import Issuer
from walletpass.operations.google.pictures import PictureAddresses, find_pictures
from walletpass.operations.posting.current import settle_if_due
from walletpass.operations.programs.versions import load_version
from walletpass.operations.services import Services
from walletpass.store import accounts, google, merchants, roll_outs
from walletpass.store.session import Transaction
from walletpass.store.statements import change
from walletpass.translations import translator


@dataclass(frozen=True, slots=True)
class Newest:
    """What was published last. A class shows it, however far a roll-out has come: it is shared by all cards."""

    design: Design
    design_version_id: int
    tier: str
    """The member's, by its present name."""
    has_rotating_codes: bool


@dataclass(frozen=True, slots=True)
class Sight:
    """What is known of an object before its documents are made."""

    row: Any
    """Of `google_objects`."""
    class_row: Any
    issuer: Issuer
    card: Card
    design: Design
    design_version_id: int
    group: str
    """Under which the cards of one merchant lie together on a phone."""
    secret: bytes | None
    """Of a barcode that rotates."""
    newest: Newest
    sent: str
    class_sent: str
    """Digests of what Google has; empty for nothing."""

    def as_unsent(self) -> Self:
        """As if Google knew nothing of it."""
        return replace(self, sent="", class_sent="")

    @property
    def object_id(self) -> ObjectId:
        return ObjectId(self.row.issuer_id, self.row.suffix)

    @property
    def class_id(self) -> ClassId:
        return ClassId(self.class_row.issuer_id, self.class_row.suffix)


def load_sight(services: Services, object_id: int) -> Sight | None:
    """As of now: what time has done is posted first. None where its issuer was given up."""
    with services.reading() as tx:
        row = google.find_object(tx, object_id)
        account = accounts.find_account(tx, row.account_id) if row is not None else None
    if account is None:
        return None
    settle_if_due(services, account.id, account.next_change_at)
    with services.transaction() as tx:
        return _load(services, tx, object_id)


def _load(services: Services, tx: Transaction, object_id: int) -> Sight | None:
    """In a class of the tier that the member has now."""
    row = google.find_object(tx, object_id)
    account = accounts.lock_account(tx, row.account_id) if row is not None else None
    if row is None or account is None:
        return None
    issuer = services.google.of_id(tx, services.vault, row.issuer_id)
    if issuer is None:
        return None
    loaded = load_wallet_card(services, tx, account)
    class_row = find_class(tx, account, row.issuer_id)
    design = load_design(tx, loaded.design_version_id)
    return Sight(
        row=row,
        class_row=class_row,
        issuer=issuer,
        card=loaded.card,
        design=design,
        design_version_id=loaded.design_version_id,
        group=f"{row.issuer_id}.merchant-{account.merchant_id}",
        secret=_settle_secret(services, tx, account, row),
        newest=_load_newest(services, tx, account),
        sent=row.sent,
        class_sent=class_row.sent,
    )


def _load_newest(services: Services, tx: Transaction, account: Any) -> Newest:
    versions = roll_outs.get_newest(tx, account.program_id)
    rules = load_version(services, tx, versions.program_version_id)
    tier = find_tier(rules.tier_plan, account.tier)
    return Newest(
        load_design(tx, versions.design_version_id),
        versions.design_version_id,
        tier.name if tier else "",
        rules.rotating_codes,
    )


def _settle_secret(services: Services, tx: Transaction, account: Any, row: Any) -> bytes | None:
    """There is one just as long as the card's rules want it."""
    wanted = load_version(services, tx, account.program_version_id).rotating_codes
    if wanted and row.secret_sealed is not None:
        return bytes.fromhex(services.vault.unseal(row.secret_sealed))
    secret = make_secret() if wanted else None
    if wanted or row.secret_sealed is not None:
        sealed = services.vault.seal(secret.hex()) if secret else None
        change(tx, google.google_objects, row.id, secret_sealed=sealed)
    return secret


def find_class(tx: Transaction, account: Any, issuer_id: str) -> Any:
    """The class of the account's program and tier; made where there is none."""
    found = google.find_class(tx, account.program_id, account.tier, issuer_id)
    if found is not None:
        return found
    code = merchants.get_program(tx, account.program_id).code
    suffix = ClassId.made_of(issuer_id, code, account.tier).suffix
    return google.get_class(tx, google.make_class(tx, account.program_id, account.tier, issuer_id, suffix))


def show_class(services: Services, sight: Sight, pictures: PictureAddresses) -> dict[str, Any]:
    facts = ClassFacts(
        id=sight.class_id,
        logo=pictures.logo,
        number_label={language: translator(language).say(CARD_NUMBER) for language in LANGUAGES},
        wide_logo=pictures.header,
        tier=sight.newest.tier,
        shimmers=sight.newest.has_rotating_codes,
        callback_url=services.links.google_callback,
    )
    return render_class(sight.newest.design, facts)


def show_object(services: Services, sight: Sight, pictures: PictureAddresses) -> dict[str, Any]:
    facts = ObjectFacts(
        id=sight.object_id,
        class_id=sight.class_id,
        hero=pictures.hero,
        group=sight.group,
        rotating=describe_rotating_barcode(sight.card.scan_code, sight.secret) if sight.secret else None,
        screenshots=sight.secret is None,
        offered_at_places=services.google.allows_places(sight.issuer.id),
    )
    return render_object(sight.card, Frame(sight.design), facts)


def show_pictures(services: Services, sight: Sight) -> PictureAddresses:
    """The card's own stamps, and the logos of the class."""
    hero, logos = (
        find_pictures(services, version_id, sight.card.progress)
        for version_id in (sight.design_version_id, sight.newest.design_version_id)
    )
    return replace(logos, hero=hero.hero)
