"""What members are told of units that run out, or have to wait: lines for the card, and letters."""

from collections.abc import Mapping, Sequence
from datetime import date

from walletpass.loyalty.notices import Notice
from walletpass.loyalty.wording import Sentence, UnitCount, in_a_row, sentence

ByDay = Mapping[date, Sequence[UnitCount]]
"""Units of each kind, by a day that matters to them; soonest first, at least one."""


def tell_ends(ends: ByDay) -> Sentence:
    """By the last days on which they can be used. Without its full stop, which a date may bring along."""
    first, *others = (tell_end(_together(units), day) for day, units in ends.items())
    for other in others:
        first = Sentence("%(first)s. %(other)s", "", {"first": first, "other": other})
    return first


def tell_waiting(begins: ByDay) -> Sentence:
    """By the days from which on they can be used: whole sentences."""
    return in_a_row(
        sentence("%(units)s can be used from %(day)s.", units=_together(units), day=day)
        for day, units in begins.items()
    )


def tell_end(units: UnitCount | Sentence, last_day: date) -> Sentence:
    """`last_day`: the last on which they can be used (`expiry.last_valid_day`)."""
    return sentence("%(units)s can be used through %(day)s", units=units, day=last_day)


def tell_warning(shop: str, units: UnitCount, last_day: date, link: str, *, rolls: bool) -> Notice:
    """`rolls`: a visit moves that date. `link`: to the member's card."""
    then = (
        sentence("With your next visit you have longer.")
        if rolls
        else sentence("What is left after that day runs out.")
    )
    end = tell_end(units, last_day)
    return Notice(
        sentence("%(shop)s: %(news)s", shop=shop, news=end),
        sentence(
            "On your card of %(shop)s: %(end)s.\n\n%(then)s\n\nYour card: %(link)s",
            shop=shop,
            end=end,
            then=then,
            link=link,
        ),
    )


def tell_ended(shop: str, units: UnitCount, last_day: date, link: str) -> Notice:
    """The last note, after the last day."""
    return Notice(
        sentence("%(shop)s: %(news)s", shop=shop, news=sentence("%(units)s ran out", units=units)),
        sentence(
            "On your card of %(shop)s %(units)s ran out. The last day was %(day)s.\n\nYour card: %(link)s",
            shop=shop,
            units=units,
            day=last_day,
            link=link,
        ),
    )


def tell_revival(shop: str, units: UnitCount, last_day: date | None, link: str) -> Notice:
    """What had run out is given back out of goodwill. `last_day` None: they never run out."""
    return Notice(
        sentence("%(shop)s: %(news)s", shop=shop, news=sentence("%(units)s for you again", units=units)),
        sentence(
            "%(shop)s has put back on your card what had run out: %(what)s.\n\nYour card: %(link)s",
            shop=shop,
            what=tell_end(units, last_day) if last_day else units,
            link=link,
        ),
    )


def _together(units: Sequence[UnitCount]) -> UnitCount | Sentence:
    """There are but two kinds."""
    if len(units) == 1:
        return units[0]
    return sentence("%(one)s and %(other)s", one=units[0], other=units[1])
