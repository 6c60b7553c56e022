"""Spans of time as text: ISO 8601 in weeks, days, hours, minutes and seconds, "PT3H", "P7D"; none is "P0D"."""

import re
from datetime import timedelta

_SHAPE = re.compile(
    r"P(?=[\dT])(?:(?P<weeks>\d{1,5})W)?(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,7})H)?(?:(?P<minutes>\d{1,8})M)?(?:(?P<seconds>\d{1,9})S)?)?",
    re.ASCII,
)


def spell_time_span(span: timedelta) -> str:
    """To the second."""
    minutes, seconds = divmod(span.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, clock = _spell(D=span.days), _spell(H=hours, M=minutes, S=seconds)
    return f"P{days}T{clock}" if clock else f"P{days or '0D'}"


def read_time_span(text: str) -> timedelta | None:
    """None for anything else, months and years included: these are not all of one length."""
    found = _SHAPE.fullmatch(text)
    return timedelta(**{name: int(n or 0) for name, n in found.groupdict().items()}) if found else None


def _spell(**numbers: int) -> str:
    return "".join(f"{number}{letter}" for letter, number in numbers.items() if number)
