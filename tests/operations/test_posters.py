"""The poster: a tagged page with real text, whatever people called things, and a code that phones read."""

import io
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from support.printed import open_pdf, read_qr, read_text
from support.shops import Shop, open_shop

from walletpass.artwork.poster import Paper, PosterText, print_poster
from walletpass.card.card import Progress
from walletpass.card.design import LANGUAGES, Role
from walletpass.loyalty.program import Milestone
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.designs.draft import get_draft, save_draft
from walletpass.operations.designs.edit import edit_design, read_pictures
from walletpass.operations.designs.publish import publish_draft
from walletpass.operations.installation.add_merchant import NewMerchant, add_merchant
from walletpass.operations.posters.make_poster import make_poster
from walletpass.operations.programs.rules import get_rules
from walletpass.pkpass.signers import Signers
from walletpass.settings import Settings
from walletpass.store.session import Database

POINTS_PER_MM = 72 / 25.4


@pytest.fixture
def shop(settings: Settings, sqlite_database: Database, development_signers: Signers) -> Shop:
    """On SQLite only: nothing is written."""
    return open_shop(settings, sqlite_database, development_signers)


def name_shop(shop: Shop, name: str) -> None:
    draft = get_draft(shop.services, shop.merchant_id)
    design, problems = edit_design(draft.design, {"organization": name})
    assert not problems
    saved = save_draft(shop.services, shop.merchant_id, draft.revision, design)
    publish_draft(shop.services, shop.merchant_id, saved.revision)


def promise(shop: Shop, *milestones: Milestone) -> int:
    """Another shop with these rewards; its id."""
    zone = ZoneInfo("Europe/Budapest")
    template = next(iter(shop.services.templates))
    with shop.services.transaction() as tx:
        return add_merchant(shop.services, tx, NewMerchant("Other", template, "hu", zone, milestones))


@pytest.mark.parametrize(("paper", "width", "height"), [(Paper.A4, 210, 297), (Paper.A5, 148, 209.3)])
def test_a_poster_is_one_page_of_the_paper(shop: Shop, paper: Paper, width: float, height: float) -> None:
    (page,) = open_pdf(make_poster(shop.services, shop.merchant_id, paper, "en")).pages
    assert float(page.mediabox.width) == pytest.approx(width * POINTS_PER_MM, abs=1)
    assert float(page.mediabox.height) == pytest.approx(height * POINTS_PER_MM, abs=1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_poster_is_tagged_titled_and_says_its_language(shop: Shop, language: str) -> None:
    """PDF/UA: a screen reader reads it in order, and its pictures have words."""
    reader = open_pdf(make_poster(shop.services, shop.merchant_id, Paper.A4, language))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == language
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "Corner Coffee" in (reader.metadata.title or "")
    assert b"pdfuaid" in root["/Metadata"].get_data()


def test_the_name_the_deal_and_the_short_link_can_be_read(shop: Shop) -> None:
    text = read_text(make_poster(shop.services, shop.merchant_id, Paper.A4, "en"))
    assert "Corner Coffee" in text
    assert "10 stamps: Free coffee" in text
    assert f"127.0.0.1:8000/join/{shop.code}" in text
    assert "No app needed" in text


def test_every_reward_has_a_line(shop: Shop) -> None:
    merchant_id = promise(shop, Milestone(4, "Pogácsa"), Milestone(8, "Kenyér"))
    text = read_text(make_poster(shop.services, merchant_id, Paper.A4, "en"))
    assert "4 stamps: Pogácsa" in text
    assert "8 stamps: Kenyér" in text


@pytest.mark.parametrize(
    "name",
    [
        '#panic("x") $x^2$ *bold* _it_ "q" \\',
        '"); #read("/etc/passwd") //',
        "@label <tag> `raw` = head ~ [c] {d} % /* c */",
        "Ћирилица & Ελληνικά",
        "مقهى الزاوية",
        "Žluťoučký kůň Ő",
    ],
)
def test_signs_that_mean_something_to_the_typesetter_mean_nothing(shop: Shop, name: str) -> None:
    """Names are data: what was typed stands there, or its letters do where scripts join them."""
    name_shop(shop, name)
    pdf = make_poster(shop.services, shop.merchant_id, Paper.A4, "en")
    assert name in (open_pdf(pdf).metadata.title or "")
    assert set(name.replace(" ", "")) <= set(read_text(pdf)) or not name.isascii()


def test_long_texts_stay_on_the_page(shop: Shop) -> None:
    """Thirty rewards of sixty letters without a space, and a name as long as names may be."""
    merchant_id = promise(shop, *(Milestone(at, "W" * 60) for at in range(1, 31)))
    name_shop(shop, "W" * 60)
    for shown in (merchant_id, shop.merchant_id):
        assert len(open_pdf(make_poster(shop.services, shown, Paper.A5, "hu")).pages) == 1


@pytest.mark.parametrize("long", ["W" * 200, "word " * 40, "Ő" * 200])
def test_texts_of_two_hundred_letters_are_printed_whole(shop: Shop, long: str) -> None:
    """Wherever they come from: they shrink, then break, and no letter is lost."""
    template = next(iter(shop.services.templates.values()))
    text = PosterText("en", long, (long, long), "promise", ("one", "two"), "go to", long, "code", "strip")
    design, progress = template.design("Shop"), Progress(1, 5, (5,))
    pdf = print_poster(text, "https://example.com", Paper.A5, design, progress, template.images)
    letters = open_pdf(pdf).pages[0].extract_text().replace("\u200b", "").replace(" ", "").replace("\n", "")
    assert letters.count(long.replace(" ", "")) == 4


def test_a_name_that_no_typeface_has_is_shown_as_the_card_s_sign(shop: Shop) -> None:
    """Boxes are never printed; the name stays in the title and as the picture's words."""
    name_shop(shop, "\U00013000\U00013001")
    reader = open_pdf(make_poster(shop.services, shop.merchant_id, Paper.A4, "en"))
    assert "\U00013000\U00013001" in (reader.metadata.title or "")


def test_a_reward_that_no_typeface_has_is_refused_in_words(shop: Shop) -> None:
    merchant_id = promise(shop, Milestone(5, "\U00013000"))
    with pytest.raises(Refusal, match="unprintable"):
        make_poster(shop.services, merchant_id, Paper.A4, "en")


def test_a_logo_stands_in_place_of_the_name(shop: Shop) -> None:
    """Its words are the name."""
    png = io.BytesIO()
    Image.new("RGB", (300, 100), "#aa2244").save(png, "PNG")
    uploads, problems = read_pictures({Role.LOGO: png.getvalue()})
    assert not problems
    draft = get_draft(shop.services, shop.merchant_id)
    saved = save_draft(shop.services, shop.merchant_id, draft.revision, draft.design, uploads)
    publish_draft(shop.services, shop.merchant_id, saved.revision)
    assert "Corner Coffee" not in read_text(make_poster(shop.services, shop.merchant_id, Paper.A4, "en"))


def test_phones_read_the_code_and_the_poster_is_counted(shop: Shop) -> None:
    """Decoded from the drawn page: the link to join, with where it was found."""
    png = make_poster(shop.services, shop.merchant_id, Paper.A4, "en", as_picture=True)
    link = shop.services.links.join(get_rules(shop.services, shop.merchant_id).code)
    assert read_qr(png) == f"{link}?from=poster"
