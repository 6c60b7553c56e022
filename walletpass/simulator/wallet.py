"""What the phone holds and what its lock screen shows."""

from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from threading import Lock

from walletpass.simulator.changes import tell_change
from walletpass.simulator.formatting import read_locale
from walletpass.simulator.installed import InstalledPass, PassKey, open_installed

_NOTICES_KEPT = 100


@dataclass(frozen=True, slots=True)
class Notice:
    """A line on the lock screen."""

    number: int
    key: PassKey
    title: str
    text: str
    at: datetime


class Wallet:
    """`language` is the phone's, like `nl` or `nl-BE`. Raises ValueError for one that nobody knows."""

    def __init__(self, language: str, zone: tzinfo) -> None:
        self.cards: dict[PassKey, InstalledPass] = {}
        """In the order of arrival."""
        self.quiet: set[PassKey] = set()
        """Automatic updates are switched off."""
        self.notices: deque[Notice] = deque(maxlen=_NOTICES_KEPT)
        self._lock = Lock()
        self.speak(language, zone)

    def speak(self, language: str, zone: tzinfo) -> None:
        """From now on; the cards as well. Raises ValueError."""
        self.locale = read_locale(language)
        self.language, self.zone = language, zone
        with self._lock:
            for key, card in self.cards.items():
                self.cards[key] = replace(open_installed(card.file, language), modified=card.modified)

    def put(self, card: InstalledPass) -> None:
        with self._lock:
            self.cards[card.key] = card

    def take_out(self, key: PassKey) -> InstalledPass | None:
        with self._lock:
            self.quiet.discard(key)
            return self.cards.pop(key, None)

    def update(self, new: InstalledPass, now: datetime) -> None:
        """Put a newer version in its place and say what it announces; not where the card was removed meanwhile."""
        with self._lock:
            old = self.cards.get(new.key)
            if old is None:
                return
            self.cards[new.key] = new
        text = tell_change(old, new, self.locale, self.zone)
        if text:
            title = new.words("organizationName")
            number = self.notices[-1].number + 1 if self.notices else 1
            self.notices.append(Notice(number, new.key, title, text, now))

    def find(self, serial: str) -> InstalledPass | None:
        """Of whatever pass type; serial numbers are random."""
        return next((card for card in tuple(self.cards.values()) if card.key.serial == serial), None)
