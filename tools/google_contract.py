"""Write the shapes of Google Wallet's loyalty cards, as JSON Schema, from Google's own description of its API.

python tools/google_contract.py

The description comes with google-api-python-client (Apache-2.0). Only facts are taken from it: names, types,
spellings and what is deprecated; no text.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from googleapiclient.discovery_cache import get_static_doc

BUNDLE = Path(__file__).parent.parent / "walletpass/gpay/contract/contract.json"
ORIGIN = "https://walletobjects.googleapis.com/$discovery/rest?version=v1"
REQUESTS = ("LoyaltyClass", "LoyaltyObject", "AddMessageRequest", "JwtResource", "JwtValidateRequest")
RESPONSES = (
    "LoyaltyClass",
    "LoyaltyObject",
    "LoyaltyClassListResponse",
    "LoyaltyObjectListResponse",
    "LoyaltyClassAddMessageResponse",
    "LoyaltyObjectAddMessageResponse",
)
INTEGERS: dict[str, dict[str, Any]] = {
    "int32": {"minimum": -(2**31), "maximum": 2**31 - 1},
    "uint32": {"minimum": 0, "maximum": 2**32 - 1},
    # JSON carries 64 bits as text; Google also takes a number.
    "int64": {"type": ["string", "integer"], "pattern": r"^-?\d+$"},
    "uint64": {"type": ["string", "integer"], "pattern": r"^\d+$"},
}

Schema = dict[str, Any]


def bundle() -> str:
    """What `contract.json` holds, for the installed package."""
    description = json.loads(get_static_doc("walletobjects", "v1"))
    schemas = description["schemas"]
    contract = {
        "license": "Apache-2.0",
        "origin": ORIGIN,
        "revision": description["revision"],
        "requests": collect(schemas, REQUESTS, strict=True),
        "responses": collect(schemas, RESPONSES, strict=False),
    }
    return json.dumps(contract, indent=1, sort_keys=True) + "\n"


def collect(schemas: Schema, names: Iterable[str], *, strict: bool) -> Schema:
    """The named schemas and all that they refer to."""
    found: Schema = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = convert(schemas[name], strict=strict)
            waiting += references(found[name])
    return found


def convert(node: Schema, *, strict: bool) -> Schema:
    """One node as JSON Schema. Strict: nothing deprecated and nothing unknown."""
    if "$ref" in node:
        return {"$ref": "#/$defs/" + node["$ref"]}
    out: Schema = {"type": node["type"], **INTEGERS.get(node.get("format", ""), {})}
    if "enum" in node:
        flags = node.get("enumDeprecated", [False] * len(node["enum"]))
        out["enum"] = [value for value, old in zip(node["enum"], flags, strict=True) if not (strict and old)]
    if "items" in node:
        out["items"] = convert(node["items"], strict=strict)
    if "properties" in node:
        out["properties"] = {
            name: convert(value, strict=strict)
            for name, value in node["properties"].items()
            if not (strict and is_deprecated(value))
        }
    if strict and node["type"] == "object":
        out["additionalProperties"] = False
    return out


def is_deprecated(node: Schema) -> bool:
    """Of one member only the text says so."""
    return "deprecated" in node or node.get("description", "").startswith("Deprecated.")


def references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [name for part in node for name in references(part)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"].removeprefix("#/$defs/")] if isinstance(node.get("$ref"), str) else []
    return own + [name for part in node.values() for name in references(part)]


if __name__ == "__main__":
    BUNDLE.write_text(bundle())
