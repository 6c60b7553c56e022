"""A card for people without a phone."""

import pytest
from support.printed import open_pdf, read_qr, read_text
from support.shops import Shop, add_shop, open_shop

from walletpass.card.design import LANGUAGES
from walletpass.loyalty.program import Milestone
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.cards.close_card import close_card
from walletpass.operations.cards.find_card import find_card
from walletpass.operations.cards.open_page import open_page
from walletpass.operations.cards.print_card import print_card
from walletpass.pkpass.signers import Signers
from walletpass.settings import Settings
from walletpass.store.session import Database

POINTS_PER_MM = 72 / 25.4


@pytest.fixture
def shop(settings: Settings, sqlite_database: Database, development_signers: Signers) -> Shop:
    """On SQLite only: nothing is written."""
    return open_shop(settings, sqlite_database, development_signers)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_is_one_tagged_page_of_a_bank_cards_size_in_every_language(shop: Shop, language: str) -> None:
    anna = shop.account_id(shop.join("Anna Kovács"))
    reader = open_pdf(print_card(shop.services, shop.merchant_id, anna, language))
    (page,) = reader.pages
    root = reader.trailer["/Root"]
    assert float(page.mediabox.width) == pytest.approx(85.6 * POINTS_PER_MM, abs=0.5)
    assert float(page.mediabox.height) == pytest.approx(53.98 * POINTS_PER_MM, abs=0.5)
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == language


def test_staff_can_scan_it_or_type_what_is_printed(shop: Shop) -> None:
    page_key = shop.join("Anna Kovács")
    anna = shop.account_id(page_key)
    card = open_page(shop.services, page_key, "en").card
    text = read_text(print_card(shop.services, shop.merchant_id, anna))
    for printed in ("Corner Coffee", "Anna Kovács", "10 stamps: Free coffee", card.typed_code):
        assert printed in text
    scanned = read_qr(print_card(shop.services, shop.merchant_id, anna, as_picture=True))
    assert find_card(shop.services, shop.merchant_id, scanned) == anna


def test_it_is_in_the_members_language_unless_another_is_wanted(shop: Shop) -> None:
    anna = shop.account_id(shop.join("Anna", language="hu"))
    own = open_pdf(print_card(shop.services, shop.merchant_id, anna))
    assert own.trailer["/Root"]["/Lang"] == "hu"


@pytest.mark.parametrize("name", ['#panic("x") $x$', "W" * 80, "مقهى", ""])
def test_whatever_people_are_called_it_stays_one_page(shop: Shop, name: str) -> None:
    anna = shop.account_id(shop.join(name))
    assert len(open_pdf(print_card(shop.services, shop.merchant_id, anna)).pages) == 1


def test_letters_that_no_typeface_has_are_refused_in_words(shop: Shop) -> None:
    anna = shop.account_id(shop.join("\U00013000"))
    with pytest.raises(Refusal, match="unprintable"):
        print_card(shop.services, shop.merchant_id, anna)


def test_no_card_is_printed_that_finds_nothing(shop: Shop) -> None:
    anna = shop.account_id(shop.join("Anna"))
    other = add_shop(shop.services, "Other Shop", (Milestone(5, "Bun"),))
    with pytest.raises(Refusal, match="unknown_card"):
        print_card(shop.services, other, anna)
    close_card(shop.services, shop.merchant_id, anna)
    with pytest.raises(Refusal, match="closed_account"):
        print_card(shop.services, shop.merchant_id, anna)
