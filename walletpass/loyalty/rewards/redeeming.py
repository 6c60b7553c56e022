"""How a reward in a member's hand is used: issued, reserved while staff hand it out, redeemed; and the ways back."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from walletpass.loyalty.identifiers import new_typed_code, spell_code
from walletpass.loyalty.ledger import RewardState
from walletpass.loyalty.refusals import Refusal

RESERVED_FOR = timedelta(minutes=3)


class Step(StrEnum):
    RESERVE = "reserve"
    RELEASE = "release"
    REDEEM = "redeem"
    EXPIRE = "expire"
    VOID = "void"
    """What it was given for was taken back."""
    REINSTATE = "reinstate"
    """The sale that it was used for was taken back."""


class Actor(StrEnum):
    MEMBER = "member"
    STAFF = "staff"
    OWNER = "owner"
    SERVICE = "service"
    """By itself: a time that has come, a refund that was posted."""


@dataclass(frozen=True, slots=True)
class Voucher:
    """An issued reward as far as its use is concerned."""

    state: RewardState
    valid_from: datetime
    valid_to: datetime | None = None
    """The instant at which it is gone; None: never."""
    reserved_until: datetime | None = None
    reserved_by: str = ""
    """Key that whoever reserved it made, and shows again when using or releasing it."""


_FROM = {
    Step.RESERVE: (RewardState.ISSUED, RewardState.RESERVED),
    Step.RELEASE: (RewardState.ISSUED, RewardState.RESERVED),
    Step.REDEEM: (RewardState.ISSUED, RewardState.RESERVED),
    Step.EXPIRE: (RewardState.EXPIRED,),
    Step.VOID: (RewardState.ISSUED, RewardState.RESERVED, RewardState.EXPIRED),
    Step.REINSTATE: (RewardState.REDEEMED,),
}
"""States, as `state_at` tells them, that a step may begin in."""
_TO = {
    Step.RESERVE: RewardState.RESERVED,
    Step.RELEASE: RewardState.ISSUED,
    Step.REDEEM: RewardState.REDEEMED,
    Step.EXPIRE: RewardState.EXPIRED,
    Step.VOID: RewardState.VOIDED,
    Step.REINSTATE: RewardState.ISSUED,
}
_COUNTER = (Actor.STAFF, Actor.OWNER)
_MAY = {
    Step.RESERVE: (Actor.MEMBER, *_COUNTER),
    Step.RELEASE: (Actor.MEMBER, *_COUNTER),
    Step.REDEEM: _COUNTER,
    Step.EXPIRE: (Actor.SERVICE,),
    Step.VOID: (Actor.OWNER, Actor.SERVICE),
    Step.REINSTATE: (*_COUNTER, Actor.SERVICE),
}
_BY_KEY = (Step.RESERVE, Step.RELEASE, Step.REDEEM)
"""Steps that a reservation keeps for those who made it."""
_NO = {
    RewardState.ISSUED: "reward_not_used",
    RewardState.RESERVED: "reward_not_used",
    RewardState.REDEEMED: "reward_already_used",
    RewardState.EXPIRED: "reward_expired",
    RewardState.VOIDED: "unknown_reward",
}
"""Why a step cannot begin in a state."""


def state_at(voucher: Voucher, now: datetime) -> RewardState:
    """The stored state, with what time has done since: a reservation that timed out, an end that has come.

    Who reserved in time may use it a little after its end.
    """
    if voucher.state is RewardState.RESERVED and voucher.reserved_until and now < voucher.reserved_until:
        return RewardState.RESERVED
    if voucher.state not in (RewardState.ISSUED, RewardState.RESERVED):
        return voucher.state
    return RewardState.EXPIRED if voucher.valid_to and voucher.valid_to <= now else RewardState.ISSUED


def take_step(
    voucher: Voucher,
    step: Step,
    actor: Actor,
    now: datetime,
    *,
    key: str = "",
    grace_until: datetime | None = None,
) -> Voucher:
    """The voucher afterwards.

    `key` is whose reservation it is. Until `grace_until` at least one that is reinstated can be used.
    Raises Refusal: not_allowed, reward_reserved, reward_expired, reward_not_yet, reward_still_valid, reward_not_used,
    reward_already_used, unknown_reward.
    """
    if actor not in _MAY[step]:
        raise Refusal("not_allowed")
    _guard(voucher, step, now, key)
    reserving = step is Step.RESERVE
    after = replace(
        voucher,
        state=_TO[step],
        reserved_until=now + RESERVED_FOR if reserving else None,
        reserved_by=key if reserving else "",
    )
    if step is Step.REINSTATE and voucher.valid_to and grace_until:
        return replace(after, valid_to=max(voucher.valid_to, grace_until))
    return after


def new_reward_code(prefix: str = "") -> str:
    """As printed; `identifiers.read_code` brings what people type, and this, into one form."""
    return "-".join(filter(None, (prefix, spell_code(new_typed_code()))))


def _guard(voucher: Voucher, step: Step, now: datetime, key: str) -> None:
    state = state_at(voucher, now)
    if state is RewardState.RESERVED and step in _BY_KEY and voucher.reserved_by != key:
        assert voucher.reserved_until is not None
        left = voucher.reserved_until - now
        raise Refusal("reward_reserved", seconds=ceil(left.total_seconds()))
    if state not in _FROM[step]:
        held = state in (RewardState.ISSUED, RewardState.RESERVED)
        raise Refusal("reward_still_valid" if step is Step.EXPIRE and held else _NO[state])
    if step in (Step.RESERVE, Step.REDEEM) and now < voucher.valid_from:
        raise Refusal("reward_not_yet")
