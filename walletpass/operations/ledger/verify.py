"""Look through all ledgers whether everything is kept that must be."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from walletpass.loyalty.invariants import Breach, Invariant
from walletpass.operations.ledger.found import Found
from walletpass.operations.ledger.money import judge_money
from walletpass.operations.ledger.spans import looking
from walletpass.operations.services import Services
from walletpass.store import audits

_GIFT_CARDS = 500
"""Read at a time."""


@dataclass(slots=True)
class Report:
    """How much was looked at, and how often each invariant was broken."""

    looked_at: Counter[str] = field(default_factory=Counter)
    broken: Counter[Invariant] = field(default_factory=Counter)


def verify(
    services: Services, merchant_id: int | None, tell: Callable[[Found], None], processes: int = 1
) -> Report:
    """Of one merchant, or all. Each breach is told when it is found, or soon after where several processes look."""
    report = Report()
    for found in chain(
        _walk_accounts(services, merchant_id, report.looked_at, processes),
        _walk_gift_cards(services, merchant_id, report.looked_at),
        _walk_keys(services, merchant_id, report.looked_at),
    ):
        report.broken[found.breach.invariant] += 1
        tell(found)
    return report


def _walk_accounts(
    services: Services, merchant_id: int | None, looked_at: Counter[str], processes: int
) -> Iterator[Found]:
    with services.snapshot() as tx:
        last = audits.find_last_account(tx)
    with looking(services.database, services.clock, merchant_id, last, processes) as spans:
        for seen in spans:
            looked_at.update(seen.looked_at)
            yield from seen.found


def _walk_gift_cards(services: Services, merchant_id: int | None, looked_at: Counter[str]) -> Iterator[Found]:
    last, more = 0, True
    while more:
        with services.snapshot() as tx:
            cards = audits.list_gift_cards(tx, merchant_id, last, _GIFT_CARDS)
            moves = audits.list_moves(tx, [card.id for card in cards])
        for card in cards:
            last, moved = card.id, moves.get(card.id, ())
            looked_at["gift cards"] += 1
            looked_at["money moves"] += len(moved)
            for breach in judge_money(card, moved):
                yield Found(breach, gift_card_id=card.id)
        more = bool(cards)


def _walk_keys(services: Services, merchant_id: int | None, looked_at: Counter[str]) -> Iterator[Found]:
    with services.snapshot() as tx:
        looked_at["keys"] = audits.count_keys(tx, merchant_id)
        for row in audits.list_repeated_keys(tx, merchant_id):
            yield Found(Breach(Invariant.KEYS, f"{row.keyed} {row.row_id} has the key of another"))
