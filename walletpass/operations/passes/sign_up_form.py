"""The form by which a holder signs up in the wallet, as files of their pass."""

from walletpass.artwork.marks import draw_form_logo
from walletpass.loyalty.program import Asks
from walletpass.loyalty.program_document import load_program
from walletpass.loyalty.wording import sentence
from walletpass.operations.cards.load_card import LoadedCard
from walletpass.operations.designs.load_design import load_design, load_pictures
from walletpass.operations.services import Services
from walletpass.pkpass.personalization import FIELDS, personalization_files
from walletpass.store import accounts, merchants
from walletpass.translations import translator


def build_sign_up_form(services: Services, loaded: LoadedCard) -> dict[str, bytes]:
    """File name -> data. It asks what the join page asks, as far as Wallet has fields for it."""
    with services.snapshot() as tx:
        account = accounts.find_account(tx, loaded.account_id)
        assert account is not None
        program = load_program(merchants.get_program(tx, account.program_id).rules)
        design = load_design(tx, loaded.design_version_id)
        pictures = load_pictures(tx, design)
    told = sentence("Sign up with %(shop)s", shop=design.organization)
    return personalization_files(
        list_fields(program.asks),
        translator(account.member_language).say(told),
        draw_form_logo(design, pictures),
    )


def list_fields(asks: Asks) -> list[str]:
    return [field for field in FIELDS if getattr(asks, field) is not None]
