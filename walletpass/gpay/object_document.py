"""Card and Frame to the dictionary of a LoyaltyObject.

https://developers.google.com/wallet/reference/rest/v1/loyaltyobject

Labels are translated for the phone's language; sentences about the member stand in the member's.
"""

from typing import Any

from walletpass.card.card import Card, CardState
from walletpass.card.design import Word
from walletpass.gpay.facts import ObjectFacts
from walletpass.gpay.frame import (
    Frame,
    Label,
    Labels,
    Node,
    show_image,
    show_module,
    show_places,
    without_empty,
)

_ROW_CHARACTERS = 34
"""Of both values in a row of the face."""
_STATES = {CardState.ACTIVE: "ACTIVE", CardState.EXPIRED: "EXPIRED", CardState.VOID: "INACTIVE"}


def render_object(card: Card, frame: Frame, facts: ObjectFacts) -> dict[str, Any]:
    """The whole object, without what it has not; a card that has ended is offered nowhere."""
    labels = frame.labels_in(card.language)
    offered = facts.offered_at_places and card.state is CardState.ACTIVE
    return without_empty(
        {
            "id": str(facts.id),
            "classId": str(facts.class_id),
            "state": _STATES[card.state],
            "accountId": card.typed_code,
            "accountName": card.member,
            "loyaltyPoints": _points(_counted(card, labels), card.progress_text),
            "secondaryLoyaltyPoints": _points(labels[Word.BALANCE], card.points),
            **_barcode(card, facts.rotating),
            "heroImage": show_image(facts.hero, card.progress_text, card.language),
            "textModulesData": _modules(card, labels),
            "linksModuleData": _links(card, labels),
            "merchantLocations": _places(card) if offered else [],
            "validTimeInterval": _valid(card),
            "groupingInfo": {"groupingId": facts.group} if facts.group else None,
            "passConstraints": None if facts.screenshots else {"screenshotEligibility": "INELIGIBLE"},
        }
    )


def _counted(card: Card, labels: Labels) -> Label:
    return labels[Word.BALANCE if card.progress.counted else Word.PROGRESS]


def _points(label: Label, balance: str) -> Node | None:
    if not balance:
        return None
    return {"label": label.text, "localizedLabel": label.localised, "balance": {"string": balance}}


def _barcode(card: Card, rotating: Node | None) -> Node:
    """One of the two: a phone that cannot rotate would show a static one beside it, and prove nothing."""
    if rotating:
        return {"rotatingBarcode": {**rotating, "alternateText": card.typed_code}}
    if not card.scan_code:
        return {}
    return {"barcode": {"type": "QR_CODE", "value": card.scan_code, "alternateText": card.typed_code}}


def _modules(card: Card, labels: Labels) -> list[Node]:
    """At most ten are shown; `next`, and `ready` or else `end`, also stand on the face."""
    ready, rewards = _fit_ready(card), "\n".join(card.list_ready())
    told = (
        ("news", labels[Word.NEWS], card.news),
        ("summary", _counted(card, labels), card.summary),
        ("owed", labels[Word.BALANCE], "" if card.owed in card.summary else card.owed),
        ("next", labels[Word.NEXT], card.name_next()),
        ("ready", labels[Word.READY], ready),
        ("rewards", labels[Word.READY], rewards if rewards != ready else ""),
        ("end", labels[Word.END], card.end),
        ("ends", labels[Word.END], card.end_text),
        ("tier", labels[Word.TIER], card.tier_text or card.tier),
        ("deal", labels[Word.DEAL], card.deal),
    )
    return [show_module(name, label, body) for name, label, body in told if body]


def _fit_ready(card: Card) -> str:
    """How many only, where a title would cut what stands beside it."""
    named = card.name_ready()
    fits = len(card.name_next()) + len(named) <= _ROW_CHARACTERS
    return named if fits or not named else str(len(card.ready))


def _links(card: Card, labels: Labels) -> Node:
    label = labels[Word.ONLINE]
    page = {"id": "online", "uri": card.page_url, "description": label.text}
    return {"uris": [page | {"localizedDescription": label.localised}]}


def _places(card: Card) -> list[Node]:
    return show_places([(place.latitude, place.longitude) for place in card.nearby.places])


def _valid(card: Card) -> Node | None:
    return {"end": {"date": card.expires_at.isoformat("T", "seconds")}} if card.expires_at else None
