"""The one write path for balances.

Lock the account, look for the idempotency key first, post what time has done, decide, append entries, raise the
card's version, put outbox rows: all in one transaction.
"""

import re
from collections.abc import Callable
from hashlib import sha256

import msgspec

from walletpass.loyalty.limits import LATELY
from walletpass.loyalty.local_days import local_day
from walletpass.loyalty.people import refuse_blocked, require_in_use
from walletpass.loyalty.program import ProgramState
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.posting.outcome import Done, Outcome
from walletpass.operations.posting.request import Desk, Post, Posting
from walletpass.operations.posting.rules import choose_rules
from walletpass.operations.posting.settle import settle
from walletpass.operations.posting.states import guard_state
from walletpass.operations.posting.write import write
from walletpass.operations.services import Services
from walletpass.store import ledger
from walletpass.store.openings import Opening, open_account
from walletpass.store.session import Transaction
from walletpass.store.statements import put

_OF_GOOD_STANDING = (Done.STAMPED, Done.EARNED, Done.GIVEN, Done.CHOSEN, Done.RESERVED, Done.REDEEMED)
"""What is kept from members who are blocked; refunds, corrections and time are not."""
_write = msgspec.json.Encoder(order="deterministic").encode
_KEY = re.compile(r"[A-Za-z0-9_\-]{8,80}")

Decide = Callable[[Desk], Posting | Outcome]


def post(services: Services, request: Post, decide: Decide) -> Outcome:
    """Post what `decide` says. A decision may be an Outcome instead: then nothing is written.

    Raises Refusal: bad_key, key_reused, unknown_card, closed_account, void_card, blocked_member, unknown_location,
    program_paused, program_ended, and whatever `decide` raises.
    """
    check_key(request.key)
    with services.transaction() as tx:
        return post_in(services, tx, request, decide)


def check_key(key: str) -> None:
    """Raises Refusal bad_key."""
    if not _KEY.fullmatch(key):
        raise Refusal("bad_key")


def post_in(services: Services, tx: Transaction, request: Post, decide: Decide) -> Outcome:
    """The same inside a transaction that does more, such as one with two accounts, locked in the order of their ids."""
    digest = sha256(_write(request.body)).digest()
    opening = _open(services, tx, request.account_id, request.key, request.location_id)
    if opening is None or opening.account.merchant_id != request.merchant_id:
        raise Refusal("unknown_card")
    account, facts = opening.account, opening.facts
    if facts.request_digest is not None:
        if facts.request_digest != digest:
            raise Refusal("key_reused")
        return Outcome.load(facts.outcome)
    require_in_use(account.state)
    desk = _bring_up_to_date(services, tx, opening)
    decision = decide(desk)
    if isinstance(decision, Outcome):
        return decision
    guard_state(ProgramState(account.program_state), decision.done)
    if decision.done in _OF_GOOD_STANDING:
        refuse_blocked(account.member_status)
    if request.location_id != facts.location_id:
        raise Refusal("unknown_location")
    outcome = write(services, desk, decision, request)
    values = {"merchant_id": request.merchant_id, "key": request.key, "request_digest": digest}
    put(tx, ledger.posted_outcomes, **values, outcome=outcome, at=desk.now)
    return outcome


def open_desk(services: Services, tx: Transaction, account_id: int) -> Desk:
    """What time has done to an account is posted first, so that nothing is decided on what has ended."""
    opening = _open(services, tx, account_id)
    if opening is None:
        raise Refusal("unknown_card")
    return _bring_up_to_date(services, tx, opening)


def _open(
    services: Services, tx: Transaction, account_id: int, key: str = "", location_id: int | None = None
) -> Opening | None:
    return open_account(tx, account_id, services.clock.now() - LATELY, key, location_id)


def _bring_up_to_date(services: Services, tx: Transaction, opening: Opening) -> Desk:
    desk = _set_up(services, tx, opening)
    due_at = opening.account.next_change_at
    if due_at is None or due_at > desk.now:
        return desk
    settle(services, desk)
    settled = _open(services, tx, opening.account.id)
    assert settled is not None  # nobody deletes what is locked
    return _set_up(services, tx, settled)


def _set_up(services: Services, tx: Transaction, opening: Opening) -> Desk:
    account, facts = opening.account, opening.facts
    rules = choose_rules(services, tx, account, facts)
    now = services.clock.now()
    is_today = facts.latest_day == local_day(now, rules.program.zone)
    return Desk(
        tx,
        account,
        *rules,
        now,
        stamped_today=facts.stamps_of_day if is_today else 0,
        stamped_lately=facts.stamped_lately,
        unused=opening.unused,
        on_phones=facts.on_phones,
        at_google=facts.at_google,
        present_list_id=facts.present_list_id,
        usual_location_id=facts.usual_location_id,
        ids=opening.ids,
    )
