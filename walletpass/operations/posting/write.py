"""Write a posting: the activity, its entries and lots, rewards, counters, the account's balance, the card's version."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from walletpass.loyalty.ledger import EntryKind, Line
from walletpass.loyalty.local_days import local_day
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rules.earn import MOST_UNITS
from walletpass.loyalty.tier_measures import DayCount, qualifying_unit
from walletpass.loyalty.units import UNITS, Unit
from walletpass.operations.delivery.tell import tell_holders
from walletpass.operations.posting.books import Books
from walletpass.operations.posting.give import give
from walletpass.operations.posting.outcome import VISITS, Done, Outcome, Ready
from walletpass.operations.posting.places import follow_places
from walletpass.operations.posting.request import Desk, Post, Posting
from walletpass.operations.posting.rules import find_next_version
from walletpass.operations.posting.times import next_change, ring
from walletpass.operations.posting.versions import next_version
from walletpass.operations.referrals.note import note_visit
from walletpass.operations.services import Services
from walletpass.operations.tiers.follow import follow_tier, has_tiers
from walletpass.store import accounts, changes, counters, ledger, rewards
from walletpass.store.statements import add, change

_EARNED = (EntryKind.EARN, EntryKind.REVERSE_EARN)


def write(services: Services, desk: Desk, posting: Posting, request: Post) -> Outcome:
    """Raises Refusal balance_too_small, absurd_quantity."""
    tx, account, now = desk.tx, desk.account, desk.now
    earned = {unit: _sum_earned(posting.lines, unit) for unit in UNITS}
    if has_tiers(desk):
        posting = follow_tier(desk, posting, _count_for_tier(desk, posting, earned))
    activity_id = _add_activity(desk, posting, request)
    if posting.done in VISITS:
        note_visit(desk, activity_id)
    if posting.undoes is not None:
        for undone in (posting.undoes, activity_id):
            change(tx, ledger.activities, undone, undone_at=now)
        rewards.void_rewards_of(tx, posting.undoes)
    if posting.left is not None:
        ledger.leave(tx, posting.left.activity_id, posting.left.basket.document(), now)
    for reward_id, state in posting.handed.items():
        rewards.set_reward_state(tx, reward_id, state.value, now)
    books = Books(desk, activity_id, request.staff_id, posting.business.happened_at)
    books.begin(posting.begun)
    for position, line in enumerate(posting.lines):
        books.write(line, note=posting.note if position == 0 else "")
    given = [give(services, desk, books, activity_id, grant) for grant in posting.grants]
    if books.last_seq != account.last_seq + len(posting.lines):
        change(tx, ledger.activities, activity_id, last_seq=books.last_seq)
    changed = next_version(account, now)
    _refuse_overflow(desk, books, earned)
    _count(desk, posting, earned)
    balance = _balance(desk, posting, books, earned)
    places = follow_places(desk, posting, request.location_id)
    tag = changes.tag_of_posting(tx)
    change(tx, accounts.accounts, account.id, (("card_tag", tag),), **balance, **places, **changed)
    tell_holders(tx, [account.id], now, phones=desk.on_phones, google=desk.at_google)
    return Outcome(
        done=posting.done,
        account_id=account.id,
        member=account.member_name,
        stamps=books.balance[Unit.STAMPS],
        points=books.balance[Unit.POINTS],
        goal=desk.program.goal,
        added=earned[Unit.STAMPS],
        added_points=earned[Unit.POINTS],
        gained=tuple(grant.template.title for grant in posting.grants),
        ready=_list_ready(desk, posting, given),
        version=changed["card_version"],
    )


def describe(desk: Desk, done: Done, *, repeat: bool = False) -> Outcome:
    """How the account stands, as an outcome that wrote nothing."""
    return Outcome(
        done=done,
        account_id=desk.account.id,
        member=desk.account.member_name,
        stamps=desk.account.stamps,
        points=desk.account.points,
        goal=desk.program.goal,
        added=0,
        gained=(),
        ready=_show_ready(desk, desk.unused),
        version=desk.account.card_version,
        repeat=repeat,
    )


def _list_ready(desk: Desk, posting: Posting, given: Iterable[Ready | None]) -> tuple[Ready, ...]:
    if posting.done in VISITS:  # it only adds to what there was
        return (*_show_ready(desk, desk.unused), *filter(None, given))
    return _show_ready(desk, rewards.list_unused_titles(desk.tx, desk.account.id))


def _show_ready(desk: Desk, unused: Iterable[Any]) -> tuple[Ready, ...]:
    return tuple(
        Ready(row.id, row.title) for row in unused if row.valid_to is None or row.valid_to > desk.now
    )


def _add_activity(desk: Desk, posting: Posting, request: Post) -> int:
    business = posting.business
    late = business.happened_at is not None
    return add(
        desk.tx,
        ledger.activities,
        desk.ids.take(ledger.activities),
        account_id=desk.account.id,
        merchant_id=request.merchant_id,
        kind=posting.done.value,
        external_id=business.external_id,
        staff_id=request.staff_id,
        location_id=request.location_id,
        reason=posting.reason or request.reason,
        gross_minor=business.gross_minor,
        eligible_minor=business.eligible_minor,
        details=_write_details(posting),
        happened_at=business.happened_at if late else desk.now,
        received_at=desk.now if late else None,
        first_seq=desk.account.last_seq + 1,
        last_seq=desk.account.last_seq + len(posting.lines),
    )


def _write_details(posting: Posting) -> dict[str, Any] | None:
    if posting.takes_back is not None:
        return {"takes_back": posting.takes_back.activity_id}
    return dict(posting.business.details) if posting.business.details else None


def _sum_earned(lines: Sequence[Line], unit: Unit) -> int:
    earned = (line for line in lines if line.unit is unit and line.kind in _EARNED and not line.of_bonus)
    return sum(line.quantity for line in earned)


def _refuse_overflow(desk: Desk, books: Books, earned: dict[Unit, int]) -> None:
    """Nobody collects so much, and no column holds much more."""
    for unit in UNITS:
        lifetime = getattr(desk.account, f"lifetime_{unit.value}") + earned[unit]
        if max(books.balance[unit], lifetime) > MOST_UNITS:
            raise Refusal("absurd_quantity", most=MOST_UNITS)


def _count(desk: Desk, posting: Posting, earned: dict[Unit, int]) -> None:
    visits = _count_visits(posting)
    spend = posting.business.eligible_minor
    if visits or spend or any(earned.values()):
        counters.add_to_day(
            desk.tx,
            desk.account.id,
            _find_day(desk, posting),
            visits=visits,
            stamps=earned[Unit.STAMPS],
            points=earned[Unit.POINTS],
            spend_minor=spend,
        )
    for each in posting.counted:
        counters.add_to_rule(desk.tx, desk.account.id, each.rule, each.period_start, each.by)


def _count_for_tier(desk: Desk, posting: Posting, earned: dict[Unit, int]) -> DayCount:
    units = earned[qualifying_unit(desk.program.kind)]
    day = _find_day(desk, posting)
    return DayCount(day, _count_visits(posting), units, posting.business.eligible_minor)


def _find_day(desk: Desk, posting: Posting) -> date:
    """On which it happened, or what it takes back did."""
    happened_at = (posting.takes_back or posting.business).happened_at
    return local_day(happened_at or desk.now, desk.program.zone)


def _balance(desk: Desk, posting: Posting, books: Books, earned: dict[Unit, int]) -> dict[str, Any]:
    account = desk.account
    values = {
        "stamps": books.balance[Unit.STAMPS],
        "points": books.balance[Unit.POINTS],
        "stamps_owed": books.owed[Unit.STAMPS],
        "points_owed": books.owed[Unit.POINTS],
        "stamps_roll_to": books.roll_to[Unit.STAMPS],
        "points_roll_to": books.roll_to[Unit.POINTS],
        "lifetime_stamps": account.lifetime_stamps + earned[Unit.STAMPS],
        "lifetime_points": account.lifetime_points + earned[Unit.POINTS],
        "last_seq": books.last_seq,
        "chain_head": books.chain_head,
        "last_stamped_at": _last_stamped_at(desk, posting.done),
        "program_version_id": find_next_version(desk, posting),
        "next_change_at": next_change(desk, posting, books),
        "rings_at": ring(desk, posting, books),
    }
    if posting.carried is not None:
        values["carried"] = dict(posting.carried)
    if posting.tier is not None:
        values["tier"] = posting.tier
    return values


def _count_visits(posting: Posting) -> int:
    return (posting.done in VISITS) - posting.unvisits


def _last_stamped_at(desk: Desk, done: Done) -> datetime | None:
    if done in VISITS:
        return desk.now
    if done is Done.UNDONE:
        return ledger.find_last_stamped_at(desk.tx, desk.account.id)
    at: datetime | None = desk.account.last_stamped_at
    return at
