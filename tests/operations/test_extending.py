"""Units that a shop lets last longer."""

from datetime import UTC, date, datetime, timedelta

import pytest
from support.audits import find_breaches
from support.rules import publish_changes
from support.shops import Shop

from walletpass.loyalty.expiry_policy import Duration, ExpiryKind, ExpiryPolicy
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.units import Unit
from walletpass.operations.cards.standing import load_standing
from walletpass.operations.customers.load_customer import load_customer
from walletpass.operations.due.do_due import do_due
from walletpass.operations.earning.adjust import bring_in
from walletpass.operations.earning.extend import extend

UNTIL = date(2027, 3, 31)


def last_days(shop: Shop, account_id: int) -> list[date | None]:
    return [lot.last_day for lot in load_standing(shop.services, shop.merchant_id, account_id).lots]


@pytest.mark.parametrize("kind", [ExpiryKind.FIXED_DURATION, ExpiryKind.ROLLING_ON_EARN])
def test_what_would_run_out_sooner_lasts_longer_and_nothing_is_shortened(
    shop: Shop, kind: ExpiryKind
) -> None:
    """It is still there on the last day, and gone on the next one."""
    publish_changes(shop, expiry=ExpiryPolicy(kind, Duration(months=1)))
    account_id = shop.account_id(shop.join("Anna", "anna@example.com"))
    shop.stamp(account_id, 2)
    bring_in(shop.services, shop.request(account_id), Unit.STAMPS, 3, date(2027, 6, 30))
    assert last_days(shop, account_id) == [date(2026, 12, 22), date(2027, 6, 30)]
    extend(shop.services, shop.request(account_id), UNTIL)
    assert last_days(shop, account_id) == [UNTIL, date(2027, 6, 30)]
    with pytest.raises(Refusal, match="lasts_already"):
        extend(shop.services, shop.request(account_id), UNTIL - timedelta(days=30))
    for day, stamps in ((30, 5), (31, 3)):
        shop.clock.at = datetime(2027, 3, 1, 12, tzinfo=UTC) + timedelta(days=day)
        while do_due(shop.services):
            pass
        balance = load_standing(shop.services, shop.merchant_id, account_id).balances[Unit.STAMPS]
        assert balance == stamps
    assert not find_breaches(shop)


def test_an_earn_that_moves_the_end_of_most_forgets_no_end_that_stays(shop: Shop) -> None:
    """What came with an end of its own, after that of the rest, still ends then."""
    publish_changes(shop, expiry=ExpiryPolicy(ExpiryKind.ROLLING_ON_EARN, Duration(months=4)))
    account_id = shop.account_id(shop.join())
    start = shop.clock.at
    shop.stamp(account_id)
    bring_in(shop.services, shop.request(account_id), Unit.STAMPS, 3, (start + timedelta(days=180)).date())
    for days in (100, 170):
        shop.clock.at = start + timedelta(days=days)
        shop.stamp(account_id)
    shop.clock.at = start + timedelta(days=182)
    assert load_standing(shop.services, shop.merchant_id, account_id).balances[Unit.STAMPS] == 3
    shop.stamp(account_id)
    assert not find_breaches(shop)


def test_the_owner_reads_why_staff_passed_over_a_limit(shop: Shop) -> None:
    account_id = shop.account_id(shop.join())
    shop.stamp(account_id)
    shop.clock.pass_by(seconds=10)
    shop.stamp(account_id, reason="a second coffee")
    history = load_customer(shop.services, shop.merchant_id, account_id, "en").history
    assert [line.reason for line in history] == ["a second coffee", ""]
