"""What happens when in the demo's year: drawn, without anything being done."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from operator import attrgetter
from random import Random
from typing import NamedTuple

from walletpass.loyalty.local_days import at_local_time, local_day
from walletpass.operations.installation.history_people import Person, choose
from walletpass.operations.installation.history_shop import ZONE, find_workshop

DAYS = 365
_SEASON = (80, 75, 90, 100, 110, 105, 85, 80, 110, 120, 105, 140)
"""Per cent of an ordinary month, from January."""
_WEEK = (0, 70, 90, 100, 150, 220, 70)
"""Per cent of an ordinary day, from Monday, on which the shop is closed."""
_HOURS = (2, 5, 8, 7, 4, 4, 6, 8, 5)
"""How many come in each hour, from nine."""
_OPENS, _CLOSES = 9, time(18)
_CLOSED = frozenset({(1, 1), (12, 25), (12, 26)})
"""Month and day."""
_LOOKS = (time(0, 5), time(6), time(19, 45))
"""When what time has done is looked after: after midnight, before opening, when workshops have been credited."""
_LAUNCH_DAYS, _LAUNCH = 28, 4
"""How many times as many join while the card is new."""
_HABITS = ((2, 45), (8, 30), (24, 17), (60, 8))
"""Visits in a year, and how many of a hundred members come so often."""
_STAYS = 300
"""Days after which half of the members have stopped coming."""
_HAD_PAPER = 0.3
"""Of those who join then: a card of paper with stamps on it."""
_BROUGHT = 0.12
"""By another member."""
_IN_DECEMBER = 6
"""How many times as many gift cards are bought."""


class What(StrEnum):
    LOOK = "look"
    """What time has done is looked after."""
    JOIN = "join"
    """`other`: who brought them."""
    BRING_ALONG = "bring along"
    """What is on an old card of paper."""
    BUY = "buy"
    SCAN = "scan"
    """A stamp without a till."""
    RETURN = "return"
    """Of what was bought last."""
    COMPLAIN = "complain"
    CORRECT = "correct"
    SHARE = "share"
    CHECK_IN = "check in"
    BOOK = "book"
    ATTEND = "attend"
    CANCEL = "cancel"
    MISS = "miss"
    BUY_GIFT_CARD = "buy gift card"
    GIVE_GIFT_CARD = "give gift card"
    """To `other`."""
    LOSE_GIFT_CARD = "lose gift card"
    FIND_GIFT_CARD = "find gift card"
    LOSE_CARD = "lose card"
    JOIN_AGAIN = "join again"
    """Having forgotten the first card."""
    MERGE = "merge"
    WRITE_DOWN = "write down"
    """Who they are."""
    TAKE_ADDRESS = "take address"
    LOOK_AT_CARD = "look at card"
    """On the web."""
    HONOUR = "honour"
    BLOCK = "block"
    UNBLOCK = "unblock"
    PRAISE = "praise"
    """The most loyal of a quarter."""


class Happening(NamedTuple):
    at: datetime
    what: What
    person: int = -1
    """Number in the list of people; -1: nobody."""
    other: int = -1


_AT_A_VISIT = ((What.BUY, 92), (What.SCAN, 8))
_WITH_A_VISIT = (
    (What.CHECK_IN, 8, -timedelta(minutes=3), timedelta(0)),
    (What.BOOK, 2, timedelta(minutes=2), timedelta(0)),
    (What.BUY_GIFT_CARD, 1, timedelta(minutes=3), timedelta(0)),
    (What.CORRECT, 0.5, timedelta(minutes=4), timedelta(hours=2)),
    (What.LOSE_CARD, 0.4, timedelta(minutes=5), timedelta(days=2)),
    (What.RETURN, 2, timedelta(minutes=6), timedelta(days=4)),
    (What.COMPLAIN, 1, timedelta(minutes=7), timedelta(days=2)),
    (What.SHARE, 1, timedelta(minutes=8), timedelta(days=1)),
    (What.JOIN_AGAIN, 0.3, timedelta(minutes=8), timedelta(days=9)),
    (What.HONOUR, 0.2, timedelta(minutes=9), timedelta(0)),
    (What.BLOCK, 0.1, timedelta(minutes=10), timedelta(0)),
    (What.LOOK_AT_CARD, 4, timedelta(minutes=11), timedelta(days=3)),
)
"""How often in a hundred visits, and when: so much later, and at most so much more."""
_OF_WORKSHOP = (
    ((What.ATTEND, timedelta(minutes=10)), 78),
    ((What.CANCEL, -timedelta(days=1)), 14),
    ((What.MISS, timedelta(minutes=20)), 8),
)
_GIVEN_WITHIN, _MERGED_WITHIN, _FOUND_WITHIN = timedelta(days=14), timedelta(days=21), timedelta(days=10)
_LOSES_GIFT_CARD, _FINDS_GIFT_CARD = 0.15, 0.5
_KNOWN_WITHIN = timedelta(days=40)
_BLOCKED_FOR = timedelta(days=10)


def draw_year(draw: Random, people: Sequence[Person], last: date) -> list[Happening]:
    """In the order in which it happens; `last` is the last day.

    Addresses are taken at its very end: nobody is to find the letters of a year in one morning.
    """
    days = [last - timedelta(days=ago) for ago in range(DAYS - 1, -1, -1)]
    happenings = [Happening(at_local_time(day, look, ZONE), What.LOOK) for day in days for look in _LOOKS]
    happenings += (
        Happening(at_local_time(day, time(8), ZONE), What.PRAISE)
        for day in days[1:]
        if (day.month % 3, day.day) == (1, 2)
    )
    open_days = [day for day in days if _busyness(day)]
    weights = [_busyness(day) * (_LAUNCH if day < days[_LAUNCH_DAYS] else 1) for day in open_days]
    # Who joined sooner has the lower number.
    for person, first in enumerate(sorted(draw.choices(range(len(open_days)), weights, k=len(people)))):
        happenings += _draw_person(draw, person, open_days[first:], is_launch=first < _LAUNCH_DAYS)
        if people[person].notes:
            happenings.append(_draw_note(draw, person, open_days[first]))
    closes = at_local_time(last, _CLOSES, ZONE)
    happenings += (
        Happening(closes - timedelta(seconds=1), What.TAKE_ADDRESS, number)
        for number, person in enumerate(people)
        if person.notes
    )
    return sorted((each for each in happenings if each.at < closes), key=attrgetter("at"))


def _draw_person(draw: Random, person: int, days: list[date], *, is_launch: bool) -> Iterator[Happening]:
    first, bringer = _draw_time(draw, days[0]), _draw_other(draw, person)
    brought = bringer if draw.random() < _BROUGHT else -1
    yield Happening(first - timedelta(minutes=2), What.JOIN, person, brought)
    if is_launch and draw.random() < _HAD_PAPER:
        yield Happening(first - timedelta(minutes=1), What.BRING_ALONG, person)
    yield Happening(first, What.BUY, person)
    a_year, until = choose(draw, _HABITS), days[0] + timedelta(days=draw.expovariate(0.7 / _STAYS))
    for day in days[1:]:
        if day > until:
            return
        if draw.random() * DAYS * 100 < a_year * _busyness(day):
            yield from _draw_visit(draw, person, _draw_time(draw, day))


def _draw_note(draw: Random, person: int, first: date) -> Happening:
    later = _draw_time(draw, first) + draw.random() * _KNOWN_WITHIN
    return Happening(_in_opening_hours(later + timedelta(days=1)), What.WRITE_DOWN, person)


def _draw_visit(draw: Random, person: int, at: datetime) -> Iterator[Happening]:
    yield Happening(at, choose(draw, _AT_A_VISIT), person)
    for what, of_a_hundred, after, within in _WITH_A_VISIT:
        often = of_a_hundred * (_IN_DECEMBER if what is What.BUY_GIFT_CARD and at.month == 12 else 1)
        if draw.random() * 100 < often:
            later = _in_opening_hours(at + after + draw.random() * within)
            yield Happening(later, what, person)
            yield from _draw_rest(draw, what, person, later)


def _draw_rest(draw: Random, what: What, person: int, at: datetime) -> Iterator[Happening]:
    """What follows of it."""
    match what:
        case What.BOOK:
            end, (outcome, later) = find_workshop(local_day(at, ZONE)), choose(draw, _OF_WORKSHOP)
            yield Happening(end + later, outcome, person)
        case What.BUY_GIFT_CARD:
            given = _in_opening_hours(at + draw.random() * _GIVEN_WITHIN)
            yield Happening(given, What.GIVE_GIFT_CARD, person, _draw_other(draw, person))
            if draw.random() < _LOSES_GIFT_CARD:
                lost = _in_opening_hours(given + draw.random() * _GIVEN_WITHIN)
                yield Happening(lost, What.LOSE_GIFT_CARD, person)
                if draw.random() < _FINDS_GIFT_CARD:
                    found = _in_opening_hours(lost + draw.random() * _FOUND_WITHIN)
                    yield Happening(found, What.FIND_GIFT_CARD, person)
        case What.BLOCK:
            yield Happening(_in_opening_hours(at + draw.random() * _BLOCKED_FOR), What.UNBLOCK, person)
        case What.JOIN_AGAIN:
            merged = _in_opening_hours(at + timedelta(minutes=30) + draw.random() * _MERGED_WITHIN)
            yield Happening(merged, What.MERGE, person)


def _draw_other(draw: Random, person: int) -> int:
    """Somebody who joined before; -1 for the first of all."""
    return draw.randrange(person) if person else -1


def _in_opening_hours(at: datetime) -> datetime:
    """That moment, or one soon after the shop has opened again."""
    local = at.astimezone(ZONE)
    day, moment = local.date(), local.time()
    if moment >= _CLOSES:
        day += timedelta(days=1)
    if not time(_OPENS) <= moment < _CLOSES:
        moment = moment.replace(hour=_OPENS)
    while not _busyness(day):
        day += timedelta(days=1)
    return at_local_time(day, moment, ZONE)


def _busyness(day: date) -> float:
    """Of an ordinary day: per cent."""
    if (day.month, day.day) in _CLOSED:
        return 0
    return _SEASON[day.month - 1] * _WEEK[day.weekday()] / 100


def _draw_time(draw: Random, day: date) -> datetime:
    hour = draw.choices(range(_OPENS, _OPENS + len(_HOURS)), _HOURS)[0]
    return at_local_time(day, time(hour, draw.randint(0, 59), draw.randint(0, 59)), ZONE)
