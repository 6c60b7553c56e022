"""What the counter sends: JSON from the script, a form where no script runs; read strictly, alike."""

from collections.abc import Mapping
from typing import Any

import orjson
from flask import request

from walletpass.loyalty.refusals import Refusal

_MOST_BYTES = 8_192
_MOST_DIGITS = 9
_LONGEST_CODE = 100
_LONGEST_REASON = 200
_LONGEST_AMOUNT = 20


class Body:
    """Fields of the present request. Every reader raises Refusal bad_request for what it cannot take."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields

    @classmethod
    def of_request(cls) -> "Body":
        """Raises Refusal too_large, wrong_type, bad_request."""
        if (request.content_length or 0) > _MOST_BYTES:
            raise Refusal("too_large")
        match request.mimetype:
            case "application/json":
                return cls(_load_object(request.get_data()))
            case "application/x-www-form-urlencoded":
                form = request.form
                return cls({k: int(v) if k in _NUMBERS and _is_number(v) else v for k, v in form.items()})
        raise Refusal("wrong_type")

    @property
    def code(self) -> str:
        return self._text("code", _LONGEST_CODE)

    @property
    def key(self) -> str:
        """Judged where it is used."""
        return self._text("key", _MOST_BYTES)

    @property
    def reason(self) -> str:
        """Empty where none is given."""
        return self._text("reason", _LONGEST_REASON) if self._fields.get("reason") else ""

    @property
    def order(self) -> str:
        """An amount of money as typed; empty where none is given."""
        return self._text("order", _LONGEST_AMOUNT) if self._fields.get("order") else ""

    @property
    def adding(self) -> int:
        return self._number("adding")

    @property
    def reward_id(self) -> int:
        return self._number("reward_id")

    def _text(self, name: str, most: int) -> str:
        text = self._fields.get(name)
        if not isinstance(text, str) or not text.strip() or len(text) > most or not text.isprintable():
            raise Refusal("bad_request")
        return text.strip()

    def _number(self, name: str) -> int:
        number = self._fields.get(name)
        if type(number) is not int or abs(number) >= 10**_MOST_DIGITS:
            raise Refusal("bad_request")
        return number


_NUMBERS = ("adding", "reward_id")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS


def _load_object(content: bytes) -> Mapping[str, Any]:
    try:
        loaded = orjson.loads(content)
    except orjson.JSONDecodeError:
        raise Refusal("bad_request") from None
    if not isinstance(loaded, dict):
        raise Refusal("bad_request")
    return loaded
