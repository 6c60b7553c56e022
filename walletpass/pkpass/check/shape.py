"""pass.json against the table of keys: types, ranges, choices, unknown and misspelt names."""

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches

from walletpass.pkpass.check import values
from walletpass.pkpass.check.catalogue import found, listing
from walletpass.pkpass.check.findings import Finding
from walletpass.pkpass.check.keys import Key, Kind

_LIKENESS = 0.8


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _all(test: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, list) and all(map(test, value))


_FITS: Mapping[Kind, Callable[[object], bool]] = {
    Kind.STRING: _is_text,
    Kind.NUMBER: _is_number,
    Kind.BOOLEAN: lambda value: isinstance(value, bool),
    Kind.OBJECT: lambda value: isinstance(value, dict),
    Kind.OBJECTS: _all(lambda item: isinstance(item, dict)),
    Kind.STRINGS: _all(_is_text),
    Kind.NUMBERS: _all(_is_number),
    Kind.DATE: lambda value: values.read_date(value) is not None,
    Kind.COLOUR: lambda value: (
        isinstance(value, str) and (values.is_rgb(value) or values.is_hex_colour(value))
    ),
    Kind.URL: lambda value: isinstance(value, str) and values.is_url(value),
    # A boolean is a number to Apple's parser, and old issuers rely on it.
    Kind.VALUE: lambda value: isinstance(value, str | int | float),
    Kind.ANYTHING: lambda value: True,
}


def check_shape(document: dict[str, object], table: Mapping[str, Key], place: str) -> Iterator[Finding]:
    """Every key of the object, and of the objects inside it."""
    for name, key in table.items():
        if key.required and name not in document:
            yield found("missing_refused" if key.strict else "missing_dropped", place, key=name)
    for name, value in document.items():
        if name in table:
            yield from _check_value(value, table[name], within(place, name))
        elif likely := likely_name(name, table):
            yield found("key_misspelt", place, key=name, likely=likely)
        else:
            yield found("key_unknown", place, key=name)


def within(place: str, name: str) -> str:
    """`pass.json` and `barcodes` → `pass.json barcodes`; deeper levels are joined by dots."""
    return f"{place}.{name}" if " " in place else f"{place} {name}"


def find_without_effect(
    document: dict[str, object], table: Mapping[str, Key], place: str, style: str
) -> Iterator[Finding]:
    """Keys that have no effect in that style."""
    for name in sorted(document.keys() & table.keys()):
        styles = table[name].styles
        if styles is not None and style not in styles:
            yield found("key_without_effect", place, key=name, style=style, styles=listing(styles))


def likely_name(name: str, names: Mapping[str, object]) -> str | None:
    """The known name that was probably meant."""
    by_lower = {known.lower(): known for known in names}
    close = get_close_matches(name.lower(), by_lower, n=1, cutoff=_LIKENESS)
    return by_lower[close[0]] if close else None


def _check_value(value: object, key: Key, place: str) -> Iterator[Finding]:
    if not _FITS[key.kind](value):
        yield found("value_refused" if key.strict else "value_dropped", place, expected=key.kind)
        return
    yield from _check_standing(value, key, place)
    if key.choices is not None:
        yield from _check_choices(value, key, place)
    if isinstance(value, int | float) and not _in_range(value, key):
        yield found("value_out_of_range", place, low=key.low, high="any" if key.high is None else key.high)
    if isinstance(value, list) and key.most is not None and len(value) > key.most:
        yield found("too_many_items", place, count=len(value), most=key.most)
    if key.inside is not None:
        yield from _check_inside(value, key.inside, place)


def _check_standing(value: object, key: Key, place: str) -> Iterator[Finding]:
    if key.instead:
        yield found("key_old", place, instead=key.instead)
    if key.since:
        yield found("key_new", place, since=key.since)
    if isinstance(value, str) and key.kind is Kind.COLOUR and values.is_hex_colour(value):
        yield found("colour_hex", place)
    if isinstance(value, str) and key.kind is Kind.DATE and values.has_fraction(value):
        yield found("date_fraction", place)
    if value == "" and key.strict:
        yield found("text_empty", place)


def _check_choices(value: object, key: Key, place: str) -> Iterator[Finding]:
    assert key.choices is not None
    for item in value if isinstance(value, list) else [value]:
        if item not in key.choices:
            code = "choice_refused" if key.strict else "choice_dropped"
            yield found(code, place, value=item, choices=listing(map(str, key.choices)))


def _check_inside(value: object, table: Mapping[str, Key], place: str) -> Iterator[Finding]:
    if isinstance(value, dict):
        yield from check_shape(value, table, place)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from check_shape(item, table, f"{place}[{index}]")


def _in_range(value: float, key: Key) -> bool:
    return (key.low is None or value >= key.low) and (key.high is None or value <= key.high)
