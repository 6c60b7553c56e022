"""A phone as a page sees it, and a phone that is put away and taken out again."""

import json
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from support.pass_makers import PassMaker
from support.scripted import Said, say_list, say_pass, scripted_service
from support.shops import START

from walletpass.pkpass.bundle import build_passes
from walletpass.simulator.installed import PassRefused
from walletpass.simulator.phone import Phone
from walletpass.simulator.relevance import HeardBeacon, Position
from walletpass.simulator.saving import restore_phone, save_phone, saved_language
from walletpass.simulator.view import image, phone_view

SHOP = Position(55.6761, 12.5683)


def view_of(phone: Phone) -> dict[str, Any]:
    """As it goes over the wire."""
    view: dict[str, Any] = json.loads(json.dumps(phone_view(phone, START)))
    return view


def only_card(phone: Phone) -> dict[str, Any]:
    (card,) = view_of(phone)["cards"]
    return dict(card)


def test_a_card_is_shown_in_the_language_of_the_phone(pass_maker: PassMaker) -> None:
    labels = {}
    for language in ("en", "nl-BE", "fr"):
        phone = pass_maker.phone(language=language)
        phone.install(pass_maker.build(), START)
        labels[language] = only_card(phone)["groups"]["header"][0]["label"]
    assert labels == {"en": "Stamps", "nl-BE": "Stempels", "fr": "Stamps"}


def test_a_date_is_written_in_the_language_and_zone_of_the_phone(pass_maker: PassMaker) -> None:
    phone = pass_maker.phone(language="hu")
    styles = {"dateStyle": "PKDateStyleMedium", "timeStyle": "PKDateStyleShort"}
    until = {"key": "until", "value": "2026-12-22T09:00:00+00:00", **styles}
    phone.install(pass_maker.build(storeCard={"backFields": [until]}), START)
    back = {field["key"]: field for field in only_card(phone)["groups"]["back"]}
    assert back["until"]["value"] == "2026. dec. 22. 9:00"


def test_colours_are_those_of_the_pass_or_usual_ones(pass_maker: PassMaker) -> None:
    phone = pass_maker.phone()
    phone.install(pass_maker.build(backgroundColor="rgb(1, 2, 255)", labelColor="rgb(1, 2, 300)"), START)
    colours = only_card(phone)["colours"]
    assert (colours["background"], colours["label"]) == ("#0102ff", "#000000")


def test_no_more_fields_are_shown_than_fit(pass_maker: PassMaker) -> None:
    fields = [{"key": f"key-{number}", "value": number} for number in range(20)]
    groups = {
        "headerFields": fields[:5],
        "primaryFields": fields[5:7],
        "secondaryFields": fields[7:10],
        "auxiliaryFields": fields[10:14],
        "backFields": fields[14:],
    }
    phone = pass_maker.phone()
    phone.install(pass_maker.build(storeCard=groups), START)
    counts = {name: len(members) for name, members in only_card(phone)["groups"].items()}
    assert counts == {"header": 3, "primary": 1, "secondary": 3, "auxiliary": 1, "back": 6}


@pytest.mark.parametrize(
    ("formats", "shown"),
    [(["EAN13", "QR"], "QR"), (["Code128", "QR"], "Code128"), (["EAN13"], None)],
)
def test_the_first_barcode_that_the_phone_can_draw_is_shown(
    pass_maker: PassMaker, formats: list[str], shown: str | None
) -> None:
    barcodes = [
        {"format": f"PKBarcodeFormat{name}", "message": "1", "messageEncoding": "iso-8859-1"}
        for name in formats
    ]
    phone = pass_maker.phone()
    phone.install(pass_maker.build(barcodes=barcodes), START)
    barcode = only_card(phone)["barcode"]
    assert (barcode and barcode["format"]) == (shown and f"PKBarcodeFormat{shown}")


def test_the_newest_card_lies_on_top_and_a_bundle_brings_several(pass_maker: PassMaker) -> None:
    phone = pass_maker.phone()
    phone.install(pass_maker.build(serialNumber="one"), START)
    files = {name: pass_maker.build(serialNumber=name) for name in ("two", "three")}
    phone.install(build_passes(files), START)
    assert [card["serial"] for card in view_of(phone)["cards"]] == ["two", "three", "one"]


def test_of_a_bundle_with_one_bad_pass_none_is_installed(pass_maker: PassMaker) -> None:
    phone = pass_maker.phone()
    files = {"good": pass_maker.build(), "bad": pass_maker.build(serialNumber="bad")[:-30]}
    with pytest.raises(PassRefused):
        phone.install(build_passes(files), START)
    assert view_of(phone)["cards"] == []


def test_pictures_are_those_of_the_pass_in_the_wanted_size(pass_maker: PassMaker) -> None:
    phone = pass_maker.phone()
    (card,) = phone.install(pass_maker.build(), START)
    small, large = (image(phone, card.key.serial, "strip", scale) for scale in (1, 3))
    assert small is not None
    assert large is not None
    assert len(small) < len(large)
    assert image(phone, card.key.serial, "../pass") is None
    assert image(phone, card.key.serial, "footer") is None
    assert image(phone, "another", "icon") is None


def test_near_the_shop_the_card_offers_itself(pass_maker: PassMaker) -> None:
    phone = pass_maker.phone()
    phone.install(pass_maker.build(), START)
    assert view_of(phone)["suggestions"] == []
    phone.position = SHOP
    (suggestion,) = view_of(phone)["suggestions"]
    assert (suggestion["text"], suggestion["metres"]) == ("Open until 18:00", 0)


def test_a_phone_survives_a_restart_with_all_it_knows_and_has_to_do(
    pass_maker: PassMaker, tmp_path: Path
) -> None:
    phone = pass_maker.phone(language="da")
    with scripted_service(pass_maker) as service:
        keys = [phone.install(service.build(serialNumber=name), START)[0].key for name in ("one", "two")]
        phone.step(START)
        service.will("list", say_list("one", "two", tag="7"))
        service.will("fetch", say_pass(service.build("Stamped.")), Said(503))
        phone.receive_push(keys[0].pass_type)
        phone.step(START)
        phone.switch_updates(keys[1], on=False)
        phone.position, phone.heard = SHOP, (HeardBeacon("uuid", 1, 2),)
        phone.sleep()
        phone.receive_push(keys[0].pass_type)
        save_phone(phone, tmp_path)
        assert not list(tmp_path.glob("*.new"))

        again = pass_maker.phone(language=saved_language(tmp_path))
        restore_phone(again, tmp_path)
        assert phone_view(again, START) == phone_view(phone, START)
        assert again.device == phone.device
        service.heard.clear()
        again.wake()
        again.step(START + timedelta(hours=1))
        assert service.errands[:3] == ["fetch", "unregister", "list"]
        assert "passesUpdatedSince=7" in "".join(request.path for request in service.heard)
        assert all(phone.device.library_id in each.path for each in service.heard if "device" in each.path)


def test_a_folder_holds_only_the_passes_that_the_phone_still_has(
    pass_maker: PassMaker, tmp_path: Path
) -> None:
    folder = tmp_path / "phone"
    phone = pass_maker.phone()
    (card,) = phone.install(pass_maker.build(), START)
    save_phone(phone, folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert len(list(folder.glob("*.pkpass"))) == 1
    phone.remove(card.key)
    save_phone(phone, folder)
    assert not list(folder.glob("*.pkpass"))
