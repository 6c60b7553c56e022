"""The fields of a style: keys, formats and texts.

https://developer.apple.com/documentation/walletpasses/passfieldcontent
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from walletpass.pkpass.check.catalogue import found
from walletpass.pkpass.check.findings import Finding
from walletpass.pkpass.check.keys import DATE_KEYS, FIELD, FIELD_GROUPS, STYLES
from walletpass.pkpass.check.shape import find_without_effect
from walletpass.pkpass.check.values import has_fraction, read_date

_TAG = re.compile(r"</?\s*([A-Za-z][A-Za-z0-9]*)")
_CURRENCY = re.compile(r"[A-Z]{3}")
_UNALIGNED = ("primaryFields", "backFields")


@dataclass(frozen=True, slots=True)
class Field:
    style: str
    group: str
    place: str
    content: dict[str, object]


def find_fields(document: dict[str, object]) -> Iterator[Field]:
    """Every field of every style, whatever else is wrong around it."""
    for style in STYLES:
        groups = document.get(style)
        if not isinstance(groups, dict):
            continue
        for group in FIELD_GROUPS:
            members = groups.get(group)
            for index, content in enumerate(members if isinstance(members, list) else ()):
                if isinstance(content, dict):
                    yield Field(style, group, f"pass.json {style}.{group}[{index}]", content)


def check_fields(document: dict[str, object]) -> Iterator[Finding]:
    fields = list(find_fields(document))
    keys = ((field.style, key) for field in fields if isinstance(key := field.content.get("key"), str))
    for (style, key), count in Counter(keys).items():
        if count > 1:
            yield found("field_key_twice", f"pass.json {style}", key=key, count=count)
    for field in fields:
        yield from _check_dates(field)
        yield from _check_numbers(field)
        yield from _check_texts(field)
        yield from _check_position(field)


def _check_dates(field: Field) -> Iterator[Finding]:
    value = field.content.get("value")
    if not any(field.content.get(key) is not None for key in DATE_KEYS):
        return
    if read_date(value) is None:
        yield found("field_date_refused", f"{field.place}.value")
    elif has_fraction(str(value)):
        yield found("date_fraction", f"{field.place}.value")


def _check_numbers(field: Field) -> Iterator[Finding]:
    content = field.content
    currency, style = content.get("currencyCode"), content.get("numberStyle")
    if currency is None and style is None:
        return
    if currency is not None and style is not None:
        yield found("currency_and_number_style", field.place)
    if not isinstance(content.get("value"), int | float):
        yield found("number_expected", f"{field.place}.value")
    if isinstance(currency, str) and not _CURRENCY.fullmatch(currency):
        yield found("currency_code", f"{field.place}.currencyCode", code=currency)


def _check_texts(field: Field) -> Iterator[Finding]:
    message = field.content.get("changeMessage")
    if isinstance(message, str) and "%@" not in message:
        yield found("change_message_without_value", f"{field.place}.changeMessage")
    text = field.content.get("attributedValue")
    if isinstance(text, str):
        for tag in sorted(set(_TAG.findall(text)) - {"a", "A"}):
            yield found("attributed_value_tag", f"{field.place}.attributedValue", tag=tag)


def _check_position(field: Field) -> Iterator[Finding]:
    if "textAlignment" in field.content and field.group in _UNALIGNED:
        yield found("alignment_ignored", f"{field.place}.textAlignment", group=field.group)
    if "dataDetectorTypes" in field.content and field.group != "backFields":
        yield found("detectors_ignored", f"{field.place}.dataDetectorTypes")
    yield from find_without_effect(field.content, FIELD, field.place, field.style)
