"""Two customers turn out to be one person: one card stays and has everything."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from walletpass.loyalty.ledger import RewardState
from walletpass.loyalty.merging import Side, carry_given, issue_joined
from walletpass.loyalty.people import Consent, find_overruled, inherit, join_statuses, require_in_use
from walletpass.loyalty.places import load_visits
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rewards.issuing import Grant, convert
from walletpass.loyalty.units import Unit
from walletpass.operations.customers.profile import about_of
from walletpass.operations.gift_cards.transfer import merge_gift_cards
from walletpass.operations.posting.move import move_out
from walletpass.operations.posting.outcome import Done, Outcome
from walletpass.operations.posting.post import open_desk, post_in
from walletpass.operations.posting.request import Business, Desk, Post, Posting
from walletpass.operations.posting.shelf import load_shelf
from walletpass.operations.services import Services
from walletpass.operations.tiers.follow import TIER
from walletpass.store import accounts, due, merging, people
from walletpass.store.given_on_card import GAVE, list_given_on_card
from walletpass.store.session import Transaction
from walletpass.store.statements import change


def merge(
    services: Services,
    merchant_id: int,
    keep_account_id: int,
    gone_account_id: int,
    key: str,
    staff_id: int | None = None,
) -> Outcome:
    """Of the card that stays. It cannot be undone: nobody could say afterwards whose is what.

    Units with their dates, debts, unused rewards, gift cards, identifiers, consents, tags and visits move; codes of
    the other card lead here. That card is void, and its phones are told. Entries stay in the ledger that they were
    written in.

    Raises Refusal: those of `post`, cannot_merge.
    """
    request = Post(merchant_id, keep_account_id, key, {"merge": gone_account_id}, staff_id)
    with services.transaction() as tx:
        for account_id in sorted({keep_account_id, gone_account_id}):
            accounts.lock_account(tx, account_id)
        return post_in(services, tx, request, lambda desk: _join(services, desk, gone_account_id, staff_id))


def _join(services: Services, desk: Desk, gone_account_id: int, staff_id: int | None) -> Posting:
    tx, kept = desk.tx, desk.account
    left = _open(services, desk, gone_account_id)
    gone = left.account
    ours, theirs = _look_at(desk), _look_at(left)
    lines = move_out(services, left, staff_id)
    accounts.lead_to(tx, gone.id, kept.id)
    _move_person(tx, kept, gone)
    merge_gift_cards(services, tx, gone.member_id, kept.member_id, desk.now)
    rewards = merging.move_open_rewards(tx, gone.id, kept.id)
    merging.move_rest(tx, gone.id, kept.id)
    grants = _issue(desk, ours, theirs, gone.points)  # what both had counts towards the limits of rewards
    has_taken_over = merging.take_over_tier(tx, gone.id, kept.id)
    due.ring(tx, kept.id, TIER, desk.now)
    return Posting(
        Done.MOVED,
        lines,
        grants=grants,
        handed=dict.fromkeys(rewards, RewardState.ISSUED),
        business=Business(details=_carry(ours, theirs, grants)),
        carried=_add_carried(kept.carried, gone.carried),
        tier=gone.tier if has_taken_over else None,
        visits=load_visits(gone.visits),
    )


def _open(services: Services, desk: Desk, gone_account_id: int) -> Desk:
    gone = accounts.lock_account(desk.tx, gone_account_id)
    if gone is None or gone.merchant_id != desk.account.merchant_id:
        raise Refusal("unknown_card")
    if gone.id == desk.account.id or gone.program_id != desk.account.program_id:
        raise Refusal("cannot_merge")
    require_in_use(gone.state)
    return open_desk(services, desk.tx, gone.id)


def _look_at(desk: Desk) -> Side:
    return Side(desk.account.stamps, list_given_on_card(desk.tx, desk.account.id))


def _issue(desk: Desk, ours: Side, theirs: Side, points: int) -> tuple[Grant, ...]:
    shelf, now = load_shelf(desk), desk.now
    grants: tuple[Grant, ...] = ()
    if desk.program.milestones:
        grants = issue_joined(shelf, desk.program.milestones, ours, theirs, now)
    return grants + convert(shelf.after(grants), Unit.POINTS, desk.account.points + points, now).grants


def _carry(ours: Side, theirs: Side, grants: Iterable[Grant]) -> dict[str, Any] | None:
    filled = -sum(each.cost.quantity for each in grants if each.cost and each.cost.unit is Unit.STAMPS)
    gave = carry_given(ours, theirs, filled)
    return {GAVE: gave} if gave else None


def _add_carried(*both: Mapping[str, int] | None) -> dict[str, int]:
    """Minor units left under one step, by earn rule."""
    total: dict[str, int] = {}
    for carried in both:
        for rule, minor in (carried or {}).items():
            total[rule] = total.get(rule, 0) + minor
    return total


def _move_person(tx: Transaction, kept: Any, gone: Any) -> None:
    """The other's own row stays as it was: where both had a name, one of them would be lost."""
    one, other = (people.get_member(tx, account.member_id) for account in (kept, gone))
    people.move_to_member(tx, other.id, one.id)
    about, status = inherit(about_of(one), about_of(other)), join_statuses(one.status, other.status)
    change(tx, people.members, one.id, **asdict(about), status=status.value, **_birthday(one, other))
    consents = people.list_consents(tx, one.id)
    given = [Consent(row.id, row.purpose, row.given_at, row.withdrawn_at) for row in consents]
    for consent_id, at in find_overruled(given).items():
        people.withdraw(tx, consent_id, at)


def _birthday(one: Any, other: Any) -> dict[str, Any]:
    """When the one that is kept was entered, and the last day for which either had a gift."""
    entered = (one if one.birthday else other).birthday_entered_at
    credited = max(filter(None, (one.birthday_credited_on, other.birthday_credited_on)), default=None)
    return {"birthday_entered_at": entered, "birthday_credited_on": credited}
