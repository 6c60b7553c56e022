"""When units run out: the dates of a policy. A unit is valid through its last local day, whatever the clocks do."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from walletpass.loyalty.expiry_policy import ExpiryKind, ExpiryPolicy, Span
from walletpass.loyalty.ledger import EntryKind, Line, LotTerms
from walletpass.loyalty.local_days import add_duration, add_months, end_of_day, local_day
from walletpass.loyalty.lots import Lot, has_ended
from walletpass.loyalty.program import Program, units_of
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.units import Unit

_MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.HALF_YEAR: 6, Span.YEAR: 12}
_CREDITS = (EntryKind.EARN, EntryKind.BONUS, EntryKind.ADJUST, EntryKind.IMPORT)
_USES = (EntryKind.REDEEM, EntryKind.CONVERT)
_MOST_YEARS = 100


def lot_terms(policy: ExpiryPolicy, earned_at: datetime, zone: ZoneInfo) -> LotTerms:
    """How long units last that are earned then.

    A lot that rolls needs a rolling date on its account (`extended_units`). After a fixed date they are gone at once.
    """
    return _terms(policy, local_day(earned_at, zone), zone)


def grace_terms(days: int, at: datetime, zone: ZoneInfo) -> LotTerms:
    """Of units given back after their end: through that many local days after the present one."""
    return LotTerms(end_of_day(local_day(at, zone) + timedelta(days=days), zone))


def extended_units(program: Program, kind: EntryKind, unit: Unit, quantity: int) -> tuple[Unit, ...]:
    """Of which units such an entry moves the rolling date.

    Every credit by the policy does, or a gift to somebody who has been away would be gone at once. Giving back
    and merging do not. A reward that is used is of no unit, so it keeps all that there are.
    """
    if kind in _USES:
        if program.expiry.kind is not ExpiryKind.ROLLING_ON_ACTIVITY:
            return ()
        return (unit,) if quantity else tuple(sorted(units_of(program.kind)))
    return (unit,) if program.expiry.rolls and kind in _CREDITS and quantity > 0 else ()


def roll(policy: ExpiryPolicy, at: datetime, zone: ZoneInfo, present: datetime | None) -> datetime:
    """The rolling date after something at that instant: never sooner than the `present` one.

    What has ended must have been posted before (`lots.find_ended`): it stays ended.
    """
    end = end_of_day(add_duration(local_day(at, zone), policy.duration), zone)
    return max(end, present or end)


def last_valid_day(expires_at: datetime, zone: ZoneInfo) -> date:
    """What people are told."""
    return local_day(expires_at - timedelta(microseconds=1), zone)


def check_last_day(day: date, today: date) -> None:
    """Of what somebody sets by hand. Raises Refusal bad_last_day, far_last_day."""
    if day < today:
        raise Refusal("bad_last_day")
    if day > add_months(today, 12 * _MOST_YEARS):
        raise Refusal("far_last_day", years=_MOST_YEARS)


def lengthen(
    lot: Lot, policy: ExpiryPolicy, zone: ZoneInfo, now: datetime, rolling: datetime | None
) -> LotTerms:
    """The lot's terms when another policy begins to hold for it: each date the later of both.

    What has ended stays ended.
    """
    terms = _terms(policy, lot.earned_on, zone)
    return _keep(lot) if has_ended(lot, now, rolling) else _longer(_keep(lot), terms)


def extend(lot: Lot, until: date, zone: ZoneInfo, now: datetime, rolling: datetime | None) -> LotTerms:
    """The lot's terms when a merchant lets it last through that local day at least."""
    longer = _longer(_keep(lot), LotTerms(end_of_day(until, zone)))
    return _keep(lot) if has_ended(lot, now, rolling) else longer


def close(lot: Lot, ended_at: datetime) -> LotTerms:
    """Of a lot whose rest has expired: no rolling date that moves later revives what is given back to it."""
    return LotTerms(ended_at, lot.available_from, lot.rolls, ended_at if lot.rolls else None)


def reopen(
    lot: Lot, policy: ExpiryPolicy, happened_at: datetime, zone: ZoneInfo, now: datetime
) -> LotTerms | None:
    """Of a closed lot, when something arrives late that would have moved its end had it been known in time.

    None: it stays closed, because it was over by then already, would be by now, or does not roll.
    """
    if not (lot.rolls and policy.rolls and lot.expires_at and happened_at < lot.expires_at):
        return None
    latest = _terms(policy, lot.earned_on, zone).latest_at
    rolled = roll(policy, happened_at, zone, None)
    end = min(rolled, latest or rolled)
    return LotTerms(None, lot.available_from, rolls=True, latest_at=latest) if end > now else None


def tell_extension(unit: Unit, until: datetime) -> Line:
    """The entry that says that the rolling date of a unit has moved."""
    breakdown: dict[str, Any] = {"until": until.isoformat()}
    return Line(EntryKind.EXTEND_EXPIRY, 0, unit=unit, breakdown=breakdown)


def _terms(policy: ExpiryPolicy, day: date, zone: ZoneInfo) -> LotTerms:
    return _TERMS[policy.kind](policy, day, zone)


def _never(policy: ExpiryPolicy, day: date, zone: ZoneInfo) -> LotTerms:
    return LotTerms()


def _fixed_duration(policy: ExpiryPolicy, day: date, zone: ZoneInfo) -> LotTerms:
    return LotTerms(end_of_day(add_duration(day, policy.duration), zone))


def _end_of_period(policy: ExpiryPolicy, day: date, zone: ZoneInfo) -> LotTerms:
    end = add_duration(day, policy.duration)
    months = _MONTHS[policy.span]
    to_last = -end.month % months
    first_of_last = add_months(end.replace(day=1), to_last)
    return LotTerms(end_of_day(add_months(first_of_last, 1) - timedelta(days=1), zone))


def _fixed_date(policy: ExpiryPolicy, day: date, zone: ZoneInfo) -> LotTerms:
    return LotTerms(end_of_day(policy.on, zone) if policy.on else None)


def _rolling(policy: ExpiryPolicy, day: date, zone: ZoneInfo) -> LotTerms:
    return LotTerms(rolls=True)


def _first_of(policy: ExpiryPolicy, day: date, zone: ZoneInfo) -> LotTerms:
    return LotTerms(rolls=True, latest_at=end_of_day(add_duration(day, policy.at_most), zone))


_TERMS: dict[ExpiryKind, Callable[[ExpiryPolicy, date, ZoneInfo], LotTerms]] = {
    ExpiryKind.NEVER: _never,
    ExpiryKind.FIXED_DURATION: _fixed_duration,
    ExpiryKind.END_OF_PERIOD: _end_of_period,
    ExpiryKind.FIXED_DATE: _fixed_date,
    ExpiryKind.ROLLING_ON_EARN: _rolling,
    ExpiryKind.ROLLING_ON_ACTIVITY: _rolling,
    ExpiryKind.FIRST_OF: _first_of,
}


def _keep(lot: Lot) -> LotTerms:
    return LotTerms(lot.expires_at, lot.available_from, lot.rolls, lot.latest_at)


def _longer(terms: LotTerms, other: LotTerms) -> LotTerms:
    both = (terms, other)
    if any(each.expires_at is None and not each.rolls for each in both):
        return LotTerms(available_from=terms.available_from)
    fixed = [each.expires_at for each in both if each.expires_at]
    latest = [each.latest_at for each in both if each.rolls]
    return LotTerms(
        max(fixed, default=None),
        terms.available_from,
        bool(latest),
        max(filter(None, latest)) if latest and all(latest) else None,
    )
