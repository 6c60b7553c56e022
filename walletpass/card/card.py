"""What one account looks like right now: facts, and the sentences made of them in the member's language."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class CardState(StrEnum):
    ACTIVE = "active"
    EXPIRED = "expired"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the holder stands in the present round; decides what the strip shows."""

    count: int
    goal: int | None
    """Units that fill the card; None for a balance without an end."""
    milestones: tuple[int, ...] = ()
    """Counts at which something was given or will be, ascending; the last is usually the goal."""
    counted: bool = False
    """A running number shows it, whatever the shape of the design."""


@dataclass(frozen=True, slots=True)
class ReadyReward:
    title: str
    valid_until: datetime | None = None
    """The instant from which on it is gone."""
    told: str = ""
    """With its last day, where it has one: "Free coffee, valid through 31 Dec 2026"."""
    icon: str = "gift"
    """Name of the small picture beside it on pages."""
    terms: str = ""
    """Whole sentences: "10% off an order of at least €100.00 before discounts."."""
    code: str = field(default="", repr=False)
    """By which it can be used without the card; only where it is shown."""


class AlikeRewards(NamedTuple):
    told: str
    """Such as: 2 × Free coffee, valid through 31 Dec 2026."""
    terms: str
    icon: str
    codes: list[str]


@dataclass(frozen=True, slots=True)
class Place:
    latitude: float
    longitude: float
    text: str
    """Shown when the phone is near, in the member's language."""


@dataclass(frozen=True, slots=True)
class Beacon:
    uuid: str
    text: str
    major: int | None = None
    minor: int | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Nearby:
    """Where a card offers itself: many cards share one."""

    places: tuple[Place, ...] = ()
    beacons: tuple[Beacon, ...] = ()
    max_distance: float | None = None
    """Metres; can only shrink the wallet's own radius."""


NOWHERE = Nearby()


@dataclass(frozen=True, slots=True)
class Card:
    version: int
    """Rises by one with every change that a holder could see."""
    changed_at: datetime
    """When this version began; whole seconds, strictly rising with `version`."""
    state: CardState
    language: str
    member: str
    """The name on the card; may be empty."""
    scan_code: str
    """The text in the barcode: ASCII, opaque, no personal data."""
    typed_code: str
    """Shorter, printed under the barcode, for typing in: "7K2M-94QX-PT3A"."""
    progress: Progress
    progress_text: str
    """Short: "5 of 8" or "340 points"."""
    summary: str
    """Whole sentences: "5 of 8 stamps. Next: free starter, 3 to go."."""
    next_reward: str
    """Short: "Free starter"."""
    news: str
    """What happened last: "Stamped. 6 of 8.". The only text a phone announces."""
    deal: str
    """The programme's promise in one line: "10 stamps: 1 free coffee"."""
    page_url: str
    """The card's page on the web, https except in development."""
    ready: tuple[ReadyReward, ...] = ()
    ready_text: str = ""
    """A sentence: "Ready for you: 2 × Free coffee, Free cake."."""
    missing: str = ""
    """Short, of the next reward: "3 to go"."""
    owed: str = ""
    """Where more was taken back than there was: "−250 points until your next visits"."""
    points: str = ""
    """Short, where points are collected beside stamps: "340 points"."""
    end: str = ""
    """Short: when the next units run out and, unless it is all of them, how many: "40 points · 31 Dec 2026"."""
    end_text: str = ""
    """A sentence: "40 points can be used through 31 Dec 2026"."""
    expires_at: datetime | None = None
    """Of the card as a whole."""
    tier: str = ""
    """Its name."""
    tier_text: str = ""
    """Names the tier first, if there is one: "Silver: free refills. 3 more visits for Gold"."""
    nearby: Nearby = NOWHERE

    def name_next(self) -> str:
        """Such as: Free starter · 3 to go."""
        return f"{self.next_reward} · {self.missing}" if self.missing else self.next_reward

    def name_ready(self) -> str:
        """How many and the oldest by name, for want of room: "2 · Free coffee"."""
        titles = [reward.title for reward in self.ready]
        return f"{len(titles)} · {titles[0]}" if len(titles) > 1 else "".join(titles)

    def list_ready(self) -> list[str]:
        """A line for each, with its last day and its terms; those alike together."""
        return [f"{told}: {terms}" if terms else told for told, terms, *_ in self.group_ready()]

    def group_ready(self) -> list[AlikeRewards]:
        codes: dict[tuple[str, str, str], list[str]] = {}
        for reward in self.ready:
            codes.setdefault((reward.told or reward.title, reward.terms, reward.icon), []).append(reward.code)
        return [
            AlikeRewards(_number(len(each), told), terms, icon, list(filter(None, each)))
            for (told, terms, icon), each in codes.items()
        ]


def group_alike(texts: Iterable[str]) -> list[str]:
    """Such as: 2 × Free coffee; Free cake. In the order in which they came first."""
    return [_number(n, text) for text, n in Counter(texts).items()]


def _number(n: int, text: str) -> str:
    return f"{n} × {text}" if n > 1 else text
