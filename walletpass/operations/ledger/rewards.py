"""Rewards in a member's hand, against the entries that name them."""

from collections.abc import Iterator
from typing import Any

from walletpass.loyalty.invariants import Breach, Invariant
from walletpass.loyalty.ledger import EntryKind, RewardState
from walletpass.loyalty.rewards.issuing import AT_ONCE
from walletpass.operations.ledger.page import Written

_USES = {EntryKind.REDEEM: 1, EntryKind.REVERSE_REDEEM: -1}
_GONE = (RewardState.EXPIRED, RewardState.VOIDED)


def judge_rewards(written: Written) -> Iterator[Breach]:
    named: dict[int, list[Any]] = {reward.id: [] for reward in written.rewards}
    has_moved = written.account.state == "merged"
    for entry in written.entries:
        if entry.issued_reward_id in named:
            named[entry.issued_reward_id].append(entry)
        elif entry.issued_reward_id is not None and not has_moved:
            yield Breach(Invariant.FOLLOWS, "names a reward of another account", entry.id)
    for reward in written.rewards:
        yield from _judge(reward, named[reward.id])


def _judge(reward: Any, entries: list[Any]) -> Iterator[Breach]:
    """What paid for it moves units; where it is used, none move."""
    used = sum(_USES.get(entry.kind, 0) for entry in entries if not entry.quantity)
    in_use = reward.state == RewardState.REDEEMED and reward.kind not in AT_ONCE
    if used != in_use:
        yield Breach(Invariant.FOLLOWS, f"reward {reward.id} is {reward.state}, used {used} times")
    paid_back = any(entry.quantity > 0 and entry.reverses_id for entry in entries)
    if paid_back and reward.state not in _GONE:
        yield Breach(Invariant.FOLLOWS, f"reward {reward.id} is {reward.state}, and was paid back")
