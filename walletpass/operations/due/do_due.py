"""Do what is due. A row is claimed like one of the outbox and done in one transaction with its own end: exactly once,
also when two processes run or one dies in the middle.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from walletpass.loyalty.people import MemberStatus
from walletpass.loyalty.program import ProgramState, can_earn
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.birthdays.celebrate import BIRTHDAY, celebrate
from walletpass.operations.bookings.note import BOOKING
from walletpass.operations.bookings.settle import look_after_booking
from walletpass.operations.due.notes import send_ended_note
from walletpass.operations.due.units import look_after_units
from walletpass.operations.posting.post import open_desk
from walletpass.operations.posting.request import Desk
from walletpass.operations.referrals.note import REFERRAL
from walletpass.operations.referrals.settle import look_after_referral
from walletpass.operations.rewards.held_back import HELD_BACK, give_held_back
from walletpass.operations.services import Services
from walletpass.operations.tiers.follow import TIER
from walletpass.operations.tiers.memberships import TIER_NOTE
from walletpass.operations.tiers.settle import look_after_tier
from walletpass.operations.tiers.tell import send_tier_note
from walletpass.store import accounts, due
from walletpass.store.session import Transaction

log = logging.getLogger(__name__)

Handle = Callable[[Services, Desk, due.Item], datetime | None]
"""On a locked account; when to look again, if at all."""

HANDLERS: Mapping[str, Handle] = {
    due.EXPIRY: look_after_units,
    due.ENDED_NOTE: send_ended_note,
    BIRTHDAY: celebrate,
    BOOKING: look_after_booking,
    REFERRAL: look_after_referral,
    HELD_BACK: give_held_back,
    TIER: look_after_tier,
    TIER_NOTE: send_tier_note,
}
_CREDITS = (BIRTHDAY, BOOKING, REFERRAL, HELD_BACK)
"""Kinds that give something: not while a program is paused, and not to a member who is blocked."""
_JUDGED_ANEW = ("reward_out_of_stock",)
"""Refusals that another decision avoids: somebody took the last one at the same moment."""
_WHILE_PAUSED = timedelta(days=1)
_CLAIM = timedelta(minutes=2)
_AT_ONCE = 50
_BREATH = timedelta(seconds=30)


def do_due(services: Services, tell: Callable[[str], None] = lambda kind: None) -> bool:
    """Whether there was anything to do; `tell` hears the kind of each that was done."""
    now = services.clock.now()
    with services.transaction() as tx:
        items = due.claim(tx, now, now + _CLAIM, _AT_ONCE)
    for item in items:
        try:
            _do(services, item)
            tell(item.kind)
        except Exception:  # one that fails comes again when its claim ends, and keeps nobody else waiting
            log.exception("due.failed", extra={"kind": item.kind, "item": item.id, "attempts": item.attempts})
    return bool(items)


def _do(services: Services, item: due.Item) -> None:
    with services.transaction() as tx:
        account = accounts.lock_account(tx, item.account_id)
        if not due.hold(tx, item.id):
            return  # another process was as quick
        in_use = account is not None and account.state == "active"
        again = _handle(services, tx, account, item) if in_use else None
        if again is None:
            due.drop(tx, item.id)
        else:
            due.move(tx, item.id, max(again, services.clock.now() + _BREATH))


def _handle(services: Services, tx: Transaction, account: Any, item: due.Item) -> datetime | None:
    """What is refused leaves nothing behind, and comes again only to be judged anew."""
    if item.kind in _CREDITS:
        state = ProgramState(account.program_state)
        if state is ProgramState.PAUSED:
            return services.clock.now() + _WHILE_PAUSED
        if not can_earn(state) or account.member_status == MemberStatus.BLOCKED:
            return None
    try:
        with tx.begin_nested():
            return HANDLERS[item.kind](services, open_desk(services, tx, item.account_id), item)
    except Refusal as refusal:
        log.warning("due.refused", extra={"kind": item.kind, "item": item.id, "why": refusal.code})
        return services.clock.now() if refusal.code in _JUDGED_ANEW else None
