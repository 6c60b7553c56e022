"""Look through all ledgers whether everything is kept that must be."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from walletpass.loyalty.invariants import Breach, Invariant
from walletpass.operations.ledger.judge import judge
from walletpass.operations.ledger.money import judge_money
from walletpass.operations.ledger.page import Written, read_page
from walletpass.operations.programs.versions import load_version
from walletpass.operations.services import Services
from walletpass.store import audits, gift_cards

_GIFT_CARDS = 500
"""Read at a time."""


@dataclass(frozen=True, slots=True)
class Found:
    """A breach, and where it is."""

    breach: Breach
    account_id: int | None = None
    seq: int | None = None
    """Of the entry, in its account's ledger."""
    gift_card_id: int | None = None

    @property
    def where(self) -> str:
        named = {"account": self.account_id, "entry": self.seq, "gift card": self.gift_card_id}
        return ", ".join(f"{name} {number}" for name, number in named.items() if number is not None)


@dataclass(slots=True)
class Report:
    """How much was looked at, and how often each invariant was broken."""

    looked_at: Counter[str] = field(default_factory=Counter)
    broken: Counter[Invariant] = field(default_factory=Counter)


def verify(services: Services, merchant_id: int | None, tell: Callable[[Found], None]) -> Report:
    """Of one merchant, or all. A page of accounts is in memory at a time; each breach is told when it is found."""
    report = Report()
    for walk in (_walk_accounts, _walk_gift_cards, _walk_keys):
        for found in walk(services, merchant_id, report.looked_at):
            report.broken[found.breach.invariant] += 1
            tell(found)
    return report


def _walk_accounts(services: Services, merchant_id: int | None, looked_at: Counter[str]) -> Iterator[Found]:
    last, more = 0, True
    while more:
        more, now = False, services.clock.now()
        with services.snapshot() as tx:
            for written in read_page(tx, merchant_id, last):
                last, more = written.account.id, True
                _count(written, looked_at)
                seqs = {entry.id: entry.seq for entry in written.entries}
                for breach in judge(written, partial(load_version, services, tx), now):
                    yield Found(breach, last, seqs.get(breach.entry_id or 0))


def _count(written: Written, looked_at: Counter[str]) -> None:
    looked_at["accounts"] += 1
    for name in ("entries", "lots", "allocations", "rewards", "days", "notes"):
        looked_at[name] += len(getattr(written, name))


def _walk_gift_cards(services: Services, merchant_id: int | None, looked_at: Counter[str]) -> Iterator[Found]:
    last, more = 0, True
    while more:
        with services.snapshot() as tx:
            cards = audits.list_gift_cards(tx, merchant_id, last, _GIFT_CARDS)
            for card in cards:
                last = card.id
                moves = gift_cards.list_transactions(tx, card.id)
                looked_at["gift cards"] += 1
                looked_at["money moves"] += len(moves)
                for breach in judge_money(card, moves):
                    yield Found(breach, gift_card_id=card.id)
        more = bool(cards)


def _walk_keys(services: Services, merchant_id: int | None, looked_at: Counter[str]) -> Iterator[Found]:
    with services.snapshot() as tx:
        looked_at["keys"] = audits.count_keys(tx, merchant_id)
        for row in audits.list_repeated_keys(tx, merchant_id):
            yield Found(Breach(Invariant.KEYS, f"{row.keyed} {row.row_id} has the key of another"))
