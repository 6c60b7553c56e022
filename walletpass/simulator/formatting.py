"""A field's value as the phone writes it: dates and numbers in its language.

Relative dates and spelled-out numbers are written as ordinary ones.
https://developer.apple.com/documentation/walletpasses/passfieldcontent
"""

import html
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import tzinfo
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_datetime_format
from babel.numbers import format_currency, format_decimal, format_percent, format_scientific

from walletpass.pkpass.check.values import read_date

_TAG = re.compile(r"<[^>]*>")
_NUMBER_STYLES: Mapping[str, Callable[..., str]] = {
    "PKNumberStyleDecimal": format_decimal,
    "PKNumberStylePercent": format_percent,
    "PKNumberStyleScientific": format_scientific,
}
_Style = Literal["short", "medium", "long", "full"]
_DATE_STYLES: Mapping[str, _Style] = {
    "PKDateStyleShort": "short",
    "PKDateStyleMedium": "medium",
    "PKDateStyleLong": "long",
    "PKDateStyleFull": "full",
}
"""Also of times. PKDateStyleNone is left out, as if it were not there."""


def read_locale(language: str) -> Locale:
    """Of a phone's language, like `nl` or `nl-BE`. Raises ValueError for one that nobody knows."""
    try:
        return Locale.parse(language, sep="-")
    except UnknownLocaleError as unknown:
        raise ValueError(language) from unknown


def write_value(
    content: Mapping[str, object], translate: Callable[[str], str], locale: Locale, zone: tzinfo
) -> str:
    """`content` is a field of pass.json, `translate` looks words up in pass.strings."""
    attributed = content.get("attributedValue")
    if isinstance(attributed, str):
        return html.unescape(_TAG.sub("", translate(attributed)))
    value = content.get("value")
    if isinstance(value, str):
        return _write_date(value, content, locale, zone) or translate(value)
    return _write_number(value, content, locale) if isinstance(value, int | float) else ""


def _write_number(value: float, content: Mapping[str, object], locale: Locale) -> str:
    currency = content.get("currencyCode")
    if isinstance(currency, str):
        return format_currency(value, currency, locale=locale)
    write = _NUMBER_STYLES.get(str(content.get("numberStyle")))
    return write(value, locale=locale) if write else str(value)


def _write_date(text: str, content: Mapping[str, object], locale: Locale, zone: tzinfo) -> str:
    """Empty where the field is not a date."""
    at = read_date(text)
    if at is None:
        return ""
    if content.get("ignoresTimeZone") is not True:
        with suppress(OverflowError):  # the last hours of the year 9999 are in no other zone
            at = at.astimezone(zone)
    date_style = _DATE_STYLES.get(str(content.get("dateStyle")))
    time_style = _DATE_STYLES.get(str(content.get("timeStyle")))
    day = format_date(at, date_style, locale=locale) if date_style else ""
    time = format_time(at, time_style, tzinfo=at.tzinfo, locale=locale) if time_style else ""
    if not (date_style and time_style):
        return day or time
    return str(get_datetime_format(date_style, locale=locale)).replace("{0}", time).replace("{1}", day)
