"""Where on the face of a card, and in the list of cards, each fact stands.

https://developers.google.com/wallet/retail/loyalty-cards/resources/template

The details below the face keep Google's own order: a list of ours would have to be complete, and would hide every
message.
"""

from typing import Any

Node = dict[str, Any]

_POINTS = "object.loyaltyPoints.balance"
_FACE = (
    ((_POINTS,), ("object.secondaryLoyaltyPoints.balance", "class.rewardsTier", "object.accountName")),
    (
        ("object.textModulesData['next']",),
        ("object.textModulesData['ready']", "object.textModulesData['end']"),
    ),
)
"""Rows of items; of each item's fields the first that is not empty is shown, under its own label.

Two in each: of three, each has a third of the row, and is cut.
"""


def lay_out() -> Node:
    """A ClassTemplateInfo, the same for every card: what a card has not, takes no place."""
    return {
        "cardTemplateOverride": {"cardRowTemplateInfos": [_row(*row) for row in _FACE]},
        "listTemplateOverride": {"secondRowOption": _first_of((_POINTS,))},
    }


def _row(start: tuple[str, ...], end: tuple[str, ...]) -> Node:
    sides = {"startItem": start, "endItem": end}
    return {"twoItems": {side: {"firstValue": _first_of(paths)} for side, paths in sides.items()}}


def _first_of(paths: tuple[str, ...]) -> Node:
    return {"fields": [{"fieldPath": path} for path in paths]}
