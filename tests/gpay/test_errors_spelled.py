"""Answers come in one spelling, whichever Google uses."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from googleapiclient.discovery_cache import get_static_doc

from walletpass.gpay.spellings import normalise, respell

SCHEMAS: dict[str, Any] = json.loads(get_static_doc("walletobjects", "v1"))["schemas"]
OURS = ("LoyaltyClass", "LoyaltyObject")


def reached(name: str, seen: set[str]) -> Iterator[tuple[str, list[str], list[bool]]]:
    """Every member with an enum: its name, the values, and which of them are deprecated."""
    if name in seen:
        return
    seen.add(name)
    for member, schema in SCHEMAS[name].get("properties", {}).items():
        inner = schema.get("items", schema)
        if "$ref" in inner:
            yield from reached(inner["$ref"], seen)
        elif "enumDeprecated" in inner:
            yield member, inner["enum"], inner["enumDeprecated"]


ENUMS = [each for seen in [set[str]()] for name in OURS for each in reached(name, seen)]


@pytest.mark.parametrize(("member", "values", "deprecated"), ENUMS)
def test_every_old_spelling_that_google_lists_becomes_the_one_of_today(
    member: str, values: list[str], deprecated: list[bool]
) -> None:
    today = {value for value, is_old in zip(values, deprecated, strict=True) if not is_old}
    assert today
    for value in values:
        (spelled,) = normalise({member: value}).values()
        assert spelled in today
        assert spelled == value or value not in today


def test_texts_of_people_stay_as_they_are() -> None:
    document = {"accountName": "qrCode", "messages": [{"header": "active", "messageType": "text"}], "n": 1}
    assert normalise(document) == {
        "accountName": "qrCode",
        "messages": [{"header": "active", "messageType": "TEXT"}],
        "n": 1,
    }
    assert respell("TEXT_AND_NOTIFY") == "TEXT_AND_NOTIFY"
