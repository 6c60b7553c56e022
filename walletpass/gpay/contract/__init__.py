"""What Google Wallet takes, checked before anything is sent: what it does not know, it drops without a word.

`contract.json` is generated from Google's own description of the API (tools/google_contract.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import orjson
from jsonschema_rs import Draft202012Validator, ValidationError

from walletpass.gpay.contract.overlay import OVERLAY, REQUIRED, Schema

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    path: str
    """Where it is, or "" for the document itself: "textModulesData[0].id"."""
    sentence: str
    """What is wrong; never holds the value, which may be a secret or a name."""

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}" if self.path else self.sentence


def check_class(document: Document) -> list[Problem]:
    """Of a LoyaltyClass to be inserted or put."""
    return _check(document, "requests", "LoyaltyClass", *REQUIRED["LoyaltyClass"])


def check_object(document: Document) -> list[Problem]:
    """Of a LoyaltyObject to be inserted or put."""
    return _check(document, "requests", "LoyaltyObject", *REQUIRED["LoyaltyObject"])


def check_class_patch(body: Document) -> list[Problem]:
    """Every change of a class says `reviewStatus` again."""
    return _check(body, "requests", "LoyaltyClass", "reviewStatus")


def check_object_patch(body: Document) -> list[Problem]:
    return _check(body, "requests", "LoyaltyObject")


def check_message(request: Document) -> list[Problem]:
    """Of the body of `addMessage`."""
    return _check(request, "requests", "AddMessageRequest")


def check_answer(schema: str, answer: Document) -> list[Problem]:
    """Of what Google sends, or who stands in for it; `schema` is a key of the contract's responses."""
    return _check(answer, "responses", schema)


@cache
def load_schemas(side: str) -> dict[str, Schema]:
    """Name -> schema, of "requests" with the overlay or of "responses"."""
    contract = orjson.loads(files(__package__).joinpath("contract.json").read_bytes())
    schemas: dict[str, Schema] = contract[side]
    return _lay(schemas, OVERLAY) if side == "requests" else schemas


def _check(document: Document, side: str, name: str, *required: str) -> list[Problem]:
    validator = _validator(side, name, required)
    if validator.is_valid(document):
        return []
    return [_state(error) for error in validator.iter_errors(document)]


@cache
def _validator(side: str, name: str, required: tuple[str, ...]) -> Draft202012Validator:
    schema = {"$ref": f"#/$defs/{name}", "required": list(required), "$defs": load_schemas(side)}
    return Draft202012Validator(schema, mask="The value")


def _state(error: ValidationError) -> Problem:
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.instance_path)
    return Problem("".join(steps).removeprefix("."), f"{error.message}.")


def _lay(below: Schema, above: Schema) -> Schema:
    """Both, and where both say something, what lies above."""
    return below | {
        name: _lay(below[name], part) if isinstance(part, dict) and name in below else part
        for name, part in above.items()
    }
