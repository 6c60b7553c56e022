"""Who comes to the shop of the demo's year, and when: drawn, without anything being done."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from random import Random
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from walletpass.loyalty.local_days import at_local_time

T = TypeVar("T")

DAYS = 365
_SEASON = (80, 75, 90, 100, 110, 105, 85, 80, 110, 120, 105, 140)
"""Per cent of an ordinary month, from January."""
_WEEK = (0, 70, 90, 100, 150, 220, 70)
"""Per cent of an ordinary day, from Monday, on which the shop is closed."""
_HOURS = (2, 5, 8, 7, 4, 4, 6, 8, 5)
"""How many come in each hour, from nine."""
_OPENS = 9
_HABITS = ((2, 45), (8, 30), (24, 17), (60, 8))
"""Visits in a year, and how many of a hundred members come so often."""
_STAYS = 300
"""Days after which half of the members have stopped coming."""
_FIRST_NAMES = (
    *("Anna", "Bram", "Daan", "Emma", "Fleur", "Gijs", "Hanna", "Ingrid", "Jasper", "Kees", "Lotte", "Mees"),
    *("Noor", "Olaf", "Pien", "Ravi", "Sanne", "Thijs", "Umut", "Vera", "Willem", "Yara", "Zoë", "Ödön"),
)
_LAST_NAMES = (
    *(
        "Bakker",
        "de Boer",
        "Bos",
        "Dekker",
        "van Dijk",
        "Hansen",
        "Jansen",
        "Kovács",
        "van Leeuwen",
        "Meijer",
    ),
    *("Mulder", "Nagy", "Peters", "Smit", "Sørensen", "Visser", "de Vries", "Vos", "de Wit", "Yılmaz"),
)
_LANGUAGES = (("nl", 84), ("en", 8), ("hu", 3), ("nb", 3), ("da", 2))


class What(StrEnum):
    MORNING = "morning"
    """What time has done is looked after."""
    JOIN = "join"
    BUY = "buy"
    SCAN = "scan"
    """A stamp without a till."""
    RETURN = "return"
    """Of what was bought last."""
    COMPLAIN = "complain"


class Happening(NamedTuple):
    at: datetime
    what: What
    person: int
    """Number in the list of people; -1: nobody."""


_AT_A_VISIT = ((What.BUY, 92), (What.SCAN, 8))
_AFTERWARDS = ((What.RETURN, 3, timedelta(days=4)), (What.COMPLAIN, 1, timedelta(days=2)))
"""What follows of a hundred visits, and at most how much later."""


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    language: str
    birthday: date | None
    branch: int


def draw_people(draw: Random, count: int) -> list[Person]:
    """Nobody has an address of e-mail: no letter can leave to somebody who does not exist."""
    return [
        Person(
            f"{draw.choice(_FIRST_NAMES)} {draw.choice(_LAST_NAMES)}",
            _choose(draw, _LANGUAGES),
            date(draw.randint(1940, 2004), draw.randint(1, 12), draw.randint(1, 28))
            if draw.random() < 0.4
            else None,
            int(draw.random() < 0.35),
        )
        for _ in range(count)
    ]


def draw_year(draw: Random, people: int, last: date, zone: ZoneInfo) -> list[Happening]:
    """In the order in which it happens; `last` is the last day."""
    days = [last - timedelta(days=ago) for ago in range(DAYS - 1, -1, -1)]
    happenings = [Happening(at_local_time(day, time(6), zone), What.MORNING, -1) for day in days]
    open_days = [day for day in days if _busyness(day)]
    joining = draw.choices(range(len(open_days)), [_busyness(day) for day in open_days], k=people)
    for person, first in enumerate(joining):
        happenings += _draw_person(draw, person, open_days[first:], zone)
    return sorted(happenings)


def _draw_person(draw: Random, person: int, days: list[date], zone: ZoneInfo) -> Iterator[Happening]:
    joined = _draw_time(draw, days[0], zone)
    yield Happening(joined, What.JOIN, person)
    yield Happening(joined + timedelta(minutes=2), What.BUY, person)
    a_year, until = _choose(draw, _HABITS), days[0] + timedelta(days=draw.expovariate(0.7 / _STAYS))
    for day in days[1:]:
        if day > until:
            return
        if draw.random() * DAYS * 100 < a_year * _busyness(day):
            yield from _draw_visit(draw, person, _draw_time(draw, day, zone), days[-1], zone)


def _draw_visit(draw: Random, person: int, at: datetime, last: date, zone: ZoneInfo) -> Iterator[Happening]:
    yield Happening(at, _choose(draw, _AT_A_VISIT), person)
    closes = at_local_time(last, time(18), zone)
    for what, of_a_hundred, latest in _AFTERWARDS:
        later = at + timedelta(minutes=5) + draw.random() * latest
        if draw.random() * 100 < of_a_hundred and later < closes:
            yield Happening(later, what, person)


def _busyness(day: date) -> float:
    """Of an ordinary day: per cent."""
    return _SEASON[day.month - 1] * _WEEK[day.weekday()] / 100


def _draw_time(draw: Random, day: date, zone: ZoneInfo) -> datetime:
    hour = draw.choices(range(_OPENS, _OPENS + len(_HOURS)), _HOURS)[0]
    return at_local_time(day, time(hour, draw.randint(0, 59), draw.randint(0, 59)), zone)


def _choose(draw: Random, weighted: tuple[tuple[T, int], ...]) -> T:
    return draw.choices([value for value, _ in weighted], [weight for _, weight in weighted])[0]
