"""An Android phone as far as Google Wallet goes: what its owner does with it, and what it shows.

Its cards belong to its owner's Google account, so a phone that was wiped has them again as soon as it looks.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from secrets import token_hex
from threading import Lock
from urllib.parse import quote, urlsplit

import orjson

from walletpass.gpay.save_link import LONGEST
from walletpass.simulator.formatting import read_locale
from walletpass.simulator.google.calls import Document
from walletpass.simulator.google.memory import About, Notice
from walletpass.simulator.google.routes import PHONES_PATH, SAVE_PAGE
from walletpass.simulator.relevance import Position
from walletpass.simulator.wire import Answer, Request, RequestFailed, Wire


class LinkRefused(Exception):
    """What Google says instead of adding the card."""


@dataclass(frozen=True, slots=True)
class HeldPass:
    object: Document
    of_class: Document
    saved_at: datetime

    @property
    def id(self) -> str:
        return str(self.object["id"])

    @property
    def ended(self) -> bool:
        """As the issuer says it; see `expired` for what time has ended."""
        return bool(self.object["state"] != "ACTIVE")

    def expired(self, now: datetime) -> bool:
        end: str | None = self.object.get("validTimeInterval", {}).get("end", {}).get("date")
        return end is not None and read_instant(end) <= now


class AndroidPhone:
    """`google` tells where the simulated Google answers; `account` is known to its owner only."""

    def __init__(
        self,
        google: Callable[[], str],
        account: str = "",
        *,
        language: str = "en",
        zone: tzinfo = UTC,
        wire: Wire | None = None,
    ) -> None:
        self.account = account or token_hex(16)
        self.passes: tuple[HeldPass, ...] = ()
        """In the order of arrival."""
        self.notices: tuple[Notice, ...] = ()
        self.cleared = 0
        """Number of the last notice that was swiped away."""
        self.position: Position | None = None
        self._google, self._wire = google, wire or Wire()
        self._lock = Lock()
        self.speak(language, zone)

    def speak(self, language: str, zone: tzinfo) -> None:
        """From now on. Raises ValueError for a language that nobody knows."""
        self.locale = read_locale(language)
        self.language, self.zone = language, zone

    def open_link(self, link: str) -> list[str]:
        """Press “Add” behind a save link. Ids of the objects in the wallet now. Raises LinkRefused."""
        if not is_save_link(link):
            raise LinkRefused(f"{link} is no save link.")
        if len(link) > LONGEST:
            raise LinkRefused(f"The link is too long: {len(link)} characters, {LONGEST} at most.")
        answer = self._ask("POST", "/save", {"jwt": link.rpartition("/")[2]})
        saved: list[str] = orjson.loads(answer.body)["saved"]
        self.look()
        return saved

    def look(self) -> bool:
        """Take over what the account holds now. Whether Google answered; else the phone shows what it knew."""
        try:
            answer = self._ask("GET", "")
        except LinkRefused:
            return False
        found = orjson.loads(answer.body)
        with self._lock:
            self.passes = tuple(_read_pass(each) for each in found["passes"])
            self.notices = tuple(
                notice for each in found["notices"] if (notice := _read_notice(each)).number > self.cleared
            )
        return True

    def remove(self, object_id: str) -> None:
        """Raises LinkRefused where the card is not in the wallet, or Google cannot be reached."""
        self._ask("DELETE", f"/{quote(object_id, safe='')}")
        self.look()

    def empty(self) -> None:
        """Every card is removed, as far as Google can be reached."""
        self.look()
        with suppress(LinkRefused):
            for held in self.passes:
                self.remove(held.id)

    def clear_notices(self) -> None:
        """Swiped away."""
        with self._lock:
            self.cleared = max((notice.number for notice in self.notices), default=self.cleared)
            self.notices = ()

    def reinstall(self) -> None:
        """Wiped, and signed in to the same account again."""
        with self._lock:
            self.passes, self.notices = (), ()
        self.look()

    def find(self, object_id: str) -> HeldPass | None:
        return next((each for each in self.passes if each.id == object_id), None)

    def _ask(self, method: str, path: str, body: object = None) -> Answer:
        address = f"{self._google()}{PHONES_PATH}/{self.account}{path}"
        try:
            answer = self._wire.send(Request(method, address, body=body))
        except RequestFailed as failed:
            raise LinkRefused(str(failed)) from None
        if answer.status != 200:
            raise LinkRefused(_read_message(answer))
        return answer


def is_save_link(address: str) -> bool:
    """Whoever's it is: the real Google's, or one of this machine."""
    page, _, token = urlsplit(address).path.rpartition("/")
    return page.endswith(SAVE_PAGE) and bool(token)


def read_instant(text: str) -> datetime:
    """ISO 8601; without offset it is taken for UTC."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _read_pass(told: Document) -> HeldPass:
    return HeldPass(told["object"], told["class"], read_instant(told["savedAt"]))


def _read_notice(told: Document) -> Notice:
    return Notice(told["number"], told["object_id"], About(told["about"]), read_instant(told["at"]))


def _read_message(answer: Answer) -> str:
    try:
        return str(orjson.loads(answer.body)["error"]["message"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return f"Google answered with {answer.status}."
