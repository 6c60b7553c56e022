"""JSON as Apple's parser takes it: UTF-8, no NaN, no lone surrogates; what Python would forgive is found."""

import json
import math
from collections import Counter
from collections.abc import Iterator

from walletpass.pkpass.check.catalogue import found
from walletpass.pkpass.check.findings import Finding
from walletpass.pkpass.check.package import MAX_TEXT

_BOM = b"\xef\xbb\xbf"


def parse_object(data: bytes, place: str) -> tuple[dict[str, object] | None, list[Finding]]:
    """The document and what is wrong with its text; the document is None where it is not an object."""
    findings: list[Finding] = []
    if len(data) > MAX_TEXT:
        return None, [found("text_too_large", place, limit=MAX_TEXT)]
    if data.startswith(_BOM):
        findings.append(found("json_byte_order_mark", place))
        data = data.removeprefix(_BOM)

    def build_object(pairs: list[tuple[str, object]]) -> dict[str, object]:
        repeated = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
        findings.extend(found("json_key_twice", place, key=key) for key in repeated)
        return dict(pairs)

    try:
        document: object = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=build_object,
            parse_constant=_refuse_constant,
            parse_float=_finite,
        )
    except UnicodeDecodeError as error:
        return None, [*findings, found("json_not_utf8", place, at=error.start)]
    except ValueError as error:
        return None, [*findings, found("json_invalid", place, reason=error)]
    except RecursionError:
        return None, [*findings, found("json_too_deep", place)]
    if any("\ud800" <= char <= "\udfff" for text in _texts(document) for char in text):
        return None, [*findings, found("json_lone_surrogate", place)]
    if not isinstance(document, dict):
        return None, [*findings, found("json_not_an_object", place)]
    return document, findings


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not a number in JSON")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"the number {text} is too large")
    return number


def _texts(document: object) -> Iterator[str]:
    waiting = [document]
    while waiting:
        match waiting.pop():
            case str() as text:
                yield text
            case dict() as members:
                waiting.extend(members)
                waiting.extend(members.values())
            case list() as items:
                waiting.extend(items)
