"""Card and Frame to the values of a store card's `pass.json`, which `msgspec` writes.

https://developer.apple.com/documentation/walletpasses/pass

Labels are the design's words in its own language and are translated by `pass.strings`; sentences about
the member stand here in the member's language.

Dictionaries are written out, few functions are called: every pass is rendered anew, and beside the signature
this is what it costs. A field is a Struct, made in half the time of a dictionary.
"""

from collections.abc import Mapping
from functools import lru_cache
from operator import attrgetter
from typing import Any

from walletpass.card.card import Beacon, Card, CardState, Nearby
from walletpass.pkpass.frame import NO_LINKS, Field, Frame
from walletpass.pkpass.identity import Nfc, PassIdentity

_MAX_PLACES = 10
_MAX_BEACONS = 10
_MOST_IN_ROW = 3
_ROW_CHARACTERS = 48
"""Of all values in the row; where there are more, Wallet writes smaller than can be read, then cuts."""
_EASY_CHARACTERS = 40
"""Of all values in a row whose text keeps its size."""
_LABELS = {"owed": "balance"}
"""Of fields that are not called like a word of the design."""
_VALUE = attrgetter("value")


def render_pass(card: Card, frame: Frame, identity: PassIdentity) -> dict[str, Any]:
    """The whole `pass.json`. A card that has ended names no web service, so phones stop asking for it."""
    rendered = {
        **frame.top,
        "passTypeIdentifier": identity.pass_type_identifier,
        "teamIdentifier": identity.team_identifier,
        "serialNumber": identity.serial_number,
        "description": _describe(card, frame),
        "sharingProhibited": identity.sharing_prohibited,
        "barcodes": [
            {
                "format": "PKBarcodeFormatQR",
                "message": card.scan_code,
                "messageEncoding": "iso-8859-1",
                "altText": card.typed_code,
            }
        ],
        "semantics": {
            "membershipProgramName": frame.organization,
            "membershipProgramNumber": card.typed_code,
        },
        "storeCard": _store_card(card, frame),
    }
    if card.state is CardState.ACTIVE:
        _enliven(rendered, card, identity)
    else:
        rendered["voided"] = True
    if card.expires_at:
        rendered["expirationDate"] = card.expires_at.isoformat("T", "seconds")
    if identity.nfc:
        rendered["nfc"] = _nfc(identity.nfc)
    if identity.user_info is not None:
        rendered["userInfo"] = identity.user_info
    return rendered


def _enliven(rendered: dict[str, Any], card: Card, identity: PassIdentity) -> None:
    """Add what only a card in use has: updates, and the places where it offers itself."""
    rendered["webServiceURL"] = identity.web_service_url
    rendered["authenticationToken"] = identity.authentication_token
    rendered.update(_nearby(card.nearby))


@lru_cache(maxsize=1000)
def _nearby(nearby: Nearby) -> dict[str, Any]:
    rendered: dict[str, Any] = {}
    if nearby.places:
        rendered["locations"] = [
            {"latitude": place.latitude, "longitude": place.longitude, "relevantText": place.text}
            for place in nearby.places[:_MAX_PLACES]
        ]
    if nearby.max_distance is not None:
        rendered["maxDistance"] = nearby.max_distance
    if nearby.beacons:
        rendered["beacons"] = [_beacon(beacon) for beacon in nearby.beacons[:_MAX_BEACONS]]
    return rendered


def _describe(card: Card, frame: Frame) -> str:
    """What VoiceOver reads: the kind of card first, then how it stands."""
    told = (frame.openings.get(card.language) or frame.opening) + card.summary
    return f"{told} {card.ready_text}" if card.ready_text else told


def _store_card(card: Card, frame: Frame) -> dict[str, list[Field]]:
    """No primary field: it would lie over the strip, where the stamps are."""
    label = frame.labels
    counted = label["balance"] if card.progress.counted else label["progress"]
    row = _fill_row(card, label)
    named = any(field.key == "member" for field in row)
    return {
        "headerFields": _shown(
            Field("progress", counted, card.progress_text),
            Field("points", label["balance"], card.points),
        ),
        "secondaryFields": row[:2],
        "auxiliaryFields": row[2:],
        "backFields": [
            # Also when empty: Wallet announces a change of a field that it knows.
            Field("news", label["news"], card.news, NO_LINKS, "%@"),
            *_shown(
                Field("summary", counted, card.summary, NO_LINKS),
                Field("rewards", label["ready"], "\n".join(card.list_ready()), NO_LINKS),
                Field("ends", label["end"], card.end_text, NO_LINKS),
                Field("tiers", label["tier"], card.tier_text, NO_LINKS),
                Field("member", label["member"], "" if named else card.member),
                Field("deal", label["deal"], card.deal, NO_LINKS),
                frame.contact,
                Field("online", label["online"], card.page_url),
                frame.terms,
            ),
        ],
    }


def _fill_row(card: Card, label: Mapping[str, str]) -> list[Field]:
    """What matters most, as far as it can be read; all of it is told on the back as well.

    Secondary and auxiliary fields share one row beside a square barcode. Four fit, but only three can be read.
    """
    row: list[Field] = []
    room = _EASY_CHARACTERS if card.owed else _ROW_CHARACTERS
    for key, value, shorter in (
        ("owed", card.owed, ""),
        ("next", "" if card.owed else card.next_reward, ""),
        ("ready", card.name_ready(), str(len(card.ready))),
        ("end", card.end, ""),
        ("tier", card.tier, ""),
    ):
        fitting = value if len(value) <= room else shorter
        if fitting:
            row.append(Field(key, label[_LABELS.get(key, key)], fitting))
            room -= len(fitting)
            if len(row) == _MOST_IN_ROW:
                break
    return _fill_up(card, label, row)


def _fill_up(card: Card, label: Mapping[str, str], row: list[Field]) -> list[Field]:
    """Add what is missing and the name, where nothing is written smaller for them."""
    room = _EASY_CHARACTERS - sum(len(field.value) for field in row)
    for field in row:
        more = len(card.name_next()) - len(field.value)
        if field.key == "next" and more <= room:
            field.value = card.name_next()
            room -= more
    if len(row) < _MOST_IN_ROW and 0 < len(card.member) <= room:
        row.append(Field("member", label["member"], card.member))
    return row


def _shown(*fields: Field) -> list[Field]:
    return list(filter(_VALUE, fields))


def _beacon(beacon: Beacon) -> dict[str, Any]:
    numbers = {"major": beacon.major, "minor": beacon.minor}
    return {
        "proximityUUID": beacon.uuid,
        "relevantText": beacon.text,
        **{name: number for name, number in numbers.items() if number is not None},
    }


def _nfc(nfc: Nfc) -> dict[str, Any]:
    return {
        "message": nfc.message,
        "encryptionPublicKey": nfc.encryption_public_key,
        "requiresAuthentication": nfc.requires_authentication,
    }
