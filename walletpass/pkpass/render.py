"""Card and Design to the dictionary of a store card's `pass.json`.

https://developer.apple.com/documentation/walletpasses/pass

Labels are the design's words in its own language and are translated by `pass.strings`; sentences about
the member stand here in the member's language.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from walletpass.card.card import Beacon, Card, CardState, Place, ReadyReward
from walletpass.card.colour import Colour
from walletpass.card.design import Design, Word
from walletpass.pkpass.identity import Nfc, PassIdentity

_FORMAT_VERSION = 1
_MAX_PLACES = 10
_MAX_BEACONS = 10

Field = dict[str, Any]


def render_pass(
    card: Card, design: Design, identity: PassIdentity, *, write_name: bool = False
) -> dict[str, Any]:
    """The whole `pass.json`. A card that has ended names no web service, so phones stop asking for it.

    `write_name`: the logo does not say the merchant's name, so Wallet writes it beside.
    """
    rendered = {
        "formatVersion": _FORMAT_VERSION,
        "passTypeIdentifier": identity.pass_type_identifier,
        "teamIdentifier": identity.team_identifier,
        "serialNumber": identity.serial_number,
        "organizationName": design.organization,
        "description": _describe(card, design),
        "backgroundColor": _rgb(design.palette.background),
        "foregroundColor": _rgb(design.palette.foreground),
        "labelColor": _rgb(design.palette.label),
        "sharingProhibited": identity.sharing_prohibited,
        "barcodes": [_barcode(card)],
        "semantics": {
            "membershipProgramName": design.organization,
            "membershipProgramNumber": card.typed_code,
        },
        "storeCard": _store_card(card, design),
    }
    if write_name:
        rendered["logoText"] = design.organization
    if card.expires_at:
        rendered["expirationDate"] = _instant(card.expires_at)
    if identity.nfc:
        rendered["nfc"] = _nfc(identity.nfc)
    if identity.user_info is not None:
        rendered["userInfo"] = identity.user_info
    rendered |= _living(card, identity) if card.state is CardState.ACTIVE else {"voided": True}
    return rendered


def _living(card: Card, identity: PassIdentity) -> dict[str, Any]:
    """What only a card in use has: updates, and the places where it offers itself."""
    living: dict[str, Any] = {
        "webServiceURL": identity.web_service_url,
        "authenticationToken": identity.authentication_token,
    }
    if card.places:
        living["locations"] = [_location(place) for place in card.places[:_MAX_PLACES]]
    if card.max_distance is not None:
        living["maxDistance"] = card.max_distance
    if card.beacons:
        living["beacons"] = [_beacon(beacon) for beacon in card.beacons[:_MAX_BEACONS]]
    return living


def _store_card(card: Card, design: Design) -> dict[str, list[Field]]:
    """No primary field: it would lie over the strip, where the stamps are.

    Secondary and auxiliary fields share one row of four beside a square barcode.
    """
    words = design.words[design.language]
    ready = card.ready[0].title if card.ready else ""
    member = f"{card.member} · {card.tier}" if card.member and card.tier else card.member or card.tier
    return {
        "headerFields": _shown([_field("progress", words[Word.PROGRESS], card.progress_text)]),
        "secondaryFields": _shown(
            [
                _field("next", words[Word.NEXT], card.next_reward),
                _field("ready", words[Word.READY], ready),
            ]
        ),
        "auxiliaryFields": _shown([_field("member", words[Word.MEMBER], member)]),
        "backFields": _back(card, design, words),
    }


def _back(card: Card, design: Design, words: Mapping[Word, str]) -> list[Field]:
    # Always there, also when empty: Wallet announces a change of a field that it knows.
    news = _text("news", words[Word.NEWS], card.news)
    news["changeMessage"] = "%@"
    rewards = "\n".join([reward.title for reward in card.ready])
    return [
        news,
        *_shown(
            [
                _text("summary", words[Word.PROGRESS], card.summary),
                _text("rewards", words[Word.READY], rewards),
                *_deadlines(card.ready),
                _text("deal", words[Word.DEAL], card.deal),
                _field("contact", words[Word.CONTACT], design.contact),
                _field("online", words[Word.ONLINE], card.page_url),
                _text("terms", words[Word.TERMS], words[Word.TERMS_TEXT]),
            ]
        ),
    ]


def _describe(card: Card, design: Design) -> str:
    """What VoiceOver reads: the kind of card first, then how it stands."""
    return f"{design.words_in(card.language)[Word.DESCRIPTION]}, {design.organization}. {card.summary}"


def _field(key: str, label: str, value: str) -> Field:
    return {"key": key, "label": label, "value": value}


def _text(key: str, label: str, value: str) -> Field:
    """Back field in which no number is taken for a telephone's."""
    return {"key": key, "label": label, "value": value, "dataDetectorTypes": []}


def _shown(fields: list[Field]) -> list[Field]:
    return [field for field in fields if field["value"]]


def _deadlines(rewards: tuple[ReadyReward, ...]) -> list[Field]:
    """Until when each reward can be had; the phone writes the instant in its own language and zone."""
    return [
        {
            "key": f"reward-{number}",
            "label": reward.title,
            "value": _instant(reward.valid_until),
            "dateStyle": "PKDateStyleMedium",
            "timeStyle": "PKDateStyleShort",
        }
        for number, reward in enumerate(rewards, 1)
        if reward.valid_until
    ]


def _barcode(card: Card) -> dict[str, str]:
    return {
        "format": "PKBarcodeFormatQR",
        "message": card.scan_code,
        "messageEncoding": "iso-8859-1",
        "altText": card.typed_code,
    }


def _location(place: Place) -> dict[str, Any]:
    return {"latitude": place.latitude, "longitude": place.longitude, "relevantText": place.text}


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


def _instant(at: datetime) -> str:
    """W3C date-time in whole seconds; instants here are in UTC."""
    return at.isoformat(timespec="seconds")


def _rgb(colour: Colour) -> str:
    return f"rgb({colour.red}, {colour.green}, {colour.blue})"
