"""The hash chain of an account's ledger: whoever keeps the last hash can tell whether anything before it was changed.

What people wrote is in it as a digest with a salt. Once text and salt are erased, the digest says nothing about
a person, and the chain still holds.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec

from walletpass.loyalty.instants import write_instant

GENESIS = bytes(32)
"""What the first entry of an account is chained to."""
SALT_BYTES = 16
COLUMNS = (
    "account_id",
    "seq",
    "kind",
    "unit",
    "quantity",
    "stamps_after",
    "activity_id",
    "program_version_id",
    "rule",
    "breakdown",
    "reason",
    "note_digest",
    "reverses_id",
    "issued_reward_id",
    "staff_id",
    "effective_at",
    "recorded_at",
)
"""Of a ledger entry, under its hash."""
_AS_THEY_ARE = frozenset({int, str, bool, type(None)})
"""Exactly these, and not what is made of them: asked before all else, since nearly every value is one."""
_write = msgspec.json.Encoder(order="deterministic").encode
_write_slowly = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def chain_hash(prev: bytes, row: Mapping[str, Any], columns: Sequence[str] = COLUMNS) -> bytes:
    """SHA-256 of the hash before it (32 bytes) followed by the row's columns as canonical JSON.

    Raises as `write_canonical` does.
    """
    return sha256(prev + write_canonical(row, columns)).digest()


def write_canonical(row: Mapping[str, Any], columns: Sequence[str] = COLUMNS) -> bytes:
    """ASCII, keys sorted, no spaces; instants as ISO 8601 in UTC with six decimals ("…T09:00:00.000000Z"), bytes as
    hex; whole numbers, texts, null, lists and objects of these as they are.

    Raises KeyError for a missing column, TypeError for anything else, floats included.
    """
    values = {
        name: value if type(value := row[name]) in _AS_THEY_ARE else _canonical(value) for name in columns
    }
    written = _write(values)
    # What only one of the two escapes is seldom in it.
    return written if written.isascii() and b"\x7f" not in written else _write_slowly(values).encode("ascii")


def digest_note(salt: bytes, text: str) -> bytes:
    """SHA-256 of a salt of SALT_BYTES followed by the text in UTF-8."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes")
    return sha256(salt + text.encode()).digest()


def find_break(
    rows: Iterable[Mapping[str, Any]], head: bytes, columns: Sequence[str] = COLUMNS
) -> int | None:
    """The number of the first entry that was changed, moved or is missing; None: all is as it was.

    `rows`: all entries of a chain by `seq`, each with its `hash`; `head`: the last hash, as its owner's row keeps it.
    Entries from before there were hashes (None) may stand at the beginning.
    """
    prev, seq = GENESIS, 0
    for seq, row in enumerate(rows, 1):
        unhashed = prev == GENESIS and row["hash"] is None
        if row["seq"] != seq or not (unhashed or row["hash"] == chain_hash(prev, row, columns)):
            return seq
        prev = row["hash"] or GENESIS
    return None if prev == head else seq + 1


def _canonical(value: Any) -> Any:
    if type(value) in _AS_THEY_ARE:
        return value
    match value:
        case dict():
            return _canonical_items(value)
        case list() | tuple():
            return [each if type(each) in _AS_THEY_ARE else _canonical(each) for each in value]
        case datetime():
            return write_instant(value)
        case bytes():
            return value.hex()
        case int() | str():
            return value
        case Mapping():  # last: to ask for it takes as long as all the others together
            return _canonical_items(value)
    raise TypeError(f"{type(value).__name__} is no value of the ledger")


def _canonical_items(value: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key): each if type(each) in _AS_THEY_ARE else _canonical(each) for key, each in value.items()}
