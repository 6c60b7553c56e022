"""An iPhone as far as Wallet goes: what its owner does with it, and what happens to it.

Nothing happens by itself: whoever holds a phone calls `step` when something is due. Errands that fail are due
again later, see `next_at`.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from secrets import token_hex
from threading import Lock

from walletpass.simulator.agenda import Errand, Task
from walletpass.simulator.installed import InstalledPass, PassKey, Trust, read_passes
from walletpass.simulator.messenger import PAUSES, Device, Entry, Listener, Messenger, task_for
from walletpass.simulator.relevance import HeardBeacon, Position, Suggestion, suggest
from walletpass.simulator.wallet import Wallet
from walletpass.simulator.wire import Wire

_ENTRIES_KEPT = 200


class Phone:
    """`on_entry` hears of everything that passes between the phone and servers, from the thread that steps it."""

    def __init__(
        self,
        trust: Trust,
        *,
        language: str = "en",
        zone: tzinfo = UTC,
        wire: Wire | None = None,
        pauses: Sequence[timedelta] = PAUSES,
        on_entry: Listener | None = None,
    ) -> None:
        self.trust = trust
        self.device = _new_device()
        self.wallet = Wallet(language, zone)
        self.diary: deque[Entry] = deque(maxlen=_ENTRIES_KEPT)
        self.asleep = False
        self.stored_pushes: set[str] = set()
        """Topics; Apple keeps one push for each while a phone cannot be reached."""
        self.position: Position | None = None
        self.heard: tuple[HeardBeacon, ...] = ()
        self._on_entry = on_entry
        self._stepping, self._receiving = Lock(), Lock()
        self.messenger = Messenger(self.device, self.wallet, trust, wire or Wire(), self._note, pauses)
        self.agenda = self.messenger.agenda

    def step(self, now: datetime) -> bool:
        """Do all that is due, and what follows from it. Whether there was anything to do."""
        busy = False
        with self._stepping:
            while not self.asleep and (task := self.agenda.take(now)):
                self.messenger.run(task, now)
                busy = True
        return busy

    @property
    def next_at(self) -> datetime | None:
        return None if self.asleep else self.agenda.next_at

    @property
    def is_busy(self) -> bool:
        """Whether anything is being done, or waits to be repeated."""
        return self._stepping.locked() or self.agenda.next_at is not None

    def install(self, file: bytes, now: datetime) -> list[InstalledPass]:
        """Add a pass, or those of a bundle; each registers at the next step. Raises PassRefused."""
        cards = read_passes(file, self.trust, self.wallet.language, now)
        for card in cards:
            self.wallet.put(card)
            self._register(card)
        return cards

    def remove(self, key: PassKey) -> None:
        card = self.wallet.take_out(key)
        if card is not None and card.service:
            self.agenda.put(task_for(Errand.UNREGISTER, card))

    def refresh(self, key: PassKey) -> None:
        """Pulled down on the back of the card."""
        card = self.wallet.cards.get(key)
        if card is not None and card.service:
            self.agenda.put(task_for(Errand.FETCH, card))

    def switch_updates(self, key: PassKey, on: bool) -> None:
        """The switch on the back of the card. Switched on, the phone asks at once."""
        card = self.wallet.cards.get(key)
        if card is None or not card.service:
            return
        if on:
            self.wallet.quiet.discard(key)
            self._register(card)
            self._ask([card])
        else:
            self.wallet.quiet.add(key)
            self.agenda.put(task_for(Errand.UNREGISTER, card))

    def receive_push(self, topic: str, since: float = 0.0) -> None:
        """From any thread. `since`: seconds of the process's counter, to measure from."""
        with self._receiving:
            if self.asleep:
                self.stored_pushes.add(topic)
                return
        self._ask((card for card in self._followed() if card.key.pass_type == topic), since)

    def sleep(self) -> None:
        """Out of reach: no network, or switched off."""
        with self._receiving:
            self.asleep = True

    def wake(self) -> None:
        with self._receiving:
            self.asleep = False
            topics, self.stored_pushes = self.stored_pushes, set()
        for topic in topics:
            self.receive_push(topic)

    def reboot(self) -> None:
        """After it, lists are asked without a push."""
        self.wake()
        self.ask_for_changes()

    def ask_for_changes(self) -> None:
        self._ask(self._followed())

    def rotate_push_token(self) -> str:
        """The token that has ended."""
        ended, self.device.push_token = self.device.push_token, _new_device().push_token
        for card in self._followed():
            self._register(card)
        return ended

    def reinstall(self) -> str:
        """Wiped and restored from a backup: the cards are back, for web services it is another device.

        The token that has ended.
        """
        self.device.library_id = _new_device().library_id
        self.messenger.tags.clear()
        ended = self.rotate_push_token()
        self.reboot()
        return ended

    def suggestions(self, now: datetime) -> list[Suggestion]:
        """Cards that are offered where the phone is."""
        return suggest(tuple(self.wallet.cards.values()), self.position, self.heard, now)

    def _followed(self) -> list[InstalledPass]:
        cards = tuple(self.wallet.cards.values())
        return [card for card in cards if card.service and card.key not in self.wallet.quiet]

    def _register(self, card: InstalledPass) -> None:
        if card.service:
            self.agenda.put(task_for(Errand.REGISTER, card))

    def _ask(self, cards: Iterable[InstalledPass], since: float = 0.0) -> None:
        """One list per web service and pass type."""
        for service, pass_type in sorted({(card.service, card.key.pass_type) for card in cards}):
            self.agenda.put(Task(Errand.LIST, service, pass_type, since=since))

    def _note(self, entry: Entry) -> None:
        self.diary.append(entry)
        if self._on_entry is not None:
            self._on_entry(entry)


def _new_device() -> Device:
    return Device(library_id=token_hex(16), push_token=token_hex(32))
