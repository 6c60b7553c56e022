"""What can be asked of any part of a program: its numbers, texts and ids, and which fields it uses."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import MISSING, fields
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec

from walletpass.loyalty.documents import UNREAD, UnreadError
from walletpass.loyalty.program import Program
from walletpass.loyalty.time_spans import spell_time_span
from walletpass.loyalty.units import Unit
from walletpass.loyalty.wording import Sentence, Value, sentence

MOST_MINOR = 2**31 - 1
"""The largest amount of money, in minor units."""
UNIT_WORDS = {Unit.STAMPS: sentence("stamps"), Unit.POINTS: sentence("points")}
MOST_UNITS = {Unit.STAMPS: 100, Unit.POINTS: 1_000_000}
"""Given or asked for at once."""
MOST_PERCENT = 10_000
MOST_DAYS = 3_660
LONGEST_ID = 40
LONGEST_TEXT = 500
_ID = re.compile(rf"[A-Za-z0-9_-]{{1,{LONGEST_ID}}}")
_UNSHOWN = {"Cc", "Cs"}
"""Control characters and halves of others."""

Bounds = Mapping[str, tuple[Any, Any]]
"""Field -> least and most; a None in the field is within."""
_Asked = ParamSpec("_Asked")


def as_far_as_read(check: Callable[_Asked, Iterator[Sentence]]) -> Callable[_Asked, Iterator[Sentence]]:
    """A check that ends where it needs something that cannot be read: what follows of that is no problem of its own."""

    @wraps(check)
    def guarded(*args: _Asked.args, **kwargs: _Asked.kwargs) -> Iterator[Sentence]:
        with suppress(UnreadError):
            yield from check(*args, **kwargs)

    return guarded


def about(what: Sentence, problems: Iterable[Sentence]) -> Iterator[Sentence]:
    """The problems, each with what it is about in front."""
    for problem in problems:
        yield sentence("%(what)s: %(problem)s", what=what, problem=problem)


def check_numbers(part: object, bounds: Bounds) -> Iterator[Sentence]:
    for field, (least, most) in bounds.items():
        yield from check_number(field, getattr(part, field), least, most)


@as_far_as_read
def check_number(field: str, value: Any, least: Any, most: Any) -> Iterator[Sentence]:
    if value is not None and not least <= value <= most:
        yield sentence(
            "“%(field)s” must be from %(least)s to %(most)s.",
            field=field,
            least=_spell(least),
            most=_spell(most),
        )


def find_most_factor(program: Program) -> int:
    """A ceiling that is wrong itself tells nothing of factors."""
    ceiling = program.multiplier_ceiling
    return ceiling if 100 <= ceiling <= MOST_PERCENT else MOST_PERCENT


def check_texts(part: object, longest: Mapping[str, int], needed: Collection[str] = ()) -> Iterator[Sentence]:
    for field, most in longest.items():
        yield from check_text(field, getattr(part, field), most, needed=field in needed)


@as_far_as_read
def check_text(field: str, text: str, most: int, *, needed: bool = False) -> Iterator[Sentence]:
    if needed and not text.strip():
        yield sentence("“%(field)s” is missing.", field=field)
    if len(text) > most:
        yield sentence("“%(field)s” has at most %(most)s characters.", field=field, most=most)
    if any(unicodedata.category(letter) in _UNSHOWN and letter != "\n" for letter in text):
        yield sentence("“%(field)s” has characters that cannot be shown.", field=field)


def check_id(given: str) -> Iterator[Sentence]:
    if not is_shaped(_ID, given):
        yield sentence("An id has from 1 to %(most)s letters a–z, digits, - and _.", most=LONGEST_ID)


def shown(name: Value) -> Value:
    return "?" if name is UNREAD else name


def is_shaped(shape: re.Pattern[str], text: str) -> bool:
    return text is UNREAD or shape.fullmatch(text) is not None


@as_far_as_read
def check_repeats(ids: Iterable[Any]) -> Iterator[Sentence]:
    read = (name for name in ids if name is not UNREAD)
    for repeated in (name for name, times in Counter(read).items() if times > 1):
        yield sentence("There is more than one “%(id)s”.", id=str(repeated))


@as_far_as_read
def check_count(field: str, parts: Collection[Any], most: int) -> Iterator[Sentence]:
    if len(parts) > most:
        yield sentence("“%(field)s” has at most %(most)s entries.", field=field, most=most)


def check_uses(
    part: object, kind: str, judged: Collection[str], uses: Collection[str], needs: Collection[str]
) -> Iterator[Sentence]:
    """Of the fields in `judged`, those that a part of this kind `needs` are set, and none but those it `uses`."""
    given = given_fields(part)
    for field in (field for field in needs if field not in given):
        yield sentence("“%(field)s” is missing.", field=field)
    for field in (field for field in judged if field in given and field not in {*uses, *needs}):
        yield sentence("“%(field)s” means nothing for “%(kind)s”.", field=field, kind=kind)


@as_far_as_read
def check_named(field: str, names: Iterable[Any], known: Collection[Any]) -> Iterator[Sentence]:
    """Empty names name nothing."""
    for name in (name for name in names if name != "" and name not in known):
        yield sentence("“%(field)s” names “%(name)s”, which does not exist.", field=field, name=str(name))


@as_far_as_read
def check_reward(field: str, name: str, program: Program) -> Iterator[Sentence]:
    yield from check_named(field, (name,), {template.id for template in program.rewards})


def given_fields(part: Any) -> set[str]:
    """Those that are not as shipped."""
    return {field.name for field in fields(part) if _is_given(getattr(part, field.name), _shipped(field))}


def _is_given(value: Any, shipped: Any) -> bool:
    try:
        return bool(value != shipped)
    except UnreadError:
        return True


def _shipped(field: Any) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()


def _spell(bound: Any) -> Value:
    return spell_time_span(bound) if isinstance(bound, timedelta) else bound
