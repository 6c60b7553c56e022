"""A simulated phone with one card, and when it showed which count."""

from time import perf_counter
from typing import Any

from walletpass.clock import SystemClock
from walletpass.simulator.installed import InstalledPass, Trust
from walletpass.simulator.messenger import Entry
from walletpass.simulator.phone import Phone


class StampedPhone:
    def __init__(self, trust: Trust, file: bytes) -> None:
        self.phone = Phone(trust, on_entry=self._note)
        (card,) = self.phone.install(file, SystemClock().now())
        self._key = card.key
        self.code = str(card.objects("barcodes")[0]["message"])
        self._shown: list[tuple[int, float]] = []

    @property
    def card(self) -> InstalledPass:
        return self.phone.wallet.cards[self._key]

    def shown_at(self, stamps: int) -> float | None:
        """On the process's counter: when the card first showed at least so many; None as long as it does not."""
        return next((at for count, at in tuple(self._shown) if count >= stamps), None)

    def _note(self, entry: Entry) -> None:
        if entry.what == "updated":
            self._shown.append((_count(self.card), perf_counter()))


def _count(card: InstalledPass) -> int:
    fields: dict[Any, Any] = {field.content["key"]: field.content["value"] for field in card.fields}
    return int(str(fields["progress"]).partition(" ")[0])
