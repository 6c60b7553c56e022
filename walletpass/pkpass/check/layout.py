"""Which style a pass has, and how many fields of it are shown.

https://developer.apple.com/documentation/walletpasses/passfields
"""

from collections.abc import Iterator, Mapping

from walletpass.pkpass.check.catalogue import found, listing
from walletpass.pkpass.check.findings import Finding
from walletpass.pkpass.check.keys import CLASSIC_STYLES, POSTER

_USUAL = {"headerFields": 3, "primaryFields": 1, "secondaryFields": 4, "auxiliaryFields": 4}
_SHOWN: Mapping[str, Mapping[str, int]] = {
    **dict.fromkeys(CLASSIC_STYLES, _USUAL),
    "boardingPass": {**_USUAL, "primaryFields": 2, "auxiliaryFields": 5},
    POSTER: {"headerFields": 1, "primaryFields": 4, "footerFields": 2},
}
_SHARING_A_ROW = ("storeCard", "coupon", "generic")
_SHOWN_BESIDE_SQUARE = 4
_SQUARE = ("PKBarcodeFormatQR", "PKBarcodeFormatAztec")


def find_style(document: dict[str, object]) -> str | None:
    """The style that systems before iOS 27 show."""
    return next((style for style in (*CLASSIC_STYLES, POSTER) if style in document), None)


def check_layout(document: dict[str, object]) -> Iterator[Finding]:
    styles = [style for style in CLASSIC_STYLES if style in document]
    if len(styles) > 1:
        yield found("style_ambiguous", "pass.json", styles=listing(styles))
    elif not styles and POSTER in document:
        yield found("poster_alone", "pass.json")
    elif not styles:
        yield found("style_missing", "pass.json", styles=", ".join(CLASSIC_STYLES))
    for style, limits in _SHOWN.items():
        groups = document.get(style)
        if isinstance(groups, dict):
            yield from _check_counts(style, groups, limits)
            if style in _SHARING_A_ROW and _has_square_code(document):
                yield from _check_row(style, groups)


def _check_counts(style: str, groups: dict[str, object], limits: Mapping[str, int]) -> Iterator[Finding]:
    for group, most in limits.items():
        if (count := _count(groups, group)) > most:
            yield found("fields_too_many", f"pass.json {style}.{group}", count=count, most=most)


def _check_row(style: str, groups: dict[str, object]) -> Iterator[Finding]:
    count = _count(groups, "secondaryFields") + _count(groups, "auxiliaryFields")
    if count > _SHOWN_BESIDE_SQUARE:
        yield found("row_too_full", f"pass.json {style}", count=count, most=_SHOWN_BESIDE_SQUARE)


def _count(groups: dict[str, object], group: str) -> int:
    members = groups.get(group)
    return len(members) if isinstance(members, list) else 0


def _has_square_code(document: dict[str, object]) -> bool:
    barcodes = document.get("barcodes")
    first = barcodes[0] if isinstance(barcodes, list) and barcodes else document.get("barcode")
    return isinstance(first, dict) and first.get("format") in _SQUARE
