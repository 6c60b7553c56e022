"""What a friend brings, once the hold is over."""

from datetime import date, datetime, time
from typing import Any

from walletpass.loyalty.earn_rules import EarnRule, Side, Trigger
from walletpass.loyalty.local_days import at_local_time
from walletpass.loyalty.referrals import ReferralState, list_sides
from walletpass.loyalty.rules.activity import Activity
from walletpass.operations.earning.decide import decide_activity
from walletpass.operations.posting.outcome import Done
from walletpass.operations.posting.post import open_desk
from walletpass.operations.posting.request import Business, Desk, Post, Posting
from walletpass.operations.posting.write import write
from walletpass.operations.services import Services
from walletpass.store import accounts, referrals
from walletpass.store.session import Transaction


def settle_referral(
    services: Services, tx: Transaction, referral_id: int, rule_id: str, activity_id: int | None = None
) -> None:
    """Locks both accounts. `activity_id`: the friend's visit, which brings nothing if it was taken back meanwhile."""
    row = referrals.get_referral(tx, referral_id)
    if row.state == ReferralState.REJECTED:
        return
    desks = _open_desks(services, tx, row)
    friend = desks.get(Side.REFEREE)
    rule = _find_rule(friend, rule_id) if friend else None
    if friend is None or rule is None:
        return
    if activity_id is not None and not referrals.stands(tx, activity_id):
        referrals.take_back(tx, referral_id)
        return
    rewarded = referrals.count_rewarded(tx, row.referrer_account_id, _begin_of_year(friend))
    sides = [side for side in list_sides(rule, rewarded) if side in desks]
    for side in sides:
        desk = desks[side]
        posting = decide_referral_credit(desk, rule, side)
        if posting.lines or posting.grants:
            write(services, desk, posting, Post(desk.account.merchant_id, desk.account.id, "", {}))
    if sides:
        referrals.note_rewarded(tx, referral_id, friend.now)


def decide_referral_credit(desk: Desk, rule: EarnRule, side: Side) -> Posting:
    activity = Activity(frozenset({Trigger.REFERRAL}), desk.now, side=side, event=rule.event, rule=rule.id)
    return decide_activity(desk, Done.GIVEN, activity, Business())


def _open_desks(services: Services, tx: Transaction, row: Any) -> dict[Side, Desk]:
    """Of those whose card is still in use; accounts are always locked in the order of their ids."""
    sides = {row.referrer_account_id: Side.REFERRER, row.friend_account_id: Side.REFEREE}
    locked = {side: accounts.lock_account(tx, account_id) for account_id, side in sorted(sides.items())}
    in_use = {side: account for side, account in locked.items() if account and account.state == "active"}
    return {side: open_desk(services, tx, account) for side, account in in_use.items()}


def _find_rule(desk: Desk, rule_id: str) -> EarnRule | None:
    return next((rule for rule in desk.program.earn if rule.id == rule_id), None)


def _begin_of_year(desk: Desk) -> datetime:
    return at_local_time(date(desk.today.year, 1, 1), time.min, desk.program.zone)
