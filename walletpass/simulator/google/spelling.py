"""Enumerations in answers as Google wrote them once, and in places still does."""

from typing import Any

from walletpass.simulator.google.calls import Document
from walletpass.simulator.google.memory import Kind

_ENUMERATIONS = frozenset(
    {
        "state",
        "reviewStatus",
        "type",
        "renderEncoding",
        "multipleDevicesAndHoldersAllowedStatus",
        "animationType",
    }
)


def spell_as_of_old(kind: Kind, document: Document) -> Document:
    """`QR_CODE` becomes `qrCode`, and the resource says of what `kind` it is."""
    return {"kind": f"walletobjects#{kind}", **_respell(document)}


def _respell(value: Any) -> Any:
    if isinstance(value, list):
        return [_respell(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _old(each) if name in _ENUMERATIONS and isinstance(each, str) else _respell(each)
        for name, each in value.items()
    }


def _old(name: str) -> str:
    first, *rest = name.split("_")
    return first.lower() + "".join(word.capitalize() for word in rest)
