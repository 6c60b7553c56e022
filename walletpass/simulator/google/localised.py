"""Texts in the phone's language. https://developers.google.com/wallet/reference/rest/v1/LocalizedString"""

from collections.abc import Mapping
from typing import Any


def pick_text(document: Mapping[str, Any], name: str, language: str) -> str:
    """The best translation of `localized…`, else its default, else the plain member; empty where there is none."""
    localised = document.get(f"localized{name[:1].upper()}{name[1:]}")
    if localised:
        return pick(localised, language)
    return str(document.get(name) or "")


def pick(localised: Mapping[str, Any], language: str) -> str:
    """Exactly the language, else the same without its region, else the default."""
    default = localised.get("defaultValue", {})
    offered = {
        each["language"].lower(): each["value"] for each in (default, *localised.get("translatedValues", ()))
    }
    wanted = language.lower()
    for tag in (wanted, wanted.partition("-")[0]):
        if tag in offered:
            return str(offered[tag])
    return str(default.get("value", ""))
