"""What was found where."""

from dataclasses import dataclass

from walletpass.loyalty.invariants import Breach


@dataclass(frozen=True, slots=True)
class Found:
    """A breach, and where it is."""

    breach: Breach
    account_id: int | None = None
    seq: int | None = None
    """Of the entry, in its account's ledger."""
    gift_card_id: int | None = None

    @property
    def where(self) -> str:
        named = {"account": self.account_id, "entry": self.seq, "gift card": self.gift_card_id}
        return ", ".join(f"{name} {number}" for name, number in named.items() if number is not None)
