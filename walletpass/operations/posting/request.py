"""What is asked of the write path, what a decision may look at, and what it answers."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from walletpass.loyalty.ledger import Line, RewardState
from walletpass.loyalty.local_days import local_day
from walletpass.loyalty.places import Visit
from walletpass.loyalty.program import Program
from walletpass.loyalty.rewards.issuing import Grant
from walletpass.loyalty.rules.basket import Basket
from walletpass.loyalty.rules.counters import Counted
from walletpass.loyalty.units import Unit
from walletpass.operations.posting.outcome import Done
from walletpass.store.ids import Ids
from walletpass.store.session import Transaction


class Post(msgspec.Struct, frozen=True):
    """Who asks for what, as one request."""

    merchant_id: int
    account_id: int
    key: str
    """Made by the caller, once per intention; 8 to 80 letters, digits, - and _."""
    body: Mapping[str, Any]
    """All that the request says; the same key with another body is refused."""
    staff_id: int | None = None
    location_id: int | None = None
    """Where it happens, if that is known."""
    reason: str = ""
    """Why it is done although something speaks against it, in the words of staff."""


class Desk(msgspec.Struct, frozen=True):
    """What a decision may look at: the locked account, the rules, the instant."""

    tx: Transaction
    account: Any
    program: Program
    version_id: int
    """Of the rules, which the card shows from then on, also where their roll-out has not come to it yet."""
    newest_id: int
    """Of the newest rules, which a card has once it is full."""
    now: datetime
    stamped_today: int = 0
    stamped_lately: int = 0
    """By the whole shop, on any card, within the last minute or a moment longer."""
    unused: Sequence[Any] = ()
    """Rewards in the member's hand: `id`, `title`, `valid_to`."""
    on_phones: bool = True
    at_google: bool = True
    """Whether any phone is to be told of a change, and Google. Nobody adds one while the account is locked."""
    present_list_id: int | None = None
    """The list of places that the card shows, where that is the present one of `usual_location_id`."""
    usual_location_id: int | None = None
    ids: Ids = msgspec.field(default_factory=Ids)
    """For the first row of each kind that is written."""

    @property
    def today(self) -> date:
        """Local to the program."""
        return local_day(self.now, self.program.zone)


class Business(msgspec.Struct, frozen=True):
    """What happened at the till. Minor units of the program's currency."""

    gross_minor: int = 0
    eligible_minor: int = 0
    external_id: str | None = None
    """The till's own name for it; one merchant has it once."""
    details: Mapping[str, Any] | None = None
    happened_at: datetime | None = None
    """Where that was before it was received."""


class Left(msgspec.Struct, frozen=True):
    """What a return leaves of a purchase."""

    activity_id: int
    basket: Basket


class TakenBack(msgspec.Struct, frozen=True):
    """An activity that is taken back, all or a part. It counts for less on its own day, not on today's."""

    activity_id: int
    happened_at: datetime


class Posting(msgspec.Struct, frozen=True):
    """What is to be written."""

    done: Done
    lines: tuple[Line, ...] = ()
    grants: tuple[Grant, ...] = ()
    """Rewards to issue; what pays for one is written after the lines."""
    handed: Mapping[int, RewardState] = {}
    """Issued reward -> its new state."""
    business: Business = Business()
    reason: str = ""
    """Why staff overrode a limit."""
    note: str = ""
    """For the member to read, with the first line."""
    carried: Mapping[str, int] | None = None
    """Earn rule -> minor units left under one step; None: as before."""
    counted: tuple[Counted, ...] = ()
    takes_back: TakenBack | None = None
    undoes: int | None = None
    """Id of the activity that is taken back."""
    undoes_at: int | None = None
    """Id of the location where that was."""
    unvisits: bool = False
    """Whether it takes back a visit, so that there was none."""
    left: Left | None = None
    tier: str | None = None
    """The member's new tier; None: as before."""
    visits: tuple[Visit, ...] = ()
    """Of another card, that are to count for this one."""
    begun: Mapping[Unit, int] = {}
    """Units that had to wait and can be used from now on."""
