"""A card for somebody without a phone: its codes on paper, in the published look."""

from walletpass.artwork.paper_card import PaperCardText, print_paper_card
from walletpass.artwork.typesetting import Unprintable
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.telling import CARD_NUMBER
from walletpass.loyalty.wording import sentence
from walletpass.operations.cards.load_card import load_card
from walletpass.operations.cards.own_account import get_active
from walletpass.operations.designs.load_design import load_design
from walletpass.operations.services import Services
from walletpass.translations import translator


def print_card(
    services: Services, merchant_id: int, account_id: int, language: str = "", *, as_picture: bool = False
) -> bytes:
    """PDF of one page, or a PNG of it; in the member's language unless another is wanted.

    The balance is not on it: the paper would lie after the next visit. Raises Refusal unknown_card, void_card,
    closed_account, unprintable.
    """
    with services.snapshot() as tx:
        account = get_active(tx, merchant_id, account_id)
        language = language or account.member_language
        loaded = load_card(services, tx, account, language)
        design = load_design(tx, loaded.design_version_id)
    card, say = loaded.card, translator(language).say
    text = PaperCardText(
        language=language,
        title=say(sentence("Loyalty card of %(shop)s", shop=design.organization)),
        name=design.organization,
        member=card.member,
        deal=card.deal,
        code_label=say(CARD_NUMBER),
        code=card.typed_code,
        code_alt=say(sentence("QR code of this card, to be scanned at the till")),
    )
    try:
        return print_paper_card(text, card.scan_code, design.palette, as_picture=as_picture)
    except Unprintable as unprintable:
        raise Refusal("unprintable") from unprintable
