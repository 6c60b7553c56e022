"""Every text in every language: complete, faithful to its original, and said as people there write."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog, Message
from hypothesis import given
from hypothesis import strategies as st

from tools import translations as catalogues
from walletpass.card.design import LANGUAGES
from walletpass.loyalty.units import Unit, UnitName
from walletpass.loyalty.wording import Money, Sentence, UnitCount, Value, counted, sentence
from walletpass.translations import SOURCE_LANGUAGE, choose_language, translator

BUDAPEST = ZoneInfo("Europe/Budapest")
TEXTS = st.text() | st.sampled_from(["%", "%%", "%s", "%(reward)s", "100 % %(nobody)d", "{reward}", "<b>"])


@pytest.fixture(scope="module")
def template() -> Catalog:
    return catalogues.extract()


def test_every_language_but_the_source_has_a_catalogue() -> None:
    """A new language is forgotten nowhere."""
    assert {SOURCE_LANGUAGE, *catalogues.LANGUAGES} == set(LANGUAGES)


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_a_catalogue_says_every_text_and_nothing_else(language: str, template: Catalog) -> None:
    """No text of code or pages is missing, left over, or has other holes than its original."""
    assert len(template) > 300
    assert catalogues.problems(catalogues.read(language), template) == []


def test_no_original_has_a_percent_sign_that_is_no_hole(template: Catalog) -> None:
    """Every text goes through `%`, so a sign of its own would break the page."""
    texts = [text for message in template for text in catalogues.forms(message.id)]
    assert [text for text in texts if "" in catalogues.holes(text)] == []


@pytest.mark.parametrize(
    ("translated", "fits"),
    [
        ("%(goal)s pecsétből %(stamps)s", True),
        ("%(stamps)s van", False),
        ("%(stamps)s van %(goal)s voor %(member)s", False),
        ("%(stamps)d van %(goal)s", False),
        ("100% %(stamps)s van %(goal)s", False),
    ],
)
def test_a_translation_may_move_holes_but_not_change_them(translated: str, fits: bool) -> None:
    """What would fail or lose a fact on a customer's phone is found here."""
    message = Message("%(stamps)s of %(goal)s", translated)
    assert catalogues.find_misfits(message) == ([] if fits else [translated])


def test_only_the_form_for_one_may_leave_the_number_out() -> None:
    """A language with one form for all numbers must say the number."""
    both = ("Stamped: %(progress)s.", "%(n)s stamps: %(progress)s.")
    assert catalogues.find_misfits(Message(both, ("Ett: %(progress)s", "%(n)s: %(progress)s"))) == []
    assert catalogues.find_misfits(Message(both, ("Egy: %(progress)s",))) == ["Egy: %(progress)s"]
    assert catalogues.find_misfits(Message(both, ("Ett", "%(n)s: %(progress)s"))) == ["Ett"]


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        ("en", "1 stamp: tea", "2 stamps: tea"),
        ("nl", "1 stempel: tea", "2 stempels: tea"),
        ("nb", "1 stempel: tea", "2 stempler: tea"),
        ("hu", "1 pecsét: tea", "2 pecsét: tea"),
        ("da", "1 stempel: tea", "2 stempler: tea"),
    ],
)
def test_one_and_many_have_the_forms_of_the_language(language: str, one: str, many: str) -> None:
    """Hungarian keeps the singular after a number; the others do not."""

    def say(n: int) -> str:
        told = counted("%(n)s stamp: %(reward)s", "%(n)s stamps: %(reward)s", n, reward="tea")
        return translator(language).say(told)

    assert (say(1), say(2)) == (one, many)


@pytest.mark.parametrize(
    ("language", "day", "moment", "number"),
    [
        ("en", "2 Mar 2026", "2 Mar 2026, 00:30", "12,345"),
        ("nl", "2 mrt 2026", "2 mrt 2026, 00:30", "12.345"),
        ("nb", "2. mars 2026", "2. mars 2026, 00:30", "12\N{NO-BREAK SPACE}345"),
        ("hu", "2026. márc. 2.", "2026. márc. 2. 0:30", "12\N{NO-BREAK SPACE}345"),
        ("da", "2. mar. 2026", "2. mar. 2026 00.30", "12.345"),
    ],
)
def test_dates_and_numbers_are_written_as_people_there_do(
    language: str, day: str, moment: str, number: str
) -> None:
    """Dates are those of the shop's time zone, where a new day has begun already."""
    late = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    here = translator(language)
    assert here.date(late, BUDAPEST) == here.date(date(2026, 3, 2)) == day
    assert here.moment(late, BUDAPEST) == moment
    assert here.number(12345) == number


def test_sentences_numbers_and_dates_inside_a_sentence_are_translated_too() -> None:
    """Whatever fills a hole is said in the same language."""
    told = sentence("“%(field)s” has at most %(most)s characters.", field=sentence("Terms"), most=2000)
    assert translator("nl").say(told) == "‘Voorwaarden’ heeft maximaal 2.000 tekens."
    untranslated = sentence("until %(day)s", day=date(2026, 3, 2))
    assert translator("nl").say(untranslated) == "until 2 mrt 2026"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (date(2026, 3, 2), "Jó eddig: 2026. márc. 2. Igen."),
        ("holnap!", "Jó eddig: holnap! Igen."),
        ("három...", "Jó eddig: három... Igen."),
        ("holnap", "Jó eddig: holnap. Igen."),
        (sentence("%(day)s.", day=date(2026, 3, 2)), "Jó eddig: 2026. márc. 2. Igen."),
    ],
)
def test_a_sentence_ends_once(value: Value, said: str) -> None:
    """A Hungarian date brings a full stop along, and merchants write "Free coffee!"."""
    assert translator("hu").say(sentence("Jó eddig: %(value)s. Igen.", value=value)) == said


@pytest.mark.parametrize(
    ("language", "money", "said"),
    [
        ("en", Money(1999, "EUR"), "€19.99"),
        ("nl", Money(-123456, "EUR"), "€ -1.234,56"),
        ("nb", Money(5000, "NOK"), "50,00 kr"),
        ("hu", Money(250000, "HUF"), "2 500,00 Ft"),
        ("da", Money(1234567, "JPY"), "1.234.567 JP¥"),
    ],
)
def test_money_has_the_places_of_its_currency_and_the_signs_of_the_language(
    language: str, money: Money, said: str
) -> None:
    """Yen have no cents."""
    assert translator(language).say(sentence("%(price)s", price=money)).replace("\xa0", " ") == said


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        ("en", "1 point", "1,200 points"),
        ("nl", "1 punt", "1.200 punten"),
        ("nb", "1 poeng", "1 200 poeng"),
        ("hu", "1 pont", "1 200 pont"),
        ("da", "1 bean", "1.200 beans"),
    ],
)
def test_units_have_the_merchants_word_or_the_shipped_one(language: str, one: str, many: str) -> None:
    """A merchant names units in the languages that matter to the shop; the others keep their word."""
    names = {Unit.POINTS: {"da": UnitName("bean", "beans")}}

    def say(n: int) -> str:
        told = sentence("%(units)s", units=UnitCount(n, Unit.POINTS, names))
        return translator(language).say(told).replace("\xa0", " ")

    assert (say(1), say(1200)) == (one, many)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_that_is_not_in_the_catalogue_is_said_in_english(language: str) -> None:
    """A page is shown rather than refused."""
    assert translator(language).say(sentence("Nobody knows %(name)s.", name="Ida")) == "Nobody knows Ida."
    assert translator(language).say(counted("%(n)s cat", "%(n)s cats", 2)) == "2 cats"


def test_an_unknown_language_is_english() -> None:
    """Also where a row names a language that is no longer served."""
    assert translator("xx").say(sentence("Sign in")) == "Sign in"
    assert translator("../nl").language == SOURCE_LANGUAGE


@given(st.sampled_from(LANGUAGES), TEXTS)
def test_nothing_in_a_value_is_taken_for_a_hole(language: str, hostile: str) -> None:
    """Names and rewards come from people; they appear as they were written, however deep."""
    inner = sentence("Used: %(reward)s.", reward=hostile)
    outer = Sentence("%(there)s You can choose: %(rewards)s.", "", {"there": inner, "rewards": hostile})
    said = translator(language).say(outer)
    assert said.count(hostile) >= 2
    assert said.startswith(translator(language).say(inner))


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        (["no"], "nb"),
        (["nn-NO"], "nb"),
        (["hu-HU"], "hu"),
        (["DA"], "da"),
        (["fr-CH", "nl-BE", "en"], "nl"),
        (["en-US", "nl"], "en"),
        (["fr", "*"], "hu"),
        ([], "hu"),
    ],
)
def test_the_first_language_that_is_served_is_chosen(wanted: list[str], chosen: str) -> None:
    """Regions do not matter, both kinds of Norwegian get bokmål, and otherwise the default is taken."""
    assert choose_language(wanted, "hu") == chosen


@given(st.lists(st.text()))
def test_whatever_a_browser_asks_for_a_served_language_is_chosen(wanted: list[str]) -> None:
    """The header is hostile input like any other."""
    assert choose_language(wanted, "en") in LANGUAGES
