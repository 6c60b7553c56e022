"""What was bought, as far as rules look at it, before and after something of it is returned."""

from collections.abc import Mapping
from typing import Any, Self

import msgspec

from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.wording import Money

Items = Mapping[str, int]
"""Item or service -> how many."""


class Basket(msgspec.Struct, frozen=True):
    eligible_minor: int = 0
    """The part of the price that earns (`amounts.find_eligible`)."""
    items: Items = {}
    quantity: int = 1
    """Visits, or stamps that staff give; 0: all of it was taken back."""

    def less(self, returned: "Basket", currency: str) -> "Basket":
        """What is left after a return: NOTHING, once all the money or, where there was none, all items are back.

        Raises Refusal: refund_too_large, not_bought, bad_quantity.
        """
        _check_return(self, returned, currency)
        items = {item: n - returned.items.get(item, 0) for item, n in self.items.items()}
        left = Basket(
            self.eligible_minor - returned.eligible_minor,
            {item: n for item, n in items.items() if n},
            self.quantity - returned.quantity,
        )
        return NOTHING if self._is_undone_by(left) else left

    def _is_undone_by(self, left: "Basket") -> bool:
        if self.eligible_minor:
            return not left.eligible_minor
        return bool(self.items) and not left.items

    def document(self) -> dict[str, Any]:
        return {"eligible": self.eligible_minor, "items": dict(self.items), "quantity": self.quantity}

    @classmethod
    def load(cls, document: Mapping[str, Any]) -> Self:
        return cls(document["eligible"], document["items"], document["quantity"])


NOTHING = Basket(quantity=0)


def returned(eligible_minor: int = 0, items: Items | None = None, quantity: int = 0) -> Basket:
    """What comes back of a purchase; the visit stays unless `quantity` says otherwise."""
    return Basket(eligible_minor, items or {}, quantity)


def _check_return(bought: Basket, back: Basket, currency: str) -> None:
    if not 0 <= back.eligible_minor <= bought.eligible_minor:
        raise Refusal("refund_too_large", most=Money(bought.eligible_minor, currency))
    for item, n in back.items.items():
        if not 0 <= n <= bought.items.get(item, 0):
            raise Refusal("not_bought", item=item, most=bought.items.get(item, 0))
    if not 0 <= back.quantity <= bought.quantity:
        raise Refusal("bad_quantity")
