"""When and where a pass is suggested on the Lock Screen, and when it ends.

https://developer.apple.com/documentation/walletpasses/pass/relevantdates
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from walletpass.pkpass.check.catalogue import found
from walletpass.pkpass.check.findings import Finding
from walletpass.pkpass.check.values import read_date

_WITHOUT_DATES = ("storeCard", "coupon")
_DISTINCT_BEACONS = 10


def check_relevance(document: dict[str, object], style: str | None, now: datetime) -> Iterator[Finding]:
    expires = read_date(document.get("expirationDate"))
    if expires is not None and expires < now:
        yield found("expired", "pass.json expirationDate", at=expires)
    for key in ("relevantDate", "relevantDates"):
        if key in document and style in _WITHOUT_DATES:
            yield found("dates_without_effect", f"pass.json {key}", style=style)
    yield from _check_dates(_objects(document, "relevantDates"))
    yield from _check_beacons(_objects(document, "beacons"))


def _check_dates(entries: list[dict[str, object]]) -> Iterator[Finding]:
    for index, entry in enumerate(entries):
        start, end = read_date(entry.get("startDate")), read_date(entry.get("endDate"))
        place = f"pass.json relevantDates[{index}]"
        if not {"date", "relevantDate"} & entry.keys() and not {"startDate", "endDate"} <= entry.keys():
            yield found("relevant_date_incomplete", place)
        elif start is not None and end is not None and end < start:
            yield found("relevant_date_backwards", place)


def _check_beacons(entries: list[dict[str, object]]) -> Iterator[Finding]:
    distinct = set()
    for index, entry in enumerate(entries):
        text = entry.get("proximityUUID")
        if not isinstance(text, str):
            continue
        distinct.add(text.lower())
        try:
            UUID(text)
        except ValueError:
            yield found("beacon_uuid", f"pass.json beacons[{index}].proximityUUID", text=text)
    if len(distinct) > _DISTINCT_BEACONS:
        yield found("beacons_too_many", "pass.json beacons", count=len(distinct), most=_DISTINCT_BEACONS)


def _objects(document: dict[str, object], key: str) -> list[dict[str, object]]:
    entries = document.get(key)
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
