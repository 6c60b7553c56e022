"""Card and Frame to the dictionary of a store card's `pass.json`.

https://developer.apple.com/documentation/walletpasses/pass

Labels are the design's words in its own language and are translated by `pass.strings`; sentences about
the member stand here in the member's language.

Dictionaries are written out, few functions are called: every pass is rendered anew, and beside the signature
this is what it costs.
"""

from typing import Any

from walletpass.card.card import Beacon, Card, CardState, ReadyReward
from walletpass.pkpass.frame import NO_LINKS, Field, Frame
from walletpass.pkpass.identity import Nfc, PassIdentity

_MAX_PLACES = 10
_MAX_BEACONS = 10


def render_pass(card: Card, frame: Frame, identity: PassIdentity) -> dict[str, Any]:
    """The whole `pass.json`. A card that has ended names no web service, so phones stop asking for it."""
    rendered = {
        **frame.top,
        "passTypeIdentifier": identity.pass_type_identifier,
        "teamIdentifier": identity.team_identifier,
        "serialNumber": identity.serial_number,
        # What VoiceOver reads: the kind of card first, then how it stands.
        "description": (frame.openings.get(card.language) or frame.opening) + card.summary,
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
    if card.places:
        rendered["locations"] = [
            {"latitude": place.latitude, "longitude": place.longitude, "relevantText": place.text}
            for place in card.places[:_MAX_PLACES]
        ]
    if card.max_distance is not None:
        rendered["maxDistance"] = card.max_distance
    if card.beacons:
        rendered["beacons"] = [_beacon(beacon) for beacon in card.beacons[:_MAX_BEACONS]]


def _store_card(card: Card, frame: Frame) -> dict[str, list[Field]]:
    """No primary field: it would lie over the strip, where the stamps are.

    Secondary and auxiliary fields share one row of four beside a square barcode.
    """
    label = frame.labels
    ready = card.ready[0].title if card.ready else ""
    member = f"{card.member} · {card.tier}" if card.member and card.tier else card.member or card.tier
    return {
        "headerFields": _shown({"key": "progress", "label": label["progress"], "value": card.progress_text}),
        "secondaryFields": _shown(
            {"key": "next", "label": label["next"], "value": card.next_reward},
            {"key": "ready", "label": label["ready"], "value": ready},
        ),
        "auxiliaryFields": _shown({"key": "member", "label": label["member"], "value": member}),
        "backFields": [
            # Also when empty: Wallet announces a change of a field that it knows.
            {"key": "news", "label": label["news"], "value": card.news, "changeMessage": "%@", **NO_LINKS},
            *_shown(
                {"key": "summary", "label": label["progress"], "value": card.summary, **NO_LINKS},
                *_rewards(card.ready, label["ready"]),
                {"key": "deal", "label": label["deal"], "value": card.deal, **NO_LINKS},
                frame.contact,
                {"key": "online", "label": label["online"], "value": card.page_url},
                frame.terms,
            ),
        ],
    }


def _shown(*fields: Field) -> list[Field]:
    return [field for field in fields if field["value"]]


def _rewards(ready: tuple[ReadyReward, ...], label: str) -> list[Field]:
    """All that can be had, and until when; the phone writes the instant in its own language and zone."""
    titles = "\n".join([reward.title for reward in ready])
    return [
        {"key": "rewards", "label": label, "value": titles, **NO_LINKS},
        *[
            {
                "key": f"reward-{number}",
                "label": reward.title,
                "value": reward.valid_until.isoformat("T", "seconds"),
                "dateStyle": "PKDateStyleMedium",
                "timeStyle": "PKDateStyleShort",
            }
            for number, reward in enumerate(ready, 1)
            if reward.valid_until
        ],
    ]


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
