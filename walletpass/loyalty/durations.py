"""Durations as text: ISO 8601 with months and days, "P2M", "P14D", "P1M15D"; none is "P0D"."""

import re

from walletpass.loyalty.expiry_policy import Duration

_SHAPE = re.compile(r"P(?=\d)(?:(?P<months>\d{1,5})M)?(?:(?P<days>\d{1,5})D)?", re.ASCII)


def spell_duration(duration: Duration) -> str:
    months = f"{duration.months}M" if duration.months else ""
    days = f"{duration.days}D" if duration.days or not months else ""
    return f"P{months}{days}"


def read_duration(text: str) -> Duration | None:
    """None for anything else, years, weeks and hours included."""
    found = _SHAPE.fullmatch(text)
    return Duration(int(found["months"] or 0), int(found["days"] or 0)) if found else None
