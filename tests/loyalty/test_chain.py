"""A ledger that shows when it was changed."""

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletpass.loyalty.chain import (
    COLUMNS,
    GENESIS,
    SALT_BYTES,
    chain_hash,
    digest_note,
    find_break,
    write_canonical,
)

AT = datetime(2026, 1, 10, 9, 0, tzinfo=UTC)
SALT = bytes(range(SALT_BYTES))
Rows = list[dict[str, Any]]


def row(seq: int = 1, **values: Any) -> dict[str, Any]:
    return {
        **dict.fromkeys(COLUMNS),
        "account_id": 7,
        "seq": seq,
        "kind": "earn",
        "unit": "points",
        "quantity": 12,
        "breakdown": {"rule": "lunch", "base": [1, 2], "größe": "ä"},
        "recorded_at": AT,
        **values,
    }


def chained(*rows: dict[str, Any]) -> Rows:
    prev = GENESIS
    for each in rows:
        each["hash"] = prev = chain_hash(prev, each)
    return list(rows)


def ledger() -> Rows:
    note = digest_note(SALT, "Sorry for the wait, Anna")
    return chained(row(1), row(2, quantity=-5, kind="redeem"), row(3, note_digest=note), row(4))


def test_the_hash_is_of_the_documented_bytes() -> None:
    """Anybody can compute it again without this program."""
    written = (
        b'{"account_id":7,"activity_id":null,"breakdown":{"base":[1,2],"gr\\u00f6\\u00dfe":"\\u00e4","rule":"lunch"},'
        b'"effective_at":null,"issued_reward_id":null,"kind":"earn","note_digest":"00ff","program_version_id":null,'
        b'"quantity":12,"reason":null,"recorded_at":"2026-01-10T09:00:00.000000Z","reverses_id":null,"rule":null,'
        b'"seq":1,"staff_id":null,"stamps_after":null,"unit":"points"}'
    )
    assert chain_hash(GENESIS, row(note_digest=b"\x00\xff")) == sha256(bytes(32) + written).digest()


@given(
    st.recursive(
        st.text() | st.integers() | st.booleans() | st.none() | st.sampled_from(["\x7f", "ä", "\u2028", "/"]),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_every_document_is_written_as_the_standard_library_writes_it(document: Any) -> None:
    told = row(breakdown=document, recorded_at=None)
    standard = json.dumps({name: told[name] for name in COLUMNS}, sort_keys=True, separators=(",", ":"))
    assert write_canonical(told) == standard.encode("ascii")


def test_an_untouched_ledger_holds() -> None:
    """Also an empty one, and one whose first entries are from before there were hashes."""
    rows = ledger()
    assert find_break(rows, rows[-1]["hash"]) is None
    assert find_break([], GENESIS) is None
    later = row(2)
    later["hash"] = chain_hash(GENESIS, later)
    assert find_break([row(1, hash=None), later], later["hash"]) is None


def change_quantity(rows: Rows) -> None:
    rows[1]["quantity"] = -4


def change_breakdown(rows: Rows) -> None:
    rows[1]["breakdown"]["rule"] = "dinner"


def drop(rows: Rows) -> None:
    del rows[1]


def renumber_after_dropping(rows: Rows) -> None:
    del rows[1]
    for seq, each in enumerate(rows, 1):
        each["seq"] = seq


def swap(rows: Rows) -> None:
    rows[1], rows[2] = rows[2], rows[1]


def swap_numbers_too(rows: Rows) -> None:
    rows[1], rows[2] = {**rows[2], "seq": 2}, {**rows[1], "seq": 3}


def put_in(rows: Rows) -> None:
    rows.insert(1, {**row(2), "hash": chain_hash(rows[0]["hash"], row(2))})


def change_with_its_hash(rows: Rows) -> None:
    rows[1]["quantity"] = -4
    rows[1]["hash"] = chain_hash(rows[0]["hash"], rows[1])


def take_a_hash_away(rows: Rows) -> None:
    rows[1]["hash"] = None


@pytest.mark.parametrize(
    ("tamper", "at"),
    [
        (change_quantity, 2),
        (change_breakdown, 2),
        (drop, 2),
        (renumber_after_dropping, 2),
        (swap, 2),
        (swap_numbers_too, 2),
        (put_in, 3),
        (change_with_its_hash, 3),
        (take_a_hash_away, 2),
    ],
)
def test_any_change_breaks_the_chain_where_it_was_made(tamper: Callable[[Rows], None], at: int) -> None:
    """Or at the entry after it, if whoever did it could compute hashes."""
    rows = ledger()
    head = rows[-1]["hash"]
    tamper(rows)
    assert find_break(rows, head) == at


def test_a_missing_end_is_noticed_by_the_last_hash_that_the_account_keeps() -> None:
    """Nothing in the entries that are left says that there were more."""
    rows = ledger()
    assert find_break(rows[:-1], rows[-1]["hash"]) == 4


def test_a_number_left_out_by_whoever_wrote_the_entries_is_noticed() -> None:
    """Hashes alone would hold: they were made so."""
    rows = chained(row(1), row(3))
    assert find_break(rows, rows[-1]["hash"]) == 2


@given(st.sampled_from([name for name in COLUMNS if name != "seq"]), st.integers(0, 3))
def test_no_column_of_no_entry_can_be_changed(name: str, index: int) -> None:
    """Each one is under the hash."""
    rows = ledger()
    head = rows[-1]["hash"]
    rows[index][name] = "changed"
    assert find_break(rows, head) == index + 1


def test_a_note_can_be_erased_and_the_chain_still_holds() -> None:
    """The entry has a digest only; without the salt it cannot even be guessed at."""
    rows = ledger()
    assert "Anna" not in repr(rows)
    assert digest_note(SALT, "Sorry for the wait, Anna") == rows[2]["note_digest"]
    assert digest_note(bytes(SALT_BYTES), "Sorry for the wait, Anna") != rows[2]["note_digest"]
    assert find_break(rows, rows[-1]["hash"]) is None


def test_a_short_salt_is_refused() -> None:
    """Salt and text would run into each other."""
    with pytest.raises(ValueError, match="16 bytes"):
        digest_note(b"short", "text")


def test_how_a_database_gives_values_back_makes_no_difference() -> None:
    """Another order of keys, another zone for the same instant, a tuple that comes back as a list."""
    there = row(breakdown={"a": (1, 2), "b": {"x": 1, "y": 2}})
    back = deepcopy(row(breakdown={"b": {"y": 2, "x": 1}, "a": [1, 2]}))
    back["recorded_at"] = AT.astimezone(timezone(timedelta(hours=5, minutes=45)))
    assert chain_hash(GENESIS, there) == chain_hash(GENESIS, back)


@pytest.mark.parametrize("value", [1.5, {"deep": [1.0]}, {1, 2}])
def test_values_that_databases_may_round_are_refused(value: Any) -> None:
    """A float would come back as another one some day."""
    with pytest.raises(TypeError):
        chain_hash(GENESIS, row(breakdown=value))


def test_a_row_without_all_columns_has_no_hash() -> None:
    """What is left out would not be protected."""
    incomplete = row()
    del incomplete["reason"]
    with pytest.raises(KeyError):
        chain_hash(GENESIS, incomplete)
