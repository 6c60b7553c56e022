"""The one write path for balances.

Lock the account, look for the idempotency key first, decide, append entries, raise the card's version, put
outbox rows: all in one transaction.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from walletpass.loyalty.ledger import EntryKind, Line, RewardState
from walletpass.loyalty.program import Milestone, Program
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.posting.outcome import Done, Outcome, Ready
from walletpass.operations.posting.versions import raise_version
from walletpass.operations.services import Services
from walletpass.store import accounts, ledger, locations, merchants, outbox
from walletpass.store.session import Transaction
from walletpass.store.statements import add, change

_KEY = re.compile(r"[A-Za-z0-9_\-]{8,80}")


@dataclass(frozen=True, slots=True)
class Post:
    """Who asks for what, as one request."""

    merchant_id: int
    account_id: int
    key: str
    """Made by the caller, once per intention; 8 to 80 letters, digits, - and _."""
    body: Mapping[str, Any]
    """All that the request says; the same key with another body is refused."""
    staff_id: int | None = None
    location_id: int | None = None
    """Where it happens, if that is known."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a decision may look at: the locked account, the newest rules, the instant."""

    tx: Transaction
    account: Any
    program: Program
    version_id: int
    """Of the rules, which the card shows from then on, also where their roll-out has not come to it yet."""
    now: datetime


@dataclass(frozen=True, slots=True)
class Posting:
    """What is to be written."""

    done: Done
    lines: tuple[Line, ...]
    gained: tuple[Milestone, ...] = ()
    reason: str = ""
    undoes: int | None = None
    """Id of the activity that is taken back."""
    undoes_at: int | None = None
    """Id of the location where that was."""


def post(services: Services, request: Post, decide: Callable[[Desk], Posting | Outcome]) -> Outcome:
    """Post what `decide` says. A decision may be an Outcome instead: then nothing is written.

    Raises Refusal: bad_key, key_reused, unknown_card, closed_account, unknown_location, and whatever `decide` raises.
    """
    if not _KEY.fullmatch(request.key):
        raise Refusal("bad_key")
    digest = hashlib.sha256(json.dumps(request.body, sort_keys=True).encode()).digest()
    with services.transaction() as tx:
        account = accounts.lock_account(tx, request.account_id)
        if account is None or account.merchant_id != request.merchant_id:
            raise Refusal("unknown_card")
        known = ledger.find_outcome(tx, request.merchant_id, request.key)
        if known is not None:
            if known.request_digest != digest:
                raise Refusal("key_reused")
            return Outcome.load(known.outcome)
        if account.state != "active":
            raise Refusal("closed_account")
        rules = merchants.get_program(tx, account.program_id)
        desk = Desk(tx, account, Program.load(rules.rules), rules.version_id, services.clock.now())
        decision = decide(desk)
        if isinstance(decision, Outcome):
            return decision
        outcome = _write(desk, decision, request)
        values = {"merchant_id": request.merchant_id, "key": request.key, "request_digest": digest}
        add(tx, ledger.posted_outcomes, **values, outcome=outcome.document(), at=desk.now)
        return outcome


def describe(desk: Desk, done: Done, stamps: int, *, repeat: bool = False) -> Outcome:
    """How the account stands, as an outcome that wrote nothing."""
    return Outcome(
        done=done,
        account_id=desk.account.id,
        member=desk.account.member_name,
        stamps=stamps,
        goal=desk.program.goal,
        added=0,
        gained=(),
        ready=_list_ready(desk),
        version=desk.account.card_version,
        repeat=repeat,
    )


def _write(desk: Desk, posting: Posting, request: Post) -> Outcome:
    tx, account, now = desk.tx, desk.account, desk.now
    _note_place(desk, posting, request)
    activity_id = add(
        tx,
        ledger.activities,
        account_id=account.id,
        kind=posting.done.value,
        staff_id=request.staff_id,
        location_id=request.location_id,
        reason=posting.reason,
        happened_at=now,
    )
    reward_ids = [_issue(desk, activity_id, milestone) for milestone in posting.gained]
    if posting.undoes is not None:
        for undone in (posting.undoes, activity_id):
            change(tx, ledger.activities, undone, undone_at=now)
        ledger.void_rewards_of(tx, posting.undoes)
    if posting.undoes_at is not None:
        locations.recount_visits(tx, account.id, posting.undoes_at)
    stamps = _append(desk, posting, request, activity_id, reward_ids)
    changed = raise_version(tx, account, now)
    earned = sum(line.quantity for line in posting.lines if line.kind in _EARNED)
    balance = {
        "stamps": stamps,
        "lifetime_stamps": account.lifetime_stamps + earned,
        "last_seq": account.last_seq + len(posting.lines),
        "last_stamped_at": _last_stamped_at(desk, posting.done),
        "program_version_id": desk.version_id,
        "place_list_id": locations.PRESENT_LIST,
    }
    change(tx, accounts.accounts, account.id, **balance, **changed)
    outbox.tell_phones(tx, [account.id], now)
    return Outcome(
        done=posting.done,
        account_id=account.id,
        member=account.member_name,
        stamps=stamps,
        goal=desk.program.goal,
        added=earned,
        gained=tuple(milestone.reward for milestone in posting.gained),
        ready=_list_ready(desk),
        version=changed["card_version"],
    )


def _note_place(desk: Desk, posting: Posting, request: Post) -> None:
    """Raises Refusal unknown_location."""
    if request.location_id is None:
        return
    where = (desk.tx, request.merchant_id)
    if posting.done is Done.STAMPED:
        known = locations.count_visit(*where, desk.account.id, request.location_id, desk.now)
    else:
        known = locations.find_location(*where, request.location_id) is not None
    if not known:
        raise Refusal("unknown_location")


_EARNED = (EntryKind.EARN, EntryKind.REVERSE_EARN)
_HANDED = {
    EntryKind.REDEEM: RewardState.REDEEMED,
    EntryKind.REVERSE_REDEEM: RewardState.ISSUED,
}
"""What a line does to the reward that it names."""


def _last_stamped_at(desk: Desk, done: Done) -> datetime | None:
    match done:
        case Done.STAMPED:
            return desk.now
        case Done.UNDONE:
            return ledger.find_last_stamped_at(desk.tx, desk.account.id)
    at: datetime | None = desk.account.last_stamped_at
    return at


def _issue(desk: Desk, activity_id: int, milestone: Milestone) -> int:
    return add(
        desk.tx,
        ledger.issued_rewards,
        account_id=desk.account.id,
        activity_id=activity_id,
        program_version_id=desk.version_id,
        milestone=milestone.at,
        title=milestone.reward,
        state=RewardState.ISSUED.value,
        issued_at=desk.now,
    )


def _append(desk: Desk, posting: Posting, request: Post, activity_id: int, reward_ids: list[int]) -> int:
    """Append the lines; the stamps on the card afterwards."""
    stamps, rows = desk.account.stamps, []
    given = zip(reward_ids, posting.gained, strict=True)
    full_cards = iter([reward_id for reward_id, milestone in given if milestone.at == desk.program.goal])
    for seq, line in enumerate(posting.lines, desk.account.last_seq + 1):
        stamps += line.quantity
        reward_id = next(full_cards, None) if line.kind is EntryKind.CONVERT else line.reward
        if line.kind in _HANDED and line.reward is not None:
            ledger.set_reward_state(desk.tx, line.reward, _HANDED[line.kind].value, desk.now)
        rows.append(
            {
                "account_id": desk.account.id,
                "seq": seq,
                "kind": line.kind.value,
                "quantity": line.quantity,
                "stamps_after": stamps,
                "activity_id": activity_id,
                "program_version_id": desk.version_id,
                "reverses_id": line.reverses,
                "issued_reward_id": reward_id,
                "staff_id": request.staff_id,
                "recorded_at": desk.now,
            }
        )
    ledger.append_entries(desk.tx, rows)
    return int(stamps)


def _list_ready(desk: Desk) -> tuple[Ready, ...]:
    rewards = ledger.list_ready_rewards(desk.tx, desk.account.id)
    return tuple(Ready(reward.id, reward.title) for reward in rewards)
