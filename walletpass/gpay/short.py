"""Classes and objects cut down to what makes a card usable, for a save link while the API cannot be reached.

A link holds 1 800 characters; what is missing follows by an update.
"""

from collections.abc import Mapping
from typing import Any

_CLASS = ("id", "issuerName", "programName", "programLogo", "reviewStatus", "hexBackgroundColor")
_OBJECT = ("id", "classId", "state", "accountId", "loyaltyPoints", "barcode")
_HOLDERS = "multipleDevicesAndHoldersAllowedStatus"


def shorten_class(document: Mapping[str, Any]) -> dict[str, Any]:
    """Who may keep a card stays in: forgotten, a forwarded link would give it to anybody."""
    return _bare({name: document[name] for name in (*_CLASS, _HOLDERS) if name in document})


def shorten_object(document: Mapping[str, Any]) -> dict[str, Any]:
    """Without the holder's name, and without the secret of a rotating barcode."""
    return _bare({name: document[name] for name in _OBJECT if name in document})


def _bare(document: dict[str, Any]) -> dict[str, Any]:
    """Without translations and descriptions, one level down, which is where they are."""
    return {
        name: {
            key: part for key, part in value.items() if key not in ("localizedLabel", "contentDescription")
        }
        if isinstance(value, dict)
        else value
        for name, value in document.items()
    }
