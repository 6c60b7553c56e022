"""One card, two wallets: whoever has both phones reads the same twice."""

from operator import attrgetter

import pytest
from support.card_table import CARDS, DESIGN
from support.plain_pass import render_plain
from support.wallet_readers import read_apple, read_google

from walletpass.card.card import CardState
from walletpass.card.design import LANGUAGES, Word
from walletpass.gpay.class_document import render_class
from walletpass.gpay.facts import ClassFacts, ObjectFacts
from walletpass.gpay.frame import Frame
from walletpass.gpay.ids import ClassId, ObjectId
from walletpass.gpay.object_document import render_object
from walletpass.pkpass import frame as apple
from walletpass.pkpass.identity import PassIdentity
from walletpass.pkpass.strings import strings_files

IDENTITY = PassIdentity("pass.example", "TEAM", "serial", "a-token-long-enough", "https://cards.example.com")
CLASS_ID = ClassId("3388000000012345678", "club")
FACTS = ObjectFacts(ObjectId(CLASS_ID.issuer, "m-1"), CLASS_ID, "https://cards.example.com/g/5.png")
STRINGS = strings_files(DESIGN)
SHORT = {Word.NEXT, Word.READY, Word.END, Word.TIER}
"""What stands on the face in short and, where an iPhone has no room for it, only in a sentence."""
OWED = {Word.BALANCE}
"""What an iPhone's face tells in place of the next reward; the summary tells it on both."""


def read_both(card, language):
    logo = "https://cards.example.com/g/logo.png"
    class_ = render_class(DESIGN, ClassFacts(CLASS_ID, logo, "Stempelkaart", tier=card.tier))
    object_ = render_object(card, Frame(DESIGN), FACTS)
    document = render_plain(card, apple.frame_design(DESIGN), IDENTITY)
    strings = STRINGS[f"{language}.lproj/pass.strings"]
    return read_apple(document, strings), read_google(class_, object_, language)


def facts_of(card, words):
    """What the card says that must be found on every phone: label and line."""
    counted = Word.BALANCE if card.progress.counted else Word.PROGRESS
    told = [
        (counted, card.progress_text),
        (counted, card.summary),
        (Word.BALANCE, card.points),
        (Word.NEWS, card.news),
        (Word.END, card.end_text),
        (Word.TIER, card.tier_text),
        (Word.DEAL, card.deal),
        (Word.MEMBER, card.member),
        (Word.ONLINE, card.page_url),
        (Word.CONTACT, DESIGN.contact),
        (Word.TERMS, words[Word.TERMS_TEXT]),
        *((Word.READY, line) for line in card.list_ready()),
    ]
    return {(words[word], line) for word, lines in told for line in lines.splitlines()}


def test_the_table_is_worth_its_name():
    """Thirty cards and more, all states, all languages, with and without everything that may be missing."""
    cards = CARDS.values()
    assert len(CARDS) >= 30
    assert {card.state for card in cards} == set(CardState)
    assert {card.language for card in cards} >= set(LANGUAGES)
    for member in (
        "points",
        "ready",
        "end",
        "tier",
        "member",
        "nearby.places",
        "expires_at",
        "news",
        "next_reward",
        "missing",
        "owed",
    ):
        assert {bool(attrgetter(member)(card)) for card in cards} == {True, False}, member


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CARDS)
def test_every_fact_stands_on_both(name, language):
    """Under the same label, in the language of the phone."""
    card = CARDS[name]
    facts = facts_of(card, DESIGN.words[language])
    for seen in read_both(card, language):
        assert facts <= seen.told


@pytest.mark.parametrize("name", CARDS)
def test_neither_says_what_the_other_does_not(name):
    """But for what an iPhone has no room to say in short as well."""
    card = CARDS[name]
    iphone, android = read_both(card, "hu")
    short = {DESIGN.words["hu"][word] for word in SHORT | (OWED if card.owed else set())}
    assert {label for label, _ in iphone.told ^ android.told} <= short
    if card.next_reward and len(card.next_reward) < 40 and not card.owed:
        assert (DESIGN.words["hu"][Word.NEXT], card.name_next()) in iphone.told & android.told


@pytest.mark.parametrize("name", CARDS)
def test_both_look_and_scan_alike(name):
    """Merchant, colour, codes, state, end, and the places where the card offers itself."""
    card = CARDS[name]
    iphone, android = read_both(card, "da")
    assert iphone.merchant == android.merchant == DESIGN.organization
    assert iphone.background == android.background == DESIGN.palette.background.hex
    assert iphone.scan_code == android.scan_code == card.scan_code
    assert iphone.typed_codes == android.typed_codes == {card.typed_code}
    assert iphone.in_use == android.in_use == (card.state is CardState.ACTIVE)
    assert iphone.ends_at == android.ends_at == card.expires_at
    offered = (
        [(place.latitude, place.longitude) for place in card.nearby.places[:10]] if iphone.in_use else []
    )
    assert iphone.places == android.places == offered
