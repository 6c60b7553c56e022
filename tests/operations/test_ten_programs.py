"""Ten programs: the card of each is sound, whole and told in the member's language."""

import io
import json
import zipfile

import pytest
from support.pass_makers import PassMaker
from support.shops import Shop, open_shop
from support.ten_programs import LONG, TEN, Case

from walletpass.card.card import Progress
from walletpass.operations.cards.open_page import open_page
from walletpass.operations.passes.build import download_pass
from walletpass.pkpass.check import check_pass
from walletpass.settings import Settings
from walletpass.store.session import Database

MEMBERS = {"en": "Anna Kovács", "hu": "Wolfeschlegelné Hernádi-Kovács Annamária"}
PLACES = ("progress_text", "points", "next_reward", "end", "tier", "news")
ON_FRONT = {
    "stamps-8": ["Free starter · 3 to go", "Anna Kovács"],
    "stamps-10-two-milestones": ["Free coffee · 4 to go", "Free cookie"],
    "stamps-30": ["Free wash · 24 to go", "Anna Kovács"],
    "coupons": ["10% off · 58 to go", "10% off", "Anna Kovács"],
    "points-choose": ["Enamel mug · 108 to go", "Enamel mug"],
    "mixed-with-gift-cards": ["Free lunch · 8 to go", "Anna Kovács"],
    "tiers": ["Free coffee · 6 to go", "Silver", "Anna Kovács"],
    "rolling-expiry": ["Enamel mug · 150 to go", "22 Feb 2027"],
    "owing": ["−250 points until your next visits", "1"],
    "many-rewards-long-names": ["Free tea · 1 to go", "7", "27 Feb 2027"],
}
"""Looked at in the simulator: nothing is cut or written smaller."""
TOLD = {
    "stamps-8": ("5 of 8", "", "Free starter", "", "", "2 stamps added: 5 of 8."),
    "stamps-10-two-milestones": (
        "6 of 10",
        "",
        "Free coffee",
        "",
        "",
        "Free cookie: ready for you. 6 of 10.",
    ),
    "stamps-30": (
        "6 of 30",
        "",
        "Free wash",
        "",
        "",
        "1 stamp out of goodwill: Sorry for the long wait on Saturday!",
    ),
    "coupons": ("42 points", "", "10% off", "", "", "10% off: ready for you. 42 points."),
    "points-choose": ("142 beans", "", "Enamel mug", "", "", "Enamel mug: ready for you. 142 beans."),
    "mixed-with-gift-cards": (
        "2 of 10",
        "11 points",
        "Free lunch",
        "",
        "",
        "Gift card of €10 for 100 points.",
    ),
    "tiers": ("4 of 10", "", "Free coffee", "", "Silver", "Stamped: 4 of 10."),
    "rolling-expiry": (
        "100 points",
        "",
        "Enamel mug",
        "22 Feb 2027",
        "",
        "60 points for €60.00 (1 point per €1.00).",
    ),
    "owing": ("−250 points", "", "Enamel mug", "", "", "Taken back for what was returned: 265 points."),
    "many-rewards-long-names": (
        "3 of 6",
        "123 points",
        "Free tea",
        "27 Feb 2027",
        "Gold member",
        "Stamped: 3 of 6; 123 points for €123.45 (1 point per €1.00); €0.45 counts next time.",
    ),
}

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
each_case = pytest.mark.parametrize("case", TEN, ids=lambda case: case.name)


@pytest.fixture
def shop(settings: Settings, database: Database, pass_maker: PassMaker) -> Shop:
    return open_shop(settings, database, pass_maker.signers)


@on_sqlite
@each_case
def test_a_phone_takes_every_pass(shop: Shop, case: Case, pass_maker: PassMaker) -> None:
    """The validator has nothing to say of it, in whatever language."""
    case.publish(shop)
    for language, member in MEMBERS.items():
        content = download_pass(shop.services, case.live_through(shop, member, language)).content
        report = check_pass(content, roots=pass_maker.trust.roots, now=shop.clock.now(), allow_http=True)
        assert report.findings == ()


@on_sqlite
@each_case
def test_a_card_tells_how_it_stands(shop: Shop, case: Case) -> None:
    """Balance, what comes next, what ends, the tier, and what happened last."""
    case.publish(shop)
    card = open_page(shop.services, case.live_through(shop, "Anna", "en"), "en").card
    assert tuple(getattr(card, place).replace("\xa0", " ") for place in PLACES) == TOLD[case.name]


@on_sqlite
@each_case
def test_the_front_says_what_is_missing_or_owed(shop: Shop, case: Case) -> None:
    case.publish(shop)
    content = download_pass(shop.services, case.live_through(shop, MEMBERS["en"], "en")).content
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        fields = json.loads(file.read("pass.json"))["storeCard"]
    row = fields["secondaryFields"] + fields["auxiliaryFields"]
    assert [field["value"] for field in row] == ON_FRONT[case.name]


@on_sqlite
def test_what_is_owed_is_a_number_and_no_progress(shop: Shop) -> None:
    """Not "0 / 250" beside a balance below zero."""
    case = next(case for case in TEN if case.name == "owing")
    case.publish(shop)
    card = open_page(shop.services, case.live_through(shop, "Anna", "en"), "en").card
    assert card.progress == Progress(-250, None, counted=True)
    assert card.owed == "−250 points until your next visits"


@on_sqlite
def test_many_rewards_are_counted_and_say_how_long_they_last(shop: Shop) -> None:
    """Those alike stand together; one that ends names its last day."""
    case = TEN[-1]
    case.publish(shop)
    card = open_page(shop.services, case.live_through(shop, "Anna", "en"), "en").card
    assert len(card.ready) == 7
    assert card.ready_text == f"Ready for you: 3 × {LONG}, 2 × €5 off, 2 × {LONG}!"
    assert {ready.told for ready in card.ready if ready.valid_until} == {
        "€5 off, valid through 22 Jan 2027",
        "€5 off, valid through 24 Jan 2027",
    }
    assert "€5 off, valid through 22 Jan 2027: €5.00 off an order." in card.list_ready()
