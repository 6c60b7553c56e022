"""How an account stands, with the ledger that it follows from: for whoever answers for it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from walletpass.loyalty.chain import find_break
from walletpass.loyalty.expiry import last_valid_day
from walletpass.loyalty.ledger import RewardState
from walletpass.loyalty.local_days import local_day
from walletpass.loyalty.lots import Lot, end_of, has_begun
from walletpass.loyalty.program import Program
from walletpass.loyalty.telling_entries import tell_posted
from walletpass.loyalty.tiers import find_tier
from walletpass.loyalty.units import Unit
from walletpass.loyalty.wording import Money, Sentence
from walletpass.operations.cards.history import load_posted
from walletpass.operations.cards.own_account import lock_account
from walletpass.operations.gift_cards.show import list_spendable
from walletpass.operations.posting.books import load_lot
from walletpass.operations.posting.post import open_desk
from walletpass.operations.posting.request import Desk
from walletpass.operations.posting.rules import choose_rules
from walletpass.operations.programs.versions import load_version
from walletpass.operations.services import Services
from walletpass.store import audits, ledger, lots, rewards

_NEWEST = 10


@dataclass(frozen=True, slots=True)
class LotLine:
    unit: Unit
    remaining: int
    first_day: date | None
    """None: it can be used now."""
    last_day: date | None
    """Local; None: it never runs out."""


@dataclass(frozen=True, slots=True)
class RewardLine:
    id: int
    title: str
    code: str
    """Empty where it has none."""
    last_day: date | None
    reserved_until: datetime | None


@dataclass(frozen=True, slots=True)
class GiftCardLine:
    code: str
    left: Money
    last_day: date | None


@dataclass(frozen=True, slots=True)
class EntryLine:
    at: datetime
    unit: Unit
    quantity: int
    after: int
    told: Sentence


@dataclass(frozen=True, slots=True)
class Standing:
    member: str
    state: str
    program: Program
    balances: Mapping[Unit, int]
    """Less what is owed."""
    tier: str
    """Its name; empty where there is none."""
    lots: tuple[LotLine, ...]
    """What runs out first, first."""
    rewards: tuple[RewardLine, ...]
    gift_cards: tuple[GiftCardLine, ...]
    """That the member can pay with, oldest first."""
    entries: tuple[EntryLine, ...]
    """Newest first."""
    entry_count: int
    broken_at: int | None
    """Number of the first entry that is not as it was written; None: the chain holds."""
    chain_head: bytes


def load_standing(services: Services, merchant_id: int, account_id: int) -> Standing:
    """What time has done to the account by now is posted first. Raises Refusal unknown_card."""
    with services.transaction() as tx:
        account = lock_account(tx, merchant_id, account_id)
        if account.state == "active":
            desk = open_desk(services, tx, account_id)
        else:
            desk = Desk(tx, account, *choose_rules(services, tx, account), services.clock.now())
        return _load(services, desk)


def _load(services: Services, desk: Desk) -> Standing:
    account = desk.account
    tier = find_tier(desk.program.tier_plan, account.tier)
    entries: Sequence[Any] = audits.list_entries(desk.tx, [account.id]).get(account.id, ())
    return Standing(
        member=account.member_name,
        state=account.state,
        program=desk.program,
        balances={unit: getattr(account, unit.value) for unit in Unit},
        tier=tier.name if tier else "",
        lots=tuple(sorted(_list_lots(desk), key=lambda line: line.last_day or date.max)),
        rewards=tuple(_show_reward(services, desk, row) for row in _list_ready(desk)),
        gift_cards=tuple(_list_gift_cards(services, desk)),
        entries=tuple(_list_entries(services, desk)),
        entry_count=len(entries),
        broken_at=find_break((entry._asdict() for entry in entries), account.chain_head),
        chain_head=account.chain_head,
    )


def _list_lots(desk: Desk) -> Iterator[LotLine]:
    for unit in Unit:
        rolling = getattr(desk.account, f"{unit.value}_roll_to")
        for row in lots.list_open(desk.tx, desk.account.id, unit.value):
            yield _show_lot(desk, load_lot(row), rolling)


def _show_lot(desk: Desk, lot: Lot, rolling: datetime | None) -> LotLine:
    zone = desk.program.zone
    waits = None if lot.available_from is None or has_begun(lot, desk.now) else lot.available_from
    return LotLine(
        lot.unit,
        lot.remaining,
        local_day(waits, zone) if waits else None,
        _last_day(desk, end_of(lot, rolling)),
    )


def _list_ready(desk: Desk) -> list[Any]:
    return rewards.list_ready_rewards(desk.tx, desk.account.id, desk.now)


def _show_reward(services: Services, desk: Desk, row: Any) -> RewardLine:
    reserved = row.state == RewardState.RESERVED and row.reserved_until > desk.now
    return RewardLine(
        row.id,
        row.title,
        services.vault.unseal(row.code_sealed) if row.code_sealed else "",
        _last_day(desk, row.valid_to),
        row.reserved_until if reserved else None,
    )


def _list_gift_cards(services: Services, desk: Desk) -> Iterator[GiftCardLine]:
    for card in list_spendable(services, desk.tx, desk.account.member_id):
        left = Money(card.usable_minor, card.currency)
        yield GiftCardLine(card.code, left, _last_day(desk, card.expires_at))


def _last_day(desk: Desk, ends_at: datetime | None) -> date | None:
    return last_valid_day(ends_at, desk.program.zone) if ends_at else None


def _list_entries(services: Services, desk: Desk) -> Iterator[EntryLine]:
    """Each is told by the rules that it was posted under."""
    for entry in ledger.list_history(desk.tx, desk.account.id, limit=_NEWEST):
        posted, program = load_posted(entry), load_version(services, desk.tx, entry.program_version_id)
        told = tell_posted(program, posted)
        yield EntryLine(entry.recorded_at, posted.unit, posted.quantity, posted.after, told)
