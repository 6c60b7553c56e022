"""What a birthday brings, and when the next one is."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from walletpass.loyalty.birthdays import next_birthday
from walletpass.loyalty.earn_rules import Trigger
from walletpass.loyalty.local_days import at_local_time, local_day
from walletpass.loyalty.rules.activity import Activity
from walletpass.operations.earning.decide import decide_activity
from walletpass.operations.posting.outcome import Done
from walletpass.operations.posting.request import Business, Desk, Post, Posting
from walletpass.operations.posting.write import write
from walletpass.operations.services import Services
from walletpass.store import due, people
from walletpass.store.session import Transaction
from walletpass.store.statements import change

BIRTHDAY = "birthday"
"""Kind of the one due row of an account whose member told a birthday."""


def await_birthday(tx: Transaction, account_id: int, zone: ZoneInfo, member: Any, now: datetime) -> None:
    """Part of whatever tells a birthday, changes it or takes it away."""
    last = member.birthday_credited_on
    day = _find_next(member, last, local_day(now, zone), zone)
    if day is None:
        due.drop_of(tx, account_id, BIRTHDAY, "")
    else:
        _ring(tx, account_id, day, zone)


def celebrate(services: Services, desk: Desk, item: due.Item) -> datetime | None:
    """Post what the day brings that the row is of, on a locked account, also days late; when the next one is."""
    member = people.get_member(desk.tx, desk.account.member_id)
    day, last = date.fromisoformat((item.payload or {})["day"]), member.birthday_credited_on
    if member.birthday is None:
        return None
    if last is None or day > last:
        posting = decide_birthday_credit(desk)
        if posting.lines or posting.grants:
            write(services, desk, posting, Post(desk.account.merchant_id, desk.account.id, "", {}))
        change(desk.tx, people.members, member.id, birthday_credited_on=day)
    following = _find_next(member, max(day, last or day), desk.today, desk.program.zone)
    return _ring(desk.tx, desk.account.id, following, desk.program.zone) if following else None


def decide_birthday_credit(desk: Desk) -> Posting:
    activity = Activity(frozenset({Trigger.BIRTHDAY}), desk.now)
    return decide_activity(desk, Done.GIVEN, activity, Business())


def _find_next(member: Any, last: date | None, today: date, zone: ZoneInfo) -> date | None:
    if member.birthday is None:
        return None
    entered_on = local_day(member.birthday_entered_at or member.joined_at, zone)
    return next_birthday(member.birthday, entered_on, last, today)


def _ring(tx: Transaction, account_id: int, day: date, zone: ZoneInfo) -> datetime:
    due_at = at_local_time(day, time.min, zone)
    due.put(tx, account_id, BIRTHDAY, "", due_at, {"day": day.isoformat()})
    return due_at
