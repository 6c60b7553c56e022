"""What a friend brings, once the hold is over: to each side by a due row of its own."""

from datetime import date, datetime, time
from typing import Any

from walletpass.loyalty.earn_rules import EarnRule, ReferralEvent, Side, Trigger
from walletpass.loyalty.local_days import at_local_time
from walletpass.loyalty.referrals import DueReward, ReferralState, is_capped
from walletpass.loyalty.rules.activity import Activity
from walletpass.operations.earning.decide import decide_activity
from walletpass.operations.posting.outcome import VISITS, Done
from walletpass.operations.posting.request import Business, Desk, Post, Posting
from walletpass.operations.posting.write import write
from walletpass.operations.referrals.note import put_due
from walletpass.operations.services import Services
from walletpass.store import due, referrals


def look_after_referral(services: Services, desk: Desk, item: due.Item) -> datetime | None:
    """Post what it brings to this side, on a locked account. Where the friend's visit was taken back it may be due
    for another one.
    """
    told = item.payload or {}
    row = referrals.get_referral(desk.tx, told["referral"])
    rule = next((rule for rule in desk.program.earn if rule.id == told["rule"]), None)
    if row.state == ReferralState.REJECTED or rule is None:
        return None
    taken_back_at = referrals.find_taken_back_at(desk.tx, told["activity"])
    if taken_back_at is not None:
        _note_next_visit(desk, row, rule, taken_back_at)
        referrals.take_back(desk.tx, row.id, desk.now)
        return None
    is_referrer = desk.account.id == row.referrer_account_id
    if is_referrer and is_capped(rule, _count_others(desk, row.id)):
        return None
    posting = decide_referral_credit(desk, rule, Side.REFERRER if is_referrer else Side.REFEREE)
    if posting.lines or posting.grants:
        write(services, desk, posting, Post(desk.account.merchant_id, desk.account.id, "", {}))
        referrals.note_rewarded(desk.tx, row.id, desk.now if is_referrer else None)
    return None


def _note_next_visit(desk: Desk, row: Any, rule: EarnRule, taken_back_at: datetime) -> None:
    """While the first one stood, those after it were not; now the rule's hold applies to the next of them."""
    visit = referrals.find_visit(desk.tx, row.friend_account_id, VISITS)
    if visit is not None and visit.at <= taken_back_at and rule.event is ReferralEvent.FIRST_PAID_VISIT:
        put_due(desk.tx, desk.account.id, row, DueReward(rule, visit.at + rule.hold), visit.id)


def decide_referral_credit(desk: Desk, rule: EarnRule, side: Side) -> Posting:
    activity = Activity(frozenset({Trigger.REFERRAL}), desk.now, side=side, event=rule.event, rule=rule.id)
    return decide_activity(desk, Done.GIVEN, activity, Business())


def _count_others(desk: Desk, referral_id: int) -> int:
    """Since the local year began."""
    began = at_local_time(date(desk.today.year, 1, 1), time.min, desk.program.zone)
    return referrals.count_others_rewarded(desk.tx, desk.account.id, referral_id, began)
