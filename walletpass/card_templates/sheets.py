"""TOML files checked against a form: which keys there are, and how each value is read."""

import difflib
import re
import stat
import tomllib
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Union

from walletpass.card.colour import Colour
from walletpass.card_templates.problems import Notebook, Unfit

MAX_SHEET_BYTES = 16_384

Read = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Optional:
    """A key that may be left out."""

    read: Read


Form = Mapping[str, Union[Read, Optional, "Form"]]


def read_sheet(folder: Path, file: str, form: Form, notebook: Notebook) -> dict[str, Any]:
    """Return what could be read; everything else is noted. Complete if nothing was noted."""
    try:
        sheet = tomllib.loads(read_file(folder / file, MAX_SHEET_BYTES).decode())
    except Unfit as problem:
        notebook.note(file, "", problem.code, problem.sentence)
    except (ValueError, RecursionError) as error:
        notebook.note(file, "", "not_toml", f"This is not a TOML file in UTF-8: {error}.")
    else:
        return _read_table(sheet, form, lambda key, code, text: notebook.note(file, key, code, text))
    return {}


def read_file(path: Path, limit: int) -> bytes:
    """Return the bytes of an ordinary file of at most `limit` bytes. Raises Unfit."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise Unfit("not_a_file", "This is a link, a folder or a device, not an ordinary file.")
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except FileNotFoundError:
        raise Unfit("missing_file", "This file is missing.") from None
    except OSError as error:
        raise Unfit("unreadable_file", f"This file cannot be read: {error.strerror}.") from None
    if len(data) > limit:
        raise Unfit("file_too_large", f"This file has more than {limit} bytes.")
    return data


def _read_table(
    table: Mapping[str, Any], form: Form, note: Callable[[str, str, str], None], prefix: str = ""
) -> dict[str, Any]:
    for key in table.keys() - form.keys():
        note(prefix + key, "unknown_key", "There is no such key." + _likely(key, form))
    values = {}
    for key, expected in form.items():
        if key not in table:
            if not isinstance(expected, Optional):
                note(prefix + key, "missing_key", "This key is missing.")
            continue
        if isinstance(expected, Mapping):
            if isinstance(table[key], dict):
                values[key] = _read_table(table[key], expected, note, f"{prefix}{key}.")
            else:
                note(prefix + key, "wrong_type", f"This must be a table: [{key}].")
            continue
        read = expected.read if isinstance(expected, Optional) else expected
        try:
            values[key] = read(table[key])
        except Unfit as problem:
            note(prefix + key, problem.code, problem.sentence)
    return values


def _likely(key: str, form: Form) -> str:
    near = difflib.get_close_matches(key, form, 1)
    return f" Did you mean {near[0]!r}?" if near else ""


def text(most: int, *, lines: bool = False) -> Read:
    """Words for people: something visible, at most `most` characters, no control characters."""

    def read(value: Any) -> str:
        words = _string(value).strip()
        if not words:
            raise Unfit("empty_text", "This text is empty.")
        if len(words) > most:
            raise Unfit("text_too_long", f"This text has {len(words)} characters; at most {most} fit.")
        if any(unicodedata.category(sign) == "Cc" and not (lines and sign == "\n") for sign in words):
            raise Unfit("control_characters", "This text holds characters that cannot be shown.")
        return words

    return read


def matching(pattern: str, code: str, sentence: str) -> Read:
    """A name that the whole of `pattern` matches."""
    compiled = re.compile(pattern, re.ASCII)

    def read(value: Any) -> str:
        name = _string(value)
        if not compiled.fullmatch(name):
            raise Unfit(code, sentence)
        return name

    return read


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise Unfit("wrong_type", "This must be text in quotation marks.")
    return value


def one_of(choices: type[StrEnum]) -> Read:
    def read(value: Any) -> StrEnum:
        if value not in list(choices):
            raise Unfit("unknown_choice", f"This must be one of {', '.join(choices)}.")
        return choices(value)

    return read


def whole_number(least: int, most: int) -> Read:
    def read(value: Any) -> int:
        if type(value) is not int:
            raise Unfit("wrong_type", "This must be a whole number.")
        if not least <= value <= most:
            raise Unfit("out_of_range", f"This must be from {least} to {most}.")
        return value

    return read


def colour(value: Any) -> Colour:
    try:
        return Colour.parse(value)
    except (TypeError, ValueError):
        raise Unfit("not_a_colour", 'Colours are written as "#rrggbb".') from None
