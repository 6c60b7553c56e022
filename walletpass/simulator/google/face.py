"""Which facts a card shows on its front and in its details, by its class's template or the usual one.

https://developers.google.com/wallet/retail/loyalty-cards/resources/template
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from babel import Locale
from babel.dates import format_datetime
from babel.numbers import format_currency, format_decimal

from walletpass.simulator.google.android import HeldPass, read_instant
from walletpass.simulator.google.localised import pick_text

_PATH = re.compile(r"(object|class)\.(\w+)(?:\['([^'\]]+)'\])?((?:\.\w+)*)", re.ASCII)
_USUAL_ROW = ("object.loyaltyPoints", "object.secondaryLoyaltyPoints")
_USUAL_DETAILS = (
    "object.accountName",
    "object.accountId",
    "class.rewardsTier",
    "class.secondaryRewardsTier",
)
_LABELS = {
    "accountName": "accountNameLabel",
    "accountId": "accountIdLabel",
    "rewardsTier": "rewardsTierLabel",
    "secondaryRewardsTier": "secondaryRewardsTierLabel",
}
"""Of members, by the class's member that labels them."""
_PLACES = (("oneItem", ("item",)), ("twoItems", ("startItem", "endItem")))
_PLACES_OF_THREE = ("threeItems", ("startItem", "middleItem", "endItem"))
_MOST_MODULES = 10
"""Shown of the object, and as many of the class."""
_MICROS = 1_000_000


@dataclass(frozen=True, slots=True)
class Slot:
    label: str
    value: str


class Face:
    """One card in one language."""

    def __init__(self, held: HeldPass, locale: Locale) -> None:
        self._held, self._locale = held, locale
        self._language = str(locale).replace("_", "-")
        self._template: Mapping[str, Any] = held.of_class.get("classTemplateInfo", {})

    def rows(self) -> list[list[Slot]]:
        """Rows of one to three; those without anything to show are left out."""
        override = self._template.get("cardTemplateOverride", {}).get("cardRowTemplateInfos")
        if not override:
            rows = [[self.find(path) for path in _USUAL_ROW]]
        else:
            rows = [[self._item(item) for item in _items(row)] for row in override]
        return [shown for row in rows if (shown := [slot for slot in row if slot])]

    def details(self) -> list[Slot]:
        """With a template of its own exactly what that names; text modules, else, after the usual."""
        override = self._template.get("detailsTemplateOverride", {}).get("detailsItemInfos")
        if override is not None:
            slots = [self._item(each.get("item", {})) for each in override]
        else:
            slots = [*map(self.find, _USUAL_DETAILS), *self._text_modules()]
        return [slot for slot in slots if slot]

    def lists(self, name: str) -> list[Mapping[str, Any]]:
        """Entries of a module of object and class, unless the details' template leaves it out."""
        override = self._template.get("detailsTemplateOverride", {}).get("detailsItemInfos")
        if override is not None and not any(f".{name}" in path for path in _paths(override)):
            return []
        return [*self._entries("object", name), *self._entries("class", name)]

    def find(self, path: str) -> Slot | None:
        """What a field reference shows, None for nothing."""
        found = _PATH.fullmatch(path)
        if not found:
            return None
        where, name, entry_id, tail = found.groups()
        value = self._source(where).get(name)
        if name == "textModulesData":
            return self._module(value or (), entry_id, tail)
        if isinstance(value, Mapping) and "balance" in value:
            return self._points(value, tail)
        if isinstance(value, Mapping):
            return self._inside(value, tail)
        text = pick_text(self._source(where), name, self._language)
        label = pick_text(self._held.of_class, _LABELS[name], self._language) if name in _LABELS else ""
        return Slot(label, text) if text else None

    def words(self, name: str) -> str:
        """A text of the class."""
        return pick_text(self._held.of_class, name, self._language)

    def text(self, document: Mapping[str, Any], name: str) -> str:
        return pick_text(document, name, self._language)

    def _item(self, item: Mapping[str, Any]) -> Slot | None:
        first, second = (self._first(item.get(name, {})) for name in ("firstValue", "secondValue"))
        if first and second:
            return Slot(
                " / ".join(filter(None, (first.label, second.label))), f"{first.value} / {second.value}"
            )
        return first or second

    def _first(self, selector: Mapping[str, Any]) -> Slot | None:
        paths = (field.get("fieldPath", "") for field in selector.get("fields", ()))
        return next((slot for path in paths if (slot := self.find(path))), None)

    def _text_modules(self) -> Iterator[Slot]:
        for where in ("object", "class"):
            for module in self._source(where).get("textModulesData", ())[:_MOST_MODULES]:
                yield self._module_slot(module)

    def _module(self, modules: Any, entry_id: str | None, tail: str) -> Slot | None:
        module = next((each for each in modules if each.get("id") == entry_id), None)
        if module is None:
            return None
        slot = self._module_slot(module)
        shown = {".header": Slot("", slot.label), "": slot, ".body": Slot(slot.label, slot.value)}.get(tail)
        return shown if shown and shown.value else None

    def _module_slot(self, module: Mapping[str, Any]) -> Slot:
        return Slot(self.text(module, "header"), self.text(module, "body"))

    def _points(self, points: Mapping[str, Any], tail: str) -> Slot | None:
        label = self.text(points, "label")
        value = write_balance(points["balance"], self._locale)
        return Slot("", label) if tail == ".label" else Slot(label, value)

    def _inside(self, value: Mapping[str, Any], tail: str) -> Slot | None:
        """Of dates, the only other thing with an inside that cards of ours name."""
        found: Any = value
        for name in filter(None, tail.split(".")):
            found = found.get(name, {})
        date = found.get("date")
        return Slot("", format_datetime(read_instant(date), "medium", locale=self._locale)) if date else None

    def _entries(self, where: str, name: str) -> list[Mapping[str, Any]]:
        found = self._source(where).get(name, ())
        return list(found.get("uris", ()) if isinstance(found, Mapping) else found)

    def _source(self, where: str) -> Mapping[str, Any]:
        return self._held.object if where == "object" else self._held.of_class


def write_balance(balance: Mapping[str, Any], locale: Locale) -> str:
    if "money" in balance:
        money = balance["money"]
        return format_currency(
            int(money.get("micros", 0)) / _MICROS, money.get("currencyCode", ""), locale=locale
        )
    number = balance.get("int", balance.get("double"))
    return str(balance.get("string", "")) if number is None else format_decimal(number, locale=locale)


def _items(row: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for layout, places in (*_PLACES, _PLACES_OF_THREE):
        if layout in row:
            yield from (row[layout].get(place, {}) for place in places)


def _paths(override: list[Mapping[str, Any]]) -> Iterator[str]:
    for each in override:
        for value in each.get("item", {}).values():
            yield from (field.get("fieldPath", "") for field in value.get("fields", ()))
