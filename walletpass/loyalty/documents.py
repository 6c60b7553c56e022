"""Rules as documents of JSON values, and back: whatever a program consists of, by the types of its fields.

A field that is as shipped is left out, so documents stay small, and those of yesterday can be read tomorrow.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from walletpass.loyalty.durations import read_duration, spell_duration
from walletpass.loyalty.expiry_policy import Duration
from walletpass.loyalty.time_spans import read_time_span, spell_time_span
from walletpass.loyalty.wording import Sentence, sentence


class UnreadError(Exception):
    """Something was asked of a value that cannot be read."""


class _Unread:
    def _refuse(self, *_: Any) -> Any:
        raise UnreadError

    __getattr__ = __getitem__ = __iter__ = __len__ = __bool__ = __hash__ = _refuse
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _refuse


UNREAD: Any = _Unread()
"""Stands for a value that cannot be read. Nothing can be told from it: whatever is asked raises UnreadError."""
Reader = Callable[[Any, str, list[Sentence]], Any]
"""Takes a value, where it stands, and the list of problems to add to; the value read, or UNREAD."""

ASKING: Mapping[str, bool | None] = {"no": None, "may": False, "must": True}
"""Three answers in words, where a format has no null."""
_LONGEST_SHOWN = 40


def to_document(value: Any) -> Any:
    """JSON values only, as `read_document` reads them for the type of `value`."""
    if spell := _SPELLED.get(type(value)):
        return spell(value)
    if is_dataclass(value):
        given = {field.name: getattr(value, field.name) for field in fields(value)}
        return {f.name: to_document(given[f.name]) for f in fields(value) if given[f.name] != _shipped(f)}
    if isinstance(value, tuple):
        return [to_document(item) for item in value]
    if isinstance(value, Mapping):
        return {str(name): to_document(item) for name, item in value.items()}
    return value.value if isinstance(value, StrEnum) else value


def read_document(kind: Any, document: Any, where: str, problems: list[Sentence]) -> Any:
    """A value of the type `kind`, with UNREAD, and a sentence in `problems`, for all that cannot be read in it."""
    return _reader(kind)(document, where, problems)


def _shipped(field: Field[Any]) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()


def _read_time(text: str) -> time | None:
    local = time.fromisoformat(text)
    return local if local.tzinfo is None else None


def _read_instant(text: str) -> datetime | None:
    instant = datetime.fromisoformat(text)
    return None if instant.tzinfo is None else instant.astimezone(UTC)


_SPELLED: Mapping[type, Callable[[Any], str]] = {
    Duration: spell_duration,
    timedelta: spell_time_span,
    ZoneInfo: lambda zone: zone.key,
    datetime: datetime.isoformat,
    date: date.isoformat,
    time: time.isoformat,
}
_READ: Mapping[type, Callable[[str], Any]] = {
    Duration: read_duration,
    timedelta: read_time_span,
    ZoneInfo: ZoneInfo,
    datetime: _read_instant,
    date: date.fromisoformat,
    time: _read_time,
}
_EXPECTED: Mapping[type, Sentence] = {
    Duration: sentence("a duration such as P2M or P14D"),
    timedelta: sentence("a duration such as P7D or PT3H"),
    ZoneInfo: sentence("a time zone such as Europe/Amsterdam"),
    datetime: sentence("an instant with its distance from UTC such as 2026-12-31T18:00:00+01:00"),
    date: sentence("a day such as 2026-12-31"),
    time: sentence("a time such as 17:30"),
    str: sentence("a text"),
    int: sentence("a whole number"),
    bool: sentence("true or false"),
    list: sentence("a list"),
    dict: sentence("a group of names and values"),
}


@cache
def _reader(kind: Any) -> Reader:
    """Made once for each type."""
    arguments = get_args(kind)
    if get_origin(kind) is tuple:
        return _list_reader(_reader(arguments[0]))
    if get_origin(kind) is not None and issubclass(get_origin(kind), Mapping):
        return _mapping_reader(*map(_reader, arguments))
    if NoneType in arguments:
        return _read_asking if arguments[0] is bool else _optional_reader(_reader(arguments[0]))
    if kind in _READ:
        return _text_reader(kind, _READ[kind])
    if is_dataclass(kind):
        return _record_reader(kind)
    return _choice_reader(kind) if issubclass(kind, StrEnum) else _plain_reader(kind)


def _record_reader(kind: Any) -> Reader:
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind)}
    required = [field.name for field in fields(kind) if _shipped(field) is MISSING]

    def read(document: Any, where: str, problems: list[Sentence]) -> Any:
        if not isinstance(document, Mapping):
            return _note_unfit(document, dict, where, problems)
        inside = f"{where}." if where else ""
        unknown = [name for name in document if name not in readers]
        problems.extend(
            sentence("%(where)s: this is not known here.", where=inside + _cut(name)) for name in unknown
        )
        missing = [name for name in required if name not in document]
        problems.extend(sentence("%(where)s is missing.", where=inside + name) for name in missing)
        values = {
            name: readers[name](value, inside + name, problems)
            for name, value in document.items()
            if name in readers
        }
        return kind(**dict.fromkeys(missing, UNREAD), **values)

    return read


def _list_reader(read_item: Reader) -> Reader:
    def read(document: Any, where: str, problems: list[Sentence]) -> Any:
        if not isinstance(document, list):
            return _note_unfit(document, list, where, problems)
        return tuple(read_item(item, f"{where}[{place}]", problems) for place, item in enumerate(document, 1))

    return read


def _mapping_reader(read_name: Reader, read_item: Reader) -> Reader:
    def read(document: Any, where: str, problems: list[Sentence]) -> Any:
        if not isinstance(document, Mapping):
            return _note_unfit(document, dict, where, problems)
        pairs = [
            (read_name(name, where, problems), read_item(item, f"{where}.{_cut(name)}", problems))
            for name, item in document.items()
        ]
        return {name: item for name, item in pairs if name is not UNREAD}

    return read


def _optional_reader(read_given: Reader) -> Reader:
    def read(document: Any, where: str, problems: list[Sentence]) -> Any:
        return None if document is None else read_given(document, where, problems)

    return read


def _read_asking(document: Any, where: str, problems: list[Sentence]) -> Any:
    if document is None or isinstance(document, bool):
        return document
    if isinstance(document, str) and document in ASKING:
        return ASKING[document]
    return _note(document, sentence("one of %(choices)s", choices=", ".join(ASKING)), where, problems)


def _text_reader(kind: type, parse: Callable[[str], Any]) -> Reader:
    def read(document: Any, where: str, problems: list[Sentence]) -> Any:
        try:
            found = parse(document)
        except (TypeError, ValueError, LookupError, OSError, OverflowError):
            found = None
        return _note_unfit(document, kind, where, problems) if found is None else found

    return read


def _choice_reader(kind: type[StrEnum]) -> Reader:
    known = {choice.value: choice for choice in kind}
    expected = sentence("one of %(choices)s", choices=", ".join(known))

    def read(document: Any, where: str, problems: list[Sentence]) -> Any:
        found = known.get(document) if isinstance(document, str) else None
        return _note(document, expected, where, problems) if found is None else found

    return read


def _plain_reader(kind: type) -> Reader:
    def read(document: Any, where: str, problems: list[Sentence]) -> Any:
        # Not isinstance: True is an int too.
        return document if type(document) is kind else _note_unfit(document, kind, where, problems)

    return read


def _note_unfit(document: Any, kind: type, where: str, problems: list[Sentence]) -> Any:
    return _note(document, _EXPECTED[kind], where, problems)


def _note(document: Any, expected: Sentence, where: str, problems: list[Sentence]) -> Any:
    problems.append(
        sentence(
            "%(where)s: “%(value)s” is not %(expected)s.",
            where=where or "-",
            value=_cut(document),
            expected=expected,
        )
    )
    return UNREAD


def _cut(value: Any) -> str:
    text = "…" if isinstance(value, list | Mapping) else str(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
