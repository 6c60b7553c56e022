"""Barcodes: encodable texts, and something to show on older and smaller devices.

https://developer.apple.com/documentation/walletpasses/pass/barcodes
"""

from collections.abc import Iterator

from walletpass.pkpass.check.catalogue import found
from walletpass.pkpass.check.findings import Finding
from walletpass.pkpass.check.keys import CODE_128, NEW_BARCODE_FORMATS, OLD_BARCODE_FORMATS

_LATIN_1 = ("iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1", "us-ascii", "ascii")


def check_barcodes(document: dict[str, object]) -> Iterator[Finding]:
    legacy, barcodes = document.get("barcode"), document.get("barcodes")
    if isinstance(legacy, dict):
        yield from _check_message(legacy, "pass.json barcode")
        if "barcodes" not in document:
            yield found("barcode_old_only", "pass.json barcode")
        if _format(legacy) in {CODE_128, *NEW_BARCODE_FORMATS}:
            yield found("barcode_old_format", "pass.json barcode.format", format=_format(legacy))
    entries = [entry for entry in barcodes if isinstance(entry, dict)] if isinstance(barcodes, list) else []
    for index, entry in enumerate(entries):
        yield from _check_message(entry, f"pass.json barcodes[{index}]")
    yield from _check_fallbacks([_format(entry) for entry in entries])


def _format(barcode: dict[str, object]) -> str:
    name = barcode.get("format")
    return name if isinstance(name, str) else ""


def _check_fallbacks(formats: list[str]) -> Iterator[Finding]:
    if not formats:
        return
    if formats[0] == CODE_128 and not OLD_BARCODE_FORMATS.intersection(formats):
        yield found("barcode_not_on_watch", "pass.json barcodes")
    everywhere = {CODE_128, *OLD_BARCODE_FORMATS}
    if formats[0] in NEW_BARCODE_FORMATS and not everywhere.intersection(formats):
        yield found("barcode_too_new", "pass.json barcodes", format=formats[0])


def _check_message(barcode: dict[str, object], place: str) -> Iterator[Finding]:
    message, encoding = barcode.get("message"), barcode.get("messageEncoding")
    if message == "":
        yield found("barcode_empty", f"{place}.message")
    if not isinstance(message, str) or not isinstance(encoding, str):
        return
    try:
        message.encode(encoding)
    except UnicodeEncodeError:
        yield found("barcode_not_encodable", f"{place}.message", encoding=encoding)
    except (LookupError, ValueError):
        yield found("barcode_encoding_unknown", f"{place}.messageEncoding", encoding=encoding)
    else:
        if encoding.lower() not in _LATIN_1:
            yield found("barcode_encoding_unusual", f"{place}.messageEncoding", encoding=encoding)
