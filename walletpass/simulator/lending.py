"""Phones for every browser that asks for some, kept in a folder so that they survive a restart."""

import logging
import re
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path
from secrets import token_hex
from threading import Lock

from cryptography import x509

from walletpass.clock import Clock
from walletpass.simulator.browsing import NoPass
from walletpass.simulator.google.android import AndroidPhone
from walletpass.simulator.google.saving import restore_android, save_android
from walletpass.simulator.installed import PassRefused, Trust
from walletpass.simulator.messenger import Entry
from walletpass.simulator.phone import Phone
from walletpass.simulator.phones import Phones
from walletpass.simulator.safari import Safari
from walletpass.simulator.saving import restore_phone, save_phone, saved_language
from walletpass.simulator.wire import Wire

log = logging.getLogger(__name__)

MOST_PHONES = 20
_NAME_BYTES = 16
_NAME = re.compile(r"[0-9a-f]{32}")
_INSTALLING_AT_ONCE = 2
_SECONDS_FOR_GOOGLE = 5
"""A page waits for its answer."""


@dataclass(eq=False)
class LentPhone:
    """An iPhone, and an Android phone where there is a Google. `name` is known to the browser that has them only."""

    name: str
    phone: Phone
    android: AndroidPhone | None = None
    installing: int = 0
    """Cards on their way."""
    refused: str = ""
    """Why the last card was not taken."""


class Lending:
    """May be asked from any thread; what phones do, they do in threads of their own.

    `root`: file of the certificate (PEM) that phones trust instead of Apple's, read when the first phone is made.
    `google`: tells where the simulated Google answers. The phone that was used least recently is taken back when
    there are more than `most`.
    """

    def __init__(
        self,
        folder: Path,
        root: Path,
        clock: Clock,
        most: int = MOST_PHONES,
        google: Callable[[], str] | None = None,
    ) -> None:
        self._folder, self._root, self._clock, self._most = folder, root, clock, most
        self._google = google
        self._lent: dict[str, LentPhone] = {}
        """Those used last come last."""
        self._lock, self._saving = Lock(), Lock()
        self._phones = Phones(clock, on_step=self._save_stepped)
        self._wire = Wire(_SECONDS_FOR_GOOGLE)
        self._installing = ThreadPoolExecutor(_INSTALLING_AT_ONCE, thread_name_prefix="install")

    def start(self) -> None:
        """Wake the phones that were kept; like any phone that was off, they ask what changed meanwhile."""
        self._phones.start()
        for lent in self._restore():
            self._lent[lent.name] = lent
            lent.phone.ask_for_changes()
            self._phones.add(lent.phone)

    def stop(self) -> None:
        self._installing.shutdown(cancel_futures=True)
        self._phones.stop()

    def find(self, name: str) -> LentPhone | None:
        with self._lock:
            lent = self._lent.pop(name, None)
            if lent is not None:
                self._lent[name] = lent
        return lent

    def lend(self, language: str, zone: tzinfo) -> LentPhone:
        lent = self._make(token_hex(_NAME_BYTES), language, zone)
        with self._lock:
            surplus = list(self._lent.values())[: max(0, len(self._lent) + 1 - self._most)]
            for old in surplus:
                del self._lent[old.name]
            self._lent[lent.name] = lent
        self._phones.add(lent.phone)
        for old in surplus:
            self._take_back(old)
        return lent

    def install(self, lent: LentPhone, address: str) -> None:
        """Take the pass behind the address as Safari does; `refused` tells if that went wrong."""
        lent.installing += 1
        self._installing.submit(self._install, lent, address)

    def touched(self, lent: LentPhone) -> None:
        """To be called when somebody did something with the phone."""
        self._save(lent)
        self._phones.nudge(lent.phone)

    def on_push(self, topic: str, push_token: str) -> None:
        for lent in self._all():
            if lent.phone.device.push_token == push_token:
                lent.phone.diary.append(Entry(self._clock.now(), "pushed"))
        self._phones.on_push(topic, push_token)

    def nobodys(self, language: str) -> LentPhone:
        """To be looked at only."""
        return self._equip("", Phone(Trust(()), language=language))

    def _make(self, name: str, language: str, zone: tzinfo) -> LentPhone:
        """Nobody has it yet. The name is its owner's Google account as well."""
        roots = x509.load_pem_x509_certificates(self._root.read_bytes())
        return self._equip(name, Phone(Trust(roots, allow_http=True), language=language, zone=zone))

    def _equip(self, name: str, phone: Phone) -> LentPhone:
        if self._google is None:
            return LentPhone(name, phone)
        wallet = phone.wallet
        android = AndroidPhone(
            self._google, name, language=wallet.language, zone=wallet.zone, wire=self._wire
        )
        return LentPhone(name, phone, android)

    def _all(self) -> list[LentPhone]:
        with self._lock:
            return list(self._lent.values())

    def _install(self, lent: LentPhone, address: str) -> None:
        lent.refused = ""
        try:
            found = Safari(lent.phone.wallet.language).find_pass(address)
            lent.phone.install(found.file, self._clock.now())
        except (NoPass, PassRefused) as refused:
            lent.refused = str(refused)
        finally:
            lent.installing -= 1
        self.touched(lent)

    def _take_back(self, lent: LentPhone) -> None:
        """Its cards are removed first, so that nobody pushes to it any more."""
        lent.phone.wake()
        if lent.android:
            lent.android.empty()
        for key in tuple(lent.phone.wallet.cards):
            lent.phone.remove(key)
        self._phones.nudge(lent.phone)
        self._phones.discard(lent.phone)
        with self._saving:
            shutil.rmtree(self._folder / lent.name, ignore_errors=True)

    def _save_stepped(self, phone: Phone) -> None:
        for lent in self._all():
            if lent.phone is phone:
                self._save(lent)

    def _save(self, lent: LentPhone) -> None:
        with self._saving:
            if lent.name in self._lent:
                save_phone(lent.phone, self._folder / lent.name)
                if lent.android:
                    save_android(lent.android, self._folder / lent.name)

    def _restore(self) -> Iterator[LentPhone]:
        """Those used first come first. What cannot be read is left out."""
        if not self._folder.is_dir():
            return
        kept = [path for path in self._folder.iterdir() if _NAME.fullmatch(path.name)]
        for folder in sorted(kept, key=lambda path: path.stat().st_mtime)[-self._most :]:
            try:
                yield self._restore_one(folder)
            except (OSError, ValueError, KeyError, TypeError) as error:
                log.warning("simulator.unreadable", extra={"why": type(error).__name__})

    def _restore_one(self, folder: Path) -> LentPhone:
        lent = self._make(folder.name, saved_language(folder), UTC)
        restore_phone(lent.phone, folder)
        if lent.android:
            restore_android(lent.android, folder)
        return lent
