"""Note who brought whom: when the link is opened, and when the friend joins."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from walletpass.loyalty.earn_rules import ReferralEvent, Side, Trigger
from walletpass.loyalty.program import Program
from walletpass.loyalty.referrals import (
    VISIT_EVENTS,
    DueReward,
    Person,
    ReferralState,
    find_self_referral,
    list_due,
    list_sides,
)
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.posting.outcome import VISITS
from walletpass.operations.posting.request import Desk
from walletpass.operations.referrals.code import find_referrer
from walletpass.operations.services import Services
from walletpass.store import due, merchants, referrals
from walletpass.store.session import Transaction
from walletpass.store.statements import add, change

REFERRAL = "referral"
"""Kind of the due rows of what a referral brings: one for each side that gets something, on its own account."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    account_id: int
    member_id: int
    contacts: Mapping[str, str]
    """Kind -> what they gave, in canonical form: also what was not kept because another member has it."""
    device: str = ""
    """What their browser has kept since its first visit; empty: nothing."""


def note_click(services: Services, program_code: str, code: str, device: str) -> None:
    """Somebody opened a member's link. A code that nobody has is as none."""
    if not device:
        return
    now = services.clock.now()
    with services.transaction() as tx:
        program = merchants.find_program_by_code(tx, program_code)
        referrer = find_referrer(tx, program.id, code) if program else None
        if referrer is not None:
            referrals.put_click(tx, referrer.id, _digest_device(services, device), now)


def note_device(services: Services, tx: Transaction, account_id: int, device: str) -> None:
    """A member's card was opened in that browser."""
    if device:
        referrals.put_device_hint(tx, account_id, _digest_device(services, device))


def note_browser(services: Services, account_id: int, device: str) -> None:
    """The same where a page is only looked at: written once, and not where nothing can be written now."""
    if not device:
        return
    digest = _digest_device(services, device)
    with services.reading() as tx:
        known = digest in referrals.list_device_hints(tx, account_id)
    if not known:
        with suppress(Refusal), services.transaction() as tx:
            referrals.put_device_hint(tx, account_id, digest)


def note_join(
    services: Services,
    tx: Transaction,
    program_id: int,
    rules: Program,
    code: str,
    newcomer: Newcomer,
    now: datetime,
) -> ReferralState | None:
    """Part of joining. None where nobody has that code, or there is none."""
    note_device(services, tx, newcomer.account_id, newcomer.device)
    referrer = find_referrer(tx, program_id, code)
    if referrer is None:
        return None
    rejection = find_self_referral(_load_person(tx, referrer), _describe(services, newcomer))
    state = ReferralState.REJECTED if rejection else ReferralState.JOINED
    told = {"state": state.value, "rejection": rejection.value if rejection else "", "joined_at": now}
    referral_id = _write(services, tx, referrer.id, newcomer, told)
    note_event(tx, referrals.get_referral(tx, referral_id), rules, frozenset({ReferralEvent.JOINED}), now)
    return state


def note_visit(desk: Desk, activity_id: int) -> None:
    """Part of posting a visit. Nothing is read where no rule waits for one."""
    if not any(rule.trigger is Trigger.REFERRAL and rule.event in VISIT_EVENTS for rule in desk.program.earn):
        return
    row = referrals.find_referral(desk.tx, desk.account.id)
    if row is not None:
        stood = referrals.find_longest_visit(desk.tx, desk.account.id, VISITS, activity_id)
        note_event(desk.tx, row, desk.program, VISIT_EVENTS, desk.now, activity_id, stood)


def note_event(
    tx: Transaction,
    row: Any,
    program: Program,
    events: frozenset[ReferralEvent],
    now: datetime,
    activity_id: int | None = None,
    stood: timedelta | None = None,
) -> None:
    """The friend did something: what the rules give for it is due after their holds.

    `activity_id`: the visit; `stood`: as for `list_due`.
    """
    due_rewards = list_due(program.earn, ReferralState(row.state), events, now, stood)
    sides = {Side.REFERRER: row.referrer_account_id, Side.REFEREE: row.friend_account_id}
    for reward in due_rewards:
        for side in list_sides(reward.rule):
            put_due(tx, sides[side], row, reward, activity_id)


def put_due(tx: Transaction, account_id: int, row: Any, reward: DueReward, activity_id: int | None) -> None:
    """For one side. `activity_id`: the visit that brings it, if one does."""
    payload = {"referral": row.id, "rule": reward.rule.id, "activity": activity_id}
    due.put(
        tx, account_id, REFERRAL, f"{row.id} {activity_id or ''} {reward.rule.id}", reward.due_at, payload
    )
    referrals.qualify(tx, row.id, reward.due_at)


def _write(
    services: Services, tx: Transaction, referrer_account_id: int, newcomer: Newcomer, told: dict[str, Any]
) -> int:
    digest = _digest_device(services, newcomer.device) if newcomer.device else None
    click = referrals.find_click(tx, referrer_account_id, digest) if digest else None
    if click is not None:
        change(tx, referrals.referrals, click.id, friend_account_id=newcomer.account_id, **told)
        return int(click.id)
    return add(
        tx,
        referrals.referrals,
        referrer_account_id=referrer_account_id,
        friend_account_id=newcomer.account_id,
        **told,
    )


def _load_person(tx: Transaction, referrer: Any) -> Person:
    contacts = referrals.list_contact_digests(tx, referrer.member_id)
    return Person(referrer.member_id, contacts, referrals.list_device_hints(tx, referrer.id))


def _describe(services: Services, newcomer: Newcomer) -> Person:
    contacts = frozenset(
        services.vault.digest(kind, value) for kind, value in newcomer.contacts.items() if value
    )
    devices = frozenset({_digest_device(services, newcomer.device)} if newcomer.device else ())
    return Person(newcomer.member_id, contacts, devices)


def _digest_device(services: Services, device: str) -> bytes:
    return services.vault.digest("device hint", device)
