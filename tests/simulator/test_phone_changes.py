"""What a change of a pass says on the lock screen, by Wallet's rules."""

from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from walletpass.simulator.changes import find_announced, tell_change
from walletpass.simulator.installed import InstalledPass

ENGLISH = Locale("en")
GENERIC = "Store card changed"

keys = st.text("abc", min_size=1, max_size=2)
values = st.one_of(st.text(max_size=5), st.integers(-9, 9))
fields = st.fixed_dictionaries(
    {"value": values}, optional={"changeMessage": st.sampled_from(["Now %@", "%@%@", "Changed"])}
)
versions = st.dictionaries(keys, fields, max_size=5)


def card(fields: dict[str, dict[str, Any]], style: str = "storeCard", **strings: str) -> InstalledPass:
    """Fields by key, spread over the groups."""
    members = [{"key": key, **content} for key, content in sorted(fields.items())]
    document = {style: {"headerFields": members[::2], "backFields": members[1::2]}}
    return InstalledPass(b"", document, strings, "en", "")


def tell(old: InstalledPass, new: InstalledPass) -> str:
    return tell_change(old, new, ENGLISH, UTC)


def announced(value: object, message: str = "You have %@", **more: object) -> dict[str, dict[str, Any]]:
    return {"stamps": {"value": value, "changeMessage": message, **more}}


def test_one_announced_change_says_its_message_with_the_new_value() -> None:
    assert tell(card(announced(4)), card(announced(5))) == "You have 5"
    assert tell(card(announced("a")), card(announced("b", "%@ and %@"))) == "b and b"


def test_message_and_value_are_in_the_phones_language() -> None:
    words = {"You have %@": "Du har %@", "gold": "guld"}
    assert tell(card(announced("tin"), **words), card(announced("gold"), **words)) == "Du har guld"


@pytest.mark.parametrize(
    ("content", "language", "text"),
    [
        ({"value": 1234.5, "currencyCode": "EUR"}, "nl", "€\N{NO-BREAK SPACE}1.234,50"),
        ({"value": 0.25, "numberStyle": "PKNumberStylePercent"}, "en", "25%"),
        ({"value": 1234.5, "numberStyle": "PKNumberStyleDecimal"}, "da", "1.234,5"),
        ({"value": 1234.5}, "da", "1234.5"),
        ({"value": "2026-05-01T23:30Z", "dateStyle": "PKDateStyleMedium"}, "en", "May 2, 2026"),
        (
            {"value": "2026-05-01T23:30Z", "dateStyle": "PKDateStyleShort", "ignoresTimeZone": True},
            "en",
            "5/1/26",
        ),
        (
            {
                "value": "2026-05-01T07:00Z",
                "dateStyle": "PKDateStyleMedium",
                "timeStyle": "PKDateStyleShort",
            },
            "nl",
            "1 mei 2026, 09:00",
        ),
        ({"value": "2026-05-01T07:00Z"}, "en", "2026-05-01T07:00Z"),
        ({"value": "9999-12-31T23:59Z", "dateStyle": "PKDateStyleShort"}, "en", "12/31/99"),
        ({"value": "x", "attributedValue": "<a href='https://a.example'>A &amp; B</a>"}, "en", "A & B"),
        ({"value": 1, "numberStyle": [], "dateStyle": {}}, "en", "1"),
    ],
)
def test_dates_and_numbers_are_written_as_the_phone_writes_them(
    content: dict[str, Any], language: str, text: str
) -> None:
    old, new = card(announced("before", "%@")), card({"stamps": {**content, "changeMessage": "%@"}})
    assert tell_change(old, new, Locale(language), ZoneInfo("Europe/Amsterdam")) == text


def test_several_announced_changes_say_one_general_text() -> None:
    old = card({**announced(4), "tier": {"value": "tin", "changeMessage": "Now %@"}})
    new = card({**announced(5), "tier": {"value": "gold", "changeMessage": "Now %@"}})
    assert tell(old, new) == GENERIC


def test_a_message_without_a_place_for_the_value_gives_the_general_text() -> None:
    assert tell(card(announced(4, "More!")), card(announced(5, "More!"))) == GENERIC
    coupons = [card(announced(count, "More!"), style="coupon") for count in (4, 5)]
    assert tell(*coupons) == "Coupon changed"


def test_a_field_that_came_went_or_has_no_message_says_nothing() -> None:
    silent = {"stamps": {"value": 4}}
    assert tell(card({}), card(announced(5))) == ""
    assert tell(card(announced(5)), card({})) == ""
    assert tell(card(silent), card({"stamps": {"value": 5}})) == ""
    assert tell(card(silent), card(announced(5))) == "You have 5"


def test_a_message_that_comes_out_empty_shows_nothing() -> None:
    assert tell(card(announced("news", "%@")), card(announced("", "%@"))) == ""


@given(versions)
def test_the_same_version_says_nothing(version: dict[str, dict[str, Any]]) -> None:
    assert tell(card(version), card(version)) == ""


@given(versions, versions)
def test_only_values_of_keys_on_both_sides_count_and_their_order_does_not(
    before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]
) -> None:
    old, new = card(before), card(after)
    expected = {
        key
        for key, field in after.items()
        if "changeMessage" in field and key in before and before[key]["value"] != field["value"]
    }
    assert {field.content["key"] for field in find_announced(old, new)} == expected
    said = tell(old, new)
    if not expected:
        assert said == ""
    elif len(expected) > 1:
        assert said == GENERIC
    else:
        (field,) = (after[key] for key in expected)
        value = str(field["value"])
        assert said in (GENERIC, f"Now {value}".strip(), (value + value).strip())
