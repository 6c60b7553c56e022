"""Whether the ledger of every gift card is as it was written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from walletpass.loyalty.chain import find_break
from walletpass.operations.services import Services
from walletpass.store import gift_cards

_SHARED = ("balance_minor", "state", "expires_at", "holder_id")


@dataclass(frozen=True, slots=True)
class Broken:
    gift_card_id: int
    invariant: str


def find_broken_gift_cards(services: Services) -> list[Broken]:
    with services.snapshot() as tx:
        return [
            Broken(card.id, invariant)
            for card in gift_cards.iterate_gift_cards(tx)
            for invariant in judge_gift_card(card, gift_cards.list_transactions(tx, card.id))
        ]


def judge_gift_card(card: Any, moves: Sequence[Any]) -> Iterator[str]:
    """Names of invariants that do not hold."""
    if not moves or find_break([move._mapping for move in moves], card.chain_head, gift_cards.CHAINED):
        yield "chain"
        return
    balance = 0
    for move in moves:
        balance += move.value_minor
        if balance != move.balance_minor or balance < 0:
            yield "balance"
            return
    if any(getattr(card, name) != getattr(moves[-1], name) for name in _SHARED):
        yield "standing"
    if card.last_seq != len(moves):
        yield "seq"
