"""Sentences into languages: one gettext catalogue, read from its .po files as they are."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_datetime_format
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_precision
from babel.support import NullTranslations, Translations

from walletpass.card.design import LANGUAGES
from walletpass.loyalty.units import Unit
from walletpass.loyalty.wording import Money, Percent, Sentence, UnitCount, Value, counted

SOURCE_LANGUAGE = "en"
"""The language that the message ids are written in."""
_LOCALES = {"en": "en_GB"}
"""Whose dates and numbers a language has, where the language alone would mean another country's."""
_FOLDER = Path(__file__).parent
_ENDS = (".", "!", "?", "…")
"""A value that brings one of these along, as Hungarian dates do, needs no full stop after it."""
_SHIPPED = {
    Unit.STAMPS: lambda n: counted("%(n)s stamp", "%(n)s stamps", n),
    Unit.POINTS: lambda n: counted("%(n)s point", "%(n)s points", n),
}


class Translator:
    """Says sentences, dates and numbers in one language."""

    def __init__(self, language: str, catalogue: NullTranslations) -> None:
        self.language = language
        self.locale = _LOCALES.get(language, language)
        self.catalogue = catalogue

    def say(self, sentence: Sentence) -> str:
        if sentence.plural:
            n = sentence.values["n"]
            assert isinstance(n, int)
            text = self.catalogue.ungettext(sentence.message, sentence.plural, n)
        else:
            text = self.catalogue.ugettext(sentence.message)
        spelled = {name: self._spell(value) for name, value in sentence.values.items()}
        for name, value in spelled.items():
            if value.endswith(_ENDS):
                text = text.replace(f"%({name})s.", f"%({name})s")
        return text % spelled

    def date(self, instant: date, zone: ZoneInfo | None = None) -> str:
        return format_date(
            instant.astimezone(zone) if isinstance(instant, datetime) else instant, locale=self.locale
        )

    def moment(self, instant: datetime, zone: ZoneInfo) -> str:
        """Day and time, to the minute."""
        time = format_time(instant, "short", tzinfo=zone, locale=self.locale)
        together = str(get_datetime_format("medium", locale=self.locale)).replace("'", "")
        return together.replace("{1}", self.date(instant, zone)).replace("{0}", time)

    def number(self, number: int | Decimal) -> str:
        return format_decimal(number, locale=self.locale).replace("-", "\N{MINUS SIGN}")

    def money(self, money: Money) -> str:
        amount = Decimal(money.minor).scaleb(-get_currency_precision(money.currency))
        return format_currency(amount, money.currency, locale=self.locale)

    def units(self, count: UnitCount) -> str:
        name = count.names.get(count.unit, {}).get(self.language)
        if name is None:
            return self.say(_SHIPPED[count.unit](count.n))
        return f"{self.number(count.n)} {name.one if abs(count.n) == 1 else name.other}"

    def _spell(self, value: Value) -> str:
        match value:
            case Sentence():
                return self.say(value)
            case int() | Decimal():
                return self.number(value)
            case Money():
                return self.money(value)
            case Percent():
                return format_percent(Decimal(value.n).scaleb(-2), locale=self.locale)
            case UnitCount():
                return self.units(value)
            case date():
                return self.date(value)
        return value


@cache
def translator(language: str) -> Translator:
    """For one of LANGUAGES; any other gets the source language."""
    if language not in LANGUAGES or language == SOURCE_LANGUAGE:
        return Translator(SOURCE_LANGUAGE, NullTranslations())
    with (_FOLDER / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translator(language, Translations(compiled))


def choose_language(wanted: list[str], otherwise: str) -> str:
    """The first of LANGUAGES that a browser wants ("nn" and "no" are served by "nb")."""
    for tag in wanted:
        primary = tag.lower().split("-")[0]
        language = "nb" if primary in ("no", "nn") else primary
        if language in LANGUAGES:
            return language
    return otherwise
