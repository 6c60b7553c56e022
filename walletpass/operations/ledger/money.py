"""One gift card: whether its own ledger holds together."""

from collections.abc import Iterator, Sequence
from typing import Any

from walletpass.loyalty.chain import find_break
from walletpass.loyalty.invariants import Breach, Invariant
from walletpass.store import gift_cards

_SHARED = ("balance_minor", "state", "expires_at", "holder_id")


def judge_money(card: Any, moves: Sequence[Any]) -> Iterator[Breach]:
    """`card` with what `audits.list_gift_cards` says of the entry that paid for it."""
    yield from _judge_moves(card, moves)
    if card.source_entry_id is not None and (card.paid > 0 or card.paid_by != card.purchaser_account_id):
        what = f"entry with id {card.source_entry_id} of account {card.paid_by} did not pay for it"
        yield Breach(Invariant.APART, what)


def _judge_moves(card: Any, moves: Sequence[Any]) -> Iterator[Breach]:
    if not moves or find_break([move._asdict() for move in moves], card.chain_head, gift_cards.CHAINED):
        yield Breach(Invariant.CHAINED, "a move is not as it was written, or is missing")
        return
    balance = 0
    for move in moves:
        balance += move.value_minor
        if balance != move.balance_minor or balance < 0:
            yield Breach(Invariant.FOLLOWS, "its moves add up to something else than they say")
            return
    if any(getattr(card, name) != getattr(moves[-1], name) for name in _SHARED):
        yield Breach(Invariant.FOLLOWS, "it stands otherwise than its last move left it")
    if card.last_seq != len(moves):
        yield Breach(Invariant.ONE_BY_ONE, "it counts other moves than there are")
