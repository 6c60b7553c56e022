"""One gift card: whether its own ledger holds together."""

from collections.abc import Iterator, Sequence
from typing import Any

from walletpass.loyalty.invariants import Breach, Invariant
from walletpass.operations.gift_cards.verify import judge_gift_card

_BREACHES = {
    "chain": Breach(Invariant.CHAINED, "a move is not as it was written, or is missing"),
    "balance": Breach(Invariant.FOLLOWS, "its moves add up to something else than they say"),
    "standing": Breach(Invariant.FOLLOWS, "it stands otherwise than its last move left it"),
    "seq": Breach(Invariant.ONE_BY_ONE, "it counts other moves than there are"),
}


def judge_money(card: Any, moves: Sequence[Any]) -> Iterator[Breach]:
    for name in judge_gift_card(card, moves):
        yield _BREACHES[name]
    if card.source_entry_id is not None and (card.paid > 0 or card.paid_by != card.purchaser_account_id):
        what = f"entry with id {card.source_entry_id} of account {card.paid_by} did not pay for it"
        yield Breach(Invariant.APART, what)
