"""A program as a loyalty class."""

import re
from dataclasses import replace

import orjson
import pytest
from support.card_table import CARDS, DESIGN
from support.wallet_readers import text

from walletpass import shipped
from walletpass.card.design import LANGUAGES, Word
from walletpass.card_templates import load_templates
from walletpass.gpay.class_document import render_class
from walletpass.gpay.contract import check_class
from walletpass.gpay.facts import ClassFacts, Holders, ObjectFacts, ReviewStatus
from walletpass.gpay.frame import Frame
from walletpass.gpay.ids import ClassId, ObjectId
from walletpass.gpay.object_document import render_object
from walletpass.gpay.template_layout import lay_out

CLASS_ID = ClassId("3388000000012345678", "club")
LOGO = "https://cards.example.com/g/logo.png"
PLAIN = ClassFacts(CLASS_ID, LOGO)
FULL = ClassFacts(
    CLASS_ID,
    LOGO,
    "Stempelkaart",
    number_label={language: f"number ({language})" for language in LANGUAGES},
    tier="Goud",
    wide_logo="https://cards.example.com/g/wide.png",
    hero="https://cards.example.com/g/hero.png",
    places=((52.37, 4.89),) * 12,
    callback_url="https://cards.example.com/google/callback",
    country="NL",
    holders=Holders.MULTIPLE_HOLDERS,
    review_status=ReviewStatus.DRAFT,
    shimmers=True,
)


@pytest.mark.parametrize("facts", [PLAIN, FULL])
def test_google_takes_it(facts):
    """With the least, and with everything; JSON types only."""
    rendered = render_class(DESIGN, facts)
    assert check_class(rendered) == []
    assert orjson.loads(orjson.dumps(rendered)) == rendered
    assert all(rendered.values())


def test_the_least_of_a_class():
    """A personal card is for one person on all devices, and is put up for review at once."""
    rendered = render_class(DESIGN, PLAIN)
    assert rendered["multipleDevicesAndHoldersAllowedStatus"] == "ONE_USER_ALL_DEVICES"
    assert rendered["reviewStatus"] == "UNDER_REVIEW"
    assert rendered["issuerName"] == "Bakkerij Ærø"
    assert rendered["hexBackgroundColor"] == DESIGN.palette.background.hex
    assert rendered.keys().isdisjoint(
        {"rewardsTier", "heroImage", "wideProgramLogo", "callbackOptions", "securityAnimation"}
    )


def test_what_the_merchant_wrote_as_contact_can_be_called_and_opened():
    """Apple Wallet finds it in the text; Google wants links."""
    rendered = render_class(DESIGN, PLAIN)
    assert rendered["homepageUri"] == {
        "uri": "https://bakkerij.example",
        "description": "https://bakkerij.example",
    }
    assert rendered["linksModuleData"] == {
        "uris": [{"uri": "tel:+3120000000", "description": "+31 20 000000"}]
    }


def test_what_an_owner_adds():
    """Each under Google's name; places stop at ten."""
    rendered = render_class(DESIGN, FULL)
    assert rendered["rewardsTier"] == "Goud"
    assert rendered["securityAnimation"] == {"animationType": "FOIL_SHIMMER"}
    assert rendered["callbackOptions"] == {"url": "https://cards.example.com/google/callback"}
    assert len(rendered["merchantLocations"]) == 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_the_design_in_every_language(language):
    """Labels, and the conditions as a whole."""
    rendered = render_class(DESIGN, FULL)
    words = DESIGN.words[language]
    modules = {module["id"]: module for module in rendered["textModulesData"]}
    assert text(rendered, "accountNameLabel", language) == words[Word.MEMBER]
    assert text(rendered, "accountIdLabel", language) == f"number ({language})"
    assert rendered["programName"] == "Stempelkaart"
    assert text(render_class(DESIGN, PLAIN), "programName", language) == words[Word.DESCRIPTION]
    assert text(rendered, "rewardsTierLabel", language) == words[Word.TIER]
    assert text(modules["contact"], "header", language) == words[Word.CONTACT]
    assert text(modules["terms"], "body", language) == words[Word.TERMS_TEXT]


def test_a_merchant_without_contact_has_no_empty_field():
    """Nor one without conditions."""
    wordless = {language: {**words, Word.TERMS_TEXT: ""} for language, words in DESIGN.words.items()}
    rendered = render_class(replace(DESIGN, contact="", words=wordless), PLAIN)
    assert rendered.keys().isdisjoint({"homepageUri", "linksModuleData"})
    assert check_class(rendered) == []
    assert "textModulesData" not in rendered


def test_every_path_of_the_layout_leads_somewhere():
    """A path to nothing shows nothing and is no error: each one exists in a document of ours."""
    facts = ObjectFacts(ObjectId(CLASS_ID.issuer, "m-1"), CLASS_ID)
    full = replace(CARDS["everything at once"], next_reward="Koffie")
    found = {"object": render_object(full, Frame(DESIGN), facts), "class": render_class(DESIGN, FULL)}
    paths = re.findall(r"\"fieldPath\":\"([^\"]+)\"", orjson.dumps(lay_out()).decode())
    assert len(paths) >= 8
    for path in paths:
        node = found
        for step in re.findall(r"[A-Za-z]+", path.partition("[")[0]):
            node = node[step]
        if name := re.search(r"\['(\w+)'\]", path):
            node = next(module["body"] for module in node if module["id"] == name[1])
        assert node, path


def test_the_face_has_two_rows_of_two():
    """Three are possible, two are advised: a small screen shows no more above the barcode, and cuts thirds of a row."""
    assert [list(row) for row in lay_out()["cardTemplateOverride"]["cardRowTemplateInfos"]] == [
        ["twoItems"]
    ] * 2


RECOMMENDED = {
    Word.DESCRIPTION: 20,
    Word.PROGRESS: 9,
    Word.BALANCE: 9,
    Word.TIER: 9,
    Word.MEMBER: 15,
    Word.ONLINE: 20,
    **dict.fromkeys((Word.NEXT, Word.READY, Word.END, Word.NEWS, Word.DEAL, Word.CONTACT, Word.TERMS), 35),
    Word.TERMS_TEXT: 500,
}
"""Characters that a small screen shows, from the descriptions of the members."""


def test_the_words_of_our_templates_can_be_read_on_a_small_phone():
    """In every language; what a merchant writes instead is cut by the phone, where it must be."""
    templates, _ = load_templates(shipped.CARD_TEMPLATES)
    assert templates
    long = [
        (template.name, language, word)
        for template in templates.values()
        for language, words in template.words.items()
        for word, most in RECOMMENDED.items()
        if len(words[word]) > most
    ]
    assert long == []
