"""Answers in one spelling: Google still gives some enum values in the one they once had."""

import re
from typing import Any

_ENUMS = frozenset(
    {
        "animationType",
        "dateFormat",
        "messageType",
        "multipleDevicesAndHoldersAllowedStatus",
        "predefinedItem",
        "reviewStatus",
        "state",
        "transitOption",
        "type",
    }
)
"""Members whose values have a deprecated twin in the discovery document."""
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[A-Z])(?=[0-9])")
_ODD = {"qrcode": "QR_CODE"}


def normalise(value: Any) -> Any:
    """The same JSON value with `qrCode` as `QR_CODE`, `EAN13` as `EAN_13`."""
    if isinstance(value, dict):
        return {
            name: respell(inner) if name in _ENUMS and isinstance(inner, str) else normalise(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [normalise(inner) for inner in value]
    return value


def respell(name: str) -> str:
    return _ODD.get(name) or _HUMPS.sub("_", name).upper()
