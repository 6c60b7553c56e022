"""Many members at once, as rows: for tests and measurements that need thousands of cards."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import Any

from support.shops import Shop

from walletpass.loyalty.program import Asks, Milestone
from walletpass.operations.cards.load_card import LoadedCard, load_card
from walletpass.operations.designs.draft import get_draft, save_draft
from walletpass.operations.designs.publish import publish_draft
from walletpass.operations.programs.publish import publish_rules
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.roll_outs.control import change_rate
from walletpass.operations.roll_outs.progress import Progress, find_progress
from walletpass.operations.services import Services
from walletpass.store import accounts, changes, merchants, people, roll_outs
from walletpass.store.session import Transaction
from walletpass.store.statements import rows


def add_crowd(services: Services, merchant_id: int, count: int) -> list[int]:
    """Cards by the newest of all, without codes; the accounts' ids in order."""
    now = services.clock.now()
    with services.transaction() as tx:
        program = merchants.find_program_of_merchant(tx, merchant_id)
        assert program is not None
        member_ids = _add_members(tx, merchant_id, count, now)
        newest, tag = roll_outs.get_newest(tx, program.id), changes.take_tag(tx)
        card = {
            "program_id": program.id,
            "joined_at": now,
            "page_key_sealed": b"",
            "card_changed_at": now,
            "card_tag": tag,
            **newest._mapping,
        }
        rows = [{"member_id": n, "page_key_digest": n.to_bytes(32, "big"), **card} for n in member_ids]
        statement = accounts.accounts.insert().returning(accounts.accounts.c.id, sort_by_parameter_order=True)
        return list(tx.execute(statement, rows).scalars())


def _add_members(tx: Transaction, merchant_id: int, count: int, now: datetime) -> list[int]:
    member = {"merchant_id": merchant_id, "name": "", "language": "en", "joined_at": now}
    statement = people.members.insert().returning(people.members.c.id)
    return list(tx.execute(statement, [member] * count).scalars())


def crowd_of(shop: Shop, count: int) -> list[int]:
    return add_crowd(shop.services, shop.merchant_id, count)


def publish_design(shop: Shop, name: str) -> int:
    draft = get_draft(shop.services, shop.merchant_id)
    design = replace(draft.design, organization=name)
    saved = save_draft(shop.services, shop.merchant_id, draft.revision, design)
    return publish_draft(shop.services, shop.merchant_id, saved.revision)


def publish_goal(shop: Shop, goal: int) -> int:
    number = get_rules(shop.services, shop.merchant_id).number
    milestones = (Milestone(goal, "Free coffee"),)
    return publish_rules(shop.services, shop.merchant_id, number, milestones, Asks())


def set_rate(shop: Shop, rate: float) -> None:
    change_rate(shop.services, shop.merchant_id, rate)


def progress_of(shop: Shop) -> Progress:
    progress = find_progress(shop.services, shop.merchant_id)
    assert progress is not None
    return progress


def account_of(shop: Shop, account_id: int) -> Any:
    with shop.services.reading() as tx:
        return accounts.find_account(tx, account_id)


def card_of(shop: Shop, account_id: int) -> LoadedCard:
    with shop.services.snapshot() as tx:
        return load_card(shop.services, tx, accounts.find_account(tx, account_id))


def versions(shop: Shop, account_ids: list[int]) -> Counter[int]:
    """How many of the cards are at which version."""
    with shop.services.reading() as tx:
        everybody = {row.id: row.card_version for row in rows(tx, accounts.accounts.select())}
    return Counter(everybody[account_id] for account_id in account_ids)


def count_stale(shop: Shop) -> int:
    program_id = get_rules(shop.services, shop.merchant_id).program_id
    with shop.services.reading() as tx:
        return roll_outs.count_stale(tx, program_id)
