"""Rewards in a member's hand as the people at the counter see them."""

from datetime import datetime
from typing import Any

import msgspec

from walletpass.loyalty.reward_icons import RewardIcon, icon_of
from walletpass.operations.posting.shelf import load_terms
from walletpass.store import rewards
from walletpass.store.session import Transaction


class CounterReward(msgspec.Struct, frozen=True):
    id: int
    title: str
    icon: RewardIcon
    takes_order: bool
    """What it is worth follows from the order that it is used for."""


def list_counter_rewards(tx: Transaction, account_id: int, now: datetime) -> tuple[CounterReward, ...]:
    """That can be used now, oldest first."""
    return tuple(map(_show, rewards.list_ready_rewards(tx, account_id, now)))


def _show(row: Any) -> CounterReward:
    terms = load_terms(row.terms) if row.terms else None
    return CounterReward(row.id, row.title, icon_of(terms), terms is not None and terms.kind.is_coupon)
