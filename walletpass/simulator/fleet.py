"""Many phones whose owners do what owners do, for load and for soaking."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from walletpass.clock import Clock
from walletpass.simulator.browsing import NoPass
from walletpass.simulator.installed import PassKey, Trust
from walletpass.simulator.messenger import PAUSES
from walletpass.simulator.phone import Phone
from walletpass.simulator.phones import Phones
from walletpass.simulator.safari import Safari
from walletpass.simulator.tally import Tally
from walletpass.simulator.wire import Wire

_HAPPENS = {
    "rotate": 4,
    "sleep": 3,
    "wake": 4,
    "reboot": 2,
    "refresh": 2,
    "replace": 2,
    "toggle": 2,
    "reinstall": 1,
}
"""What happens to phones -> how often, of all that happens."""

TokenEnded = Callable[[str, datetime], None]


@dataclass(eq=False)
class Member:
    """A phone and the addresses where its cards can be had again."""

    phone: Phone
    caller: str
    """Where it seems to ask from: many at one address would soon be told to slow down."""
    pages: dict[PassKey, str] = field(default_factory=dict)


class Fleet:
    """Phones in `phones`, their cards from `address`: a page to join, a card's page, or a pass file.

    `token_ended` tells the push service which tokens nobody has any more. `churn` is the same for the same `seed`.
    """

    def __init__(
        self,
        phones: Phones,
        address: str,
        trust: Trust,
        clock: Clock,
        *,
        seed: int = 0,
        pauses: Sequence[timedelta] = PAUSES,
        token_ended: TokenEnded = lambda token, at: None,
    ) -> None:
        self.members: list[Member] = []
        self.tally = Tally()
        self._phones, self._address, self._trust, self._clock = phones, address, trust, clock
        self._random, self._token_ended = Random(seed), token_ended  # noqa: S311 - nothing secret
        self._wire, self._pauses = Wire(), pauses

    def add(self, cards: int = 1) -> Member:
        """A new phone with so many cards. Raises NoPass and PassRefused."""
        phone = Phone(self._trust, wire=self._wire, pauses=self._pauses, on_entry=self.tally.note)
        number = len(self.members)
        member = Member(phone, f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}")
        for _ in range(cards):
            self._install(member, self._address)
        self.members.append(member)
        self._phones.add(phone)
        return member

    def churn(self) -> str:
        """Something happens to one phone; what."""
        what = self._random.choices(tuple(_HAPPENS), tuple(_HAPPENS.values()))[0]
        member = self._random.choice(self.members)
        getattr(self, f"_{what}")(member)
        self._phones.nudge(member.phone)
        return what

    def wake_all(self) -> None:
        """And switch updates on everywhere, so that every phone comes to hear of everything."""
        for member in self.members:
            member.phone.wake()
            for key in tuple(member.phone.wallet.quiet):
                member.phone.switch_updates(key, on=True)
            self._phones.nudge(member.phone)

    @property
    def is_busy(self) -> bool:
        return any(member.phone.is_busy for member in self.members)

    def _install(self, member: Member, address: str) -> None:
        found = Safari(member.phone.wallet.language, member.caller).find_pass(address)
        for card in member.phone.install(found.file, self._clock.now()):
            member.pages[card.key] = found.address

    def _any_card(self, member: Member) -> PassKey:
        return self._random.choice(sorted(member.pages))

    def _rotate(self, member: Member) -> None:
        self._token_ended(member.phone.rotate_push_token(), self._clock.now())

    def _reinstall(self, member: Member) -> None:
        self._token_ended(member.phone.reinstall(), self._clock.now())

    def _sleep(self, member: Member) -> None:
        member.phone.sleep()

    def _wake(self, member: Member) -> None:
        member.phone.wake()

    def _reboot(self, member: Member) -> None:
        member.phone.reboot()

    def _refresh(self, member: Member) -> None:
        member.phone.refresh(self._any_card(member))

    def _toggle(self, member: Member) -> None:
        key = self._any_card(member)
        member.phone.switch_updates(key, on=key in member.phone.wallet.quiet)

    def _replace(self, member: Member) -> None:
        """Removed, and taken again from the card's page, if that can be reached; else the next time."""
        key = self._any_card(member)
        member.phone.remove(key)
        with suppress(NoPass):
            self._install(member, member.pages[key])
