"""What a holder reads on a card, from the document of either wallet, by a phone in any language."""

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

Document = dict[str, Any]
Told = set[tuple[str, str]]
"""Label and text, a pair for each line."""

_ENTRY = re.compile(r'"((?:[^"\\]|\\.)*)" = "((?:[^"\\]|\\.)*)";')
_GROUPS = ("headerFields", "secondaryFields", "auxiliaryFields", "backFields")


@dataclass(frozen=True)
class Seen:
    merchant: str
    background: str
    in_use: bool
    ends_at: datetime | None
    scan_code: str
    typed_codes: set[str]
    places: list[tuple[float, float]]
    told: Told


def read_apple(document: Document, strings: bytes) -> Seen:
    """`strings` is the pass.strings of the phone's language."""
    words = dict(_ENTRY.findall(strings.decode("utf-16").replace("\\n", "\n")))
    fields = chain.from_iterable(document["storeCard"].get(group, ()) for group in _GROUPS)
    told = ((words[field["label"]], words.get(field["value"], field["value"])) for field in fields)
    barcode = document["barcodes"][0]
    red, green, blue = (int(part) for part in re.findall(r"\d+", document["backgroundColor"]))
    return Seen(
        merchant=document["organizationName"],
        background=f"#{red:02x}{green:02x}{blue:02x}",
        in_use=not document.get("voided", False),
        ends_at=_instant(document.get("expirationDate")),
        scan_code=barcode["message"],
        typed_codes={barcode["altText"], document["semantics"]["membershipProgramNumber"]},
        places=[(place["latitude"], place["longitude"]) for place in document.get("locations", ())],
        told=_lines(told),
    )


def read_google(class_: Document, object_: Document, language: str) -> Seen:
    barcode = object_["barcode"]
    interval = object_.get("validTimeInterval", {"end": {"date": None}})
    return Seen(
        merchant=class_["issuerName"],
        background=class_["hexBackgroundColor"],
        in_use=object_["state"] == "ACTIVE",
        ends_at=_instant(interval["end"]["date"]),
        scan_code=barcode["value"],
        typed_codes={barcode["alternateText"], object_["accountId"]},
        places=[(place["latitude"], place["longitude"]) for place in object_.get("merchantLocations", ())],
        told=_lines(_google_tells(class_, object_, language)),
    )


def _google_tells(class_: Document, object_: Document, language: str) -> list[tuple[str, str]]:
    modules = class_.get("textModulesData", []) + object_["textModulesData"]
    balances = [object_[name] for name in ("loyaltyPoints", "secondaryLoyaltyPoints") if name in object_]
    links = object_["linksModuleData"]["uris"]
    told = [(text(module, "header", language), text(module, "body", language)) for module in modules]
    told += [(text(points, "label", language), points["balance"]["string"]) for points in balances]
    told += [(text(link, "description", language), link["uri"]) for link in links]
    told.append((text(class_, "accountNameLabel", language), object_.get("accountName", "")))
    if "rewardsTier" in class_:
        told.append((text(class_, "rewardsTierLabel", language), class_["rewardsTier"]))
    return told


def text(node: Document, name: str, language: str) -> str:
    """A member in the phone's language, where it is translated; then without it, the default says the same."""
    localised = node.get(f"localized{name[0].upper()}{name[1:]}")
    if localised is None:
        return str(node[name])
    default = localised["defaultValue"]
    assert default["value"] == node[name]
    told = [default, *localised.get("translatedValues", [])]
    assert len({each["language"] for each in told}) == len(told)
    return next((each["value"] for each in told if each["language"] == language), default["value"])


def _lines(told: Any) -> Told:
    return {(label, line) for label, lines in told for line in lines.splitlines()}


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
