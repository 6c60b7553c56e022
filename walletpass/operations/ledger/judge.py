"""One account: whether what was written about it holds together."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from walletpass.loyalty.chain import digest_note, find_break
from walletpass.loyalty.invariants import Breach, Invariant
from walletpass.loyalty.ledger import EntryKind
from walletpass.operations.ledger.balances import judge_balances, list_earned
from walletpass.operations.ledger.days import judge_days
from walletpass.operations.ledger.page import Written
from walletpass.operations.ledger.purchases import judge_purchases
from walletpass.operations.ledger.rewards import judge_rewards
from walletpass.operations.ledger.rules import Rules

_NESTED = (dict, list, tuple)


def judge(written: Written, rules: Rules, now: datetime) -> Iterator[Breach]:
    fractions = [*_find_fractions(written)]
    if fractions:
        # Nothing can be counted on with these.
        yield from fractions
        return
    earned = list_earned(written.entries)
    yield from _judge_chain(written)
    yield from _judge_numbers(written)
    yield from judge_balances(written, earned, rules, now)
    yield from judge_days(written, earned, rules)
    yield from judge_purchases(written)
    yield from judge_rewards(written)
    yield from _judge_earns(written.entries)
    yield from _judge_notes(written.notes)
    yield from _judge_version(written)


def _find_fractions(written: Written) -> Iterator[Breach]:
    for entry in written.entries:
        if _has_fraction((entry.quantity, entry.stamps_after, entry.breakdown)):
            yield Breach(Invariant.WHOLE, "has a fraction", entry.id)
    for lot in written.lots:
        if _has_fraction((lot.original, lot.remaining)):
            yield Breach(Invariant.WHOLE, f"lot {lot.entry_id} has a fraction")
    for part in written.allocations:
        if _has_fraction(part.quantity):
            yield Breach(Invariant.WHOLE, f"allocation {part.id} has a fraction")


def _has_fraction(value: Any) -> bool:
    """Of what JSON holds."""
    kind = type(value)
    if kind in _NESTED:
        return any(map(_has_fraction, value.values() if kind is dict else value))
    return kind is float


def _judge_chain(written: Written) -> Iterator[Breach]:
    account, entries = written.account, written.entries
    columns = entries[0]._fields if entries else ()
    written_rows = (dict(zip(columns, entry, strict=True)) for entry in entries)
    broken = find_break(written_rows, account.chain_head)
    if broken is not None and broken > len(entries):
        yield Breach(Invariant.CHAINED, f"the account knows of another entry after number {len(entries)}")
    elif broken is not None:
        entry_id = entries[broken - 1].id
        yield Breach(Invariant.CHAINED, "is not as it was written, or one before it is missing", entry_id)
    if account.last_seq != len(entries):
        what = f"{len(entries)} entries, but the last number is {account.last_seq}"
        yield Breach(Invariant.ONE_BY_ONE, what)


def _judge_numbers(written: Written) -> Iterator[Breach]:
    """An activity finds its entries by their numbers."""
    own: defaultdict[int, list[int]] = defaultdict(list)
    for entry in written.entries:
        own[entry.activity_id].append(entry.seq)
    for each in written.activities:
        first, last = each.first_seq, each.last_seq
        numbers = own[each.id]
        if len(numbers) != last - first + 1 or (numbers and (numbers[0], numbers[-1]) != (first, last)):
            yield Breach(Invariant.FOLLOWS, f"activity {each.id} has other entries than {first} to {last}")


def _judge_earns(entries: Iterable[Any]) -> Iterator[Breach]:
    given: Counter[tuple[int, str]] = Counter()
    for entry in entries:
        if entry.kind == EntryKind.EARN:
            given[entry.activity_id, entry.rule] += 1
            if given[entry.activity_id, entry.rule] > 1:
                yield Breach(Invariant.ONCE, "its rule gave for this activity before", entry.id)


def _judge_notes(notes: Iterable[Any]) -> Iterator[Breach]:
    for note in notes:
        if note.note_digest != digest_note(note.salt, note.text):
            yield Breach(Invariant.ONLY_ADDED, "its note is not the one that was written", note.entry_id)


def _judge_version(written: Written) -> Iterator[Breach]:
    postings = len({entry.activity_id for entry in written.entries})
    if written.account.card_version <= postings:
        what = f"version {written.account.card_version} of the card after {postings} changes"
        yield Breach(Invariant.TOLD, what)
