"""Documents that Google sent, with only the members that it takes back."""

from collections.abc import Mapping
from typing import Any

from walletpass.gpay.contract import load_schemas
from walletpass.gpay.contract.overlay import Schema


def as_request(name: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Without `kind` and other deprecated members; `name` is a schema's, such as "LoyaltyObject"."""
    known: dict[str, Any] = _restrict(answer, load_schemas("requests")[name])
    return known


def _restrict(value: Any, schema: Schema) -> Any:
    if "$ref" in schema:
        schema = load_schemas("requests")[schema["$ref"].rpartition("/")[2]]
    if isinstance(value, Mapping):
        known = schema.get("properties", {})
        return {name: _restrict(part, known[name]) for name, part in value.items() if name in known}
    if isinstance(value, list):
        return [_restrict(part, schema["items"]) for part in value]
    return value
