"""What an Android phone shows of a card: by the class's template, in its language, at the time it is."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from support.googles import LOGO, a_class, an_object, full
from support.shops import START

from walletpass.simulator.google.android import AndroidPhone, HeldPass
from walletpass.simulator.google.memory import About, Notice
from walletpass.simulator.google.rotating import write_rotating_value
from walletpass.simulator.google.view import android_view, picture_address
from walletpass.simulator.relevance import Position

SHOP = {"latitude": 52.3702, "longitude": 4.8952}
KEY = "3132333435363738393031323334353637383930"


def holding(
    of_class: dict[str, Any] | None = None, language: str = "en", **changes: object
) -> tuple[AndroidPhone, HeldPass]:
    phone = AndroidPhone(lambda: "", language=language)
    held = HeldPass(an_object(**changes), a_class(**(of_class or {})), START)
    phone.passes = (held,)
    return phone, held


def card(of_class: dict[str, Any] | None = None, at: datetime = START, **changes: Any) -> dict[str, Any]:
    phone, _ = holding(of_class, **changes)
    (shown,) = android_view(phone, at)["cards"]
    return dict(shown)


def localised(en: str, **translations: str) -> dict[str, Any]:
    values = [{"language": tag, "value": value} for tag, value in translations.items()]
    return {"defaultValue": {"language": "en", "value": en}, "translatedValues": values}


def rows(shown: dict[str, Any]) -> list[list[tuple[str, str]]]:
    return [[(slot["label"], slot["value"]) for slot in row] for row in shown["rows"]]


def test_without_a_template_points_stand_on_the_front_and_the_rest_in_the_details() -> None:
    money = {"label": "Saved", "balance": {"money": {"micros": "12500000", "currencyCode": "EUR"}}}
    shown = card(
        {"rewardsTier": "Gold", "rewardsTierLabel": "Level"},
        secondaryLoyaltyPoints=money,
        textModulesData=[{"id": "deal", "header": "How it works", "body": "Ten and one is free"}],
    )
    assert rows(shown) == [[("Stamps", "1 of 10"), ("Saved", "€12.50")]]
    assert [(slot["label"], slot["value"]) for slot in shown["details"]] == [
        ("", "Anna"),
        ("Level", "Gold"),
        ("How it works", "Ten and one is free"),
    ]
    assert (shown["issuer"], shown["program"], shown["colour"]) == ("Café Ærlig", "Coffee club", "#103050")


def test_a_template_says_what_stands_where() -> None:
    """The first of several fields that is not empty; an unknown path shows nothing."""

    def item(*paths: str) -> dict[str, Any]:
        return {"firstValue": {"fields": [{"fieldPath": path} for path in paths]}}

    both = {**item("object.accountName"), "secondValue": item("class.programName")["firstValue"]}
    row = [
        {"twoItems": {"startItem": item("object.nothing", "object.loyaltyPoints.balance"), "endItem": both}},
        {"oneItem": {"item": item("object.textModulesData['next']")}},
        {"oneItem": {"item": item('object.textModulesData["next"]')}},
    ]
    template = {"cardTemplateOverride": {"cardRowTemplateInfos": row}}
    shown = card(
        {"classTemplateInfo": template},
        textModulesData=[{"id": "next", "header": "Next", "body": "Free coffee"}],
    )
    assert rows(shown) == [[("Stamps", "1 of 10"), ("", "Anna / Coffee club")], [("Next", "Free coffee")]]


def test_a_template_of_the_details_hides_what_it_does_not_name() -> None:
    named = [{"item": {"firstValue": {"fields": [{"fieldPath": "object.accountName"}]}}}]
    template = {"detailsTemplateOverride": {"detailsItemInfos": named}}
    link = {"uris": [{"uri": "https://shop.example/", "description": "Shop"}]}
    assert card(linksModuleData=link)["links"] == [{"address": "https://shop.example/", "text": "Shop"}]
    shown = card({"classTemplateInfo": template, "messages": [{"body": "x"}]}, linksModuleData=link)
    assert (shown["links"], shown["messages"], len(shown["details"])) == ([], [], 1)


@pytest.mark.parametrize(
    ("language", "label"), [("nl", "Stempels"), ("nl-BE", "Stempels"), ("en", "Stamps"), ("hu", "Stamps")]
)
def test_texts_are_in_the_phone_s_language(language: str, label: str) -> None:
    """Else in the default one; a plain text beside translations is not looked at."""
    balance = {
        "label": "Outdated",
        "localizedLabel": localised("Stamps", nl="Stempels"),
        "balance": {"int": 1200},
    }
    shown = card(language=language, loyaltyPoints=balance)
    assert shown["rows"][0][0]["label"] == label


def test_a_card_ends_by_its_state_or_by_time() -> None:
    """Ended ones lie last."""
    ends = {"end": {"date": (START + timedelta(hours=1)).isoformat()}}
    assert card(state="INACTIVE")["ended"] == "INACTIVE"
    assert card(validTimeInterval=ends)["ended"] == ""
    assert card(validTimeInterval=ends, at=START + timedelta(hours=1))["ended"] == "EXPIRED"
    phone, held = holding()
    phone.passes = (held, HeldPass(an_object("bert", state="COMPLETED"), a_class(), START))
    assert [each["id"] for each in android_view(phone, START)["cards"]] == [full("anna"), full("bert")]


def test_messages_are_shown_in_their_time_the_latest_first() -> None:
    soon = (START + timedelta(hours=1)).isoformat()
    messages = [
        {"header": "Now", "body": "a"},
        {"header": "Until soon", "body": "b", "displayInterval": {"end": {"date": soon}}},
        {"header": "From soon", "body": "c", "displayInterval": {"start": {"date": soon}}},
    ]
    assert [each["header"] for each in card(messages=messages)["messages"]] == ["Until soon", "Now"]
    later = card(messages=messages, at=START + timedelta(hours=1))["messages"]
    assert [each["header"] for each in later] == ["From soon", "Now"]


@pytest.mark.parametrize(
    ("millis", "value"),
    [(59_000, "94287082"), (1_111_111_109_000, "07081804"), (20_000_000_000_000, "65353130")],
)
def test_a_rotating_code_is_that_of_rfc_6238(millis: int, value: str) -> None:
    barcode = {
        "type": "QR_CODE",
        "valuePattern": "C.{totp_timestamp_seconds}.{totp_value_0}.{totp_timestamp_millis}",
        "totpDetails": {"periodMillis": "30000", "parameters": [{"key": KEY, "valueLength": 8}]},
    }
    now = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=millis)
    start = millis - millis % 30_000
    assert write_rotating_value(barcode, now) == f"C.{start // 1000}.{value}.{start}"


def test_a_rotating_code_hides_the_static_one() -> None:
    barcode = {
        "type": "QR_CODE",
        "valuePattern": "{totp_value_0}",
        "totpDetails": {"periodMillis": "30000", "parameters": [{"key": KEY, "valueLength": 6}]},
    }
    codes = {
        card(rotatingBarcode=barcode, at=START + timedelta(seconds=30 * n))["code"]["value"] for n in range(3)
    }
    assert len(codes) == 3
    assert all(re.fullmatch(r"\d{6}", code) for code in codes)
    static = card()["code"]
    assert (static["type"], static["value"], static["text"]) == ("QR_CODE", "CODE-1", "C0DE")


def test_an_object_s_own_picture_hides_the_class_s() -> None:
    def image(name: str) -> dict[str, Any]:
        return {"sourceUri": {"uri": f"https://shop.example/{name}.png"}}

    _, held = holding({"heroImage": image("class")}, heroImage=image("object"))
    assert picture_address(held, "hero").endswith("object.png")
    assert picture_address(held, "logo") == LOGO
    assert picture_address(held, "wide-logo") == picture_address(held, "image") == ""


def test_near_a_shop_its_card_is_offered_until_one_leaves() -> None:
    """By places of object and class; not a card that has ended."""
    phone, held = holding({"merchantLocations": [SHOP]})
    phone.position = Position(SHOP["latitude"] + 0.001, SHOP["longitude"])
    assert android_view(phone, START)["near"] == [{"id": full("anna"), "title": "Café Ærlig"}]
    phone.position = Position(SHOP["latitude"] + 0.002, SHOP["longitude"])
    assert android_view(phone, START)["near"] == []
    phone.position = Position(**SHOP)
    phone.passes = (HeldPass({**held.object, "state": "EXPIRED"}, held.of_class, START),)
    assert android_view(phone, START)["near"] == []


def test_notices_name_their_card_and_go_with_it() -> None:
    phone, _ = holding()
    phone.notices = (
        Notice(1, full("anna"), About.UPDATE, START),
        Notice(2, full("gone"), About.UPDATE, START),
        Notice(3, full("anna"), About.MESSAGE, START),
    )
    assert [(each["number"], each["title"]) for each in android_view(phone, START)["notices"]] == [
        (3, "Café Ærlig"),
        (1, "Café Ærlig"),
    ]


@pytest.mark.parametrize(("colour", "dark"), [("#ffffff", True), ("#fff", True), ("#103050", False)])
def test_text_can_be_read_on_its_ground(colour: str, dark: bool) -> None:
    assert card({"hexBackgroundColor": colour})["dark"] is dark
