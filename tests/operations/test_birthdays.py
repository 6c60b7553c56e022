"""Birthdays on real accounts."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from support.rules import BIRTHDAY, publish_changes
from support.shops import Shop

from walletpass.operations.birthdays.celebrate import await_birthday
from walletpass.operations.due.do_due import do_due
from walletpass.operations.programs.rules import get_rules
from walletpass.store import accounts, due, people
from walletpass.store.statements import change


@pytest.fixture
def account_id(shop: Shop) -> int:
    """Of a member of a shop where a birthday brings three stamps."""
    publish_changes(shop, earn=(BIRTHDAY,))
    return shop.account_id(shop.join())


def tell(shop: Shop, account_id: int, birthday: date | None) -> None:
    now, zone = shop.clock.now(), get_rules(shop.services, shop.merchant_id).program.zone
    with shop.services.transaction() as tx:
        account: Any = accounts.find_account(tx, account_id)
        change(tx, people.members, account.member_id, birthday=birthday, birthday_entered_at=now)
        await_birthday(tx, account_id, zone, people.get_member(tx, account.member_id), now)


def next_due(shop: Shop) -> datetime | None:
    with shop.services.reading() as tx:
        return due.next_due(tx)


def work(shop: Shop, at: datetime) -> None:
    shop.clock.at = at
    while do_due(shop.services):
        pass


def stamps_of(shop: Shop, account_id: int) -> int:
    with shop.services.reading() as tx:
        account: Any = accounts.find_account(tx, account_id)
    return int(account.stamps)


def test_a_birthday_brings_its_credit_as_the_local_day_begins_every_year(shop: Shop, account_id: int) -> None:
    tell(shop, account_id, date(2000, 2, 29))
    for number, begins in enumerate(
        (datetime(2027, 2, 27, 23, tzinfo=UTC), datetime(2028, 2, 28, 23, tzinfo=UTC))
    ):
        assert next_due(shop) == begins
        work(shop, begins - timedelta(seconds=1))
        assert stamps_of(shop, account_id) == number * 3
        work(shop, begins)
        assert stamps_of(shop, account_id) == number * 3 + 3


def test_a_worker_that_comes_days_late_still_gives_it_once(shop: Shop, account_id: int) -> None:
    tell(shop, account_id, date(2000, 1, 15))
    for day in (20, 21, 25):
        work(shop, datetime(2027, 1, day, tzinfo=UTC))
    assert stamps_of(shop, account_id) == 3
    assert next_due(shop) == datetime(2028, 1, 14, 23, tzinfo=UTC)


def test_a_changed_birthday_waits_for_another_year_and_one_taken_away_for_none(
    shop: Shop, account_id: int
) -> None:
    tell(shop, account_id, date(2000, 1, 15))
    work(shop, datetime(2027, 1, 15, tzinfo=UTC))
    tell(shop, account_id, date(2000, 5, 15))
    assert next_due(shop) == datetime(2028, 5, 14, 22, tzinfo=UTC)
    tell(shop, account_id, None)
    assert next_due(shop) is None


def test_without_a_rule_a_birthday_brings_nothing_and_is_asked_for_again(shop: Shop, account_id: int) -> None:
    """A rule may be published later."""
    publish_changes(shop, earn=())
    tell(shop, account_id, date(2000, 1, 15))
    work(shop, datetime(2027, 1, 15, tzinfo=UTC))
    assert stamps_of(shop, account_id) == 0
    assert next_due(shop) == datetime(2028, 1, 14, 23, tzinfo=UTC)
