"""What members read when units run out."""

from datetime import date

import pytest

from walletpass.card.design import LANGUAGES
from walletpass.loyalty.expiry_telling import tell_end, tell_ended, tell_revival, tell_warning
from walletpass.loyalty.notices import Notice
from walletpass.loyalty.units import Unit, UnitName
from walletpass.loyalty.wording import UnitCount
from walletpass.translations import translator

DAY = date(2026, 7, 10)
LINK = "https://cards.example/c/abc"
BEANS = {Unit.POINTS: {language: UnitName("bean", "beans") for language in LANGUAGES}}
NOTICES = (
    tell_warning("Café Ä", UnitCount(40, Unit.POINTS), DAY, LINK, rolls=True),
    tell_warning("Café Ä", UnitCount(40, Unit.POINTS), DAY, LINK, rolls=False),
    tell_ended("Café Ä", UnitCount(40, Unit.POINTS), DAY, LINK),
    tell_revival("Café Ä", UnitCount(40, Unit.POINTS), DAY, LINK),
    tell_revival("Café Ä", UnitCount(40, Unit.POINTS), None, LINK),
)


def test_a_warning_says_how_much_through_when_and_what_helps() -> None:
    """In the subject already: many people read no further."""
    say = translator("en").say
    moving, fixed, *_ = NOTICES
    assert say(moving.subject) == "Café Ä: 40 points can be used through 10 Jul 2026"
    assert say(moving.text) == (
        "On your card of Café Ä: 40 points can be used through 10 Jul 2026.\n\n"
        "With your next visit you have longer.\n\nYour card: https://cards.example/c/abc"
    )
    assert "What is left after that day runs out." in say(fixed.text)


def test_one_unit_is_said_as_one_in_the_merchants_own_word() -> None:
    """Not "1 points"."""
    count = UnitCount(1, Unit.POINTS, BEANS)
    assert translator("en").say(tell_end(count, DAY)) == "1 bean can be used through 10 Jul 2026"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("notice", NOTICES)
def test_every_letter_is_whole_in_every_language(notice: Notice, language: str) -> None:
    """Shop, quantity and way to the card are in it, the subject is one line, and no sign is doubled."""
    say = translator(language).say
    subject, text = say(notice.subject), say(notice.text)
    assert "\n" not in subject
    assert all("Café Ä" in each and "40" in each for each in (subject, text))
    assert text.endswith(LINK)
    assert ".." not in text


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
@pytest.mark.parametrize("notice", NOTICES)
def test_every_letter_is_translated(notice: Notice, language: str) -> None:
    """Nobody gets half a letter in English."""
    assert not {"card", "visit", "ran out", "through"} & set(translator(language).say(notice.text).split())
