"""Units that can be used only later: they are in no balance, and yet they pay what is owed."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from support.audits import find_breaches
from support.lent_databases import LendDatabase
from support.rules import publish_changes
from support.shops import Shop, open_shop

from walletpass.loyalty.earn_rules import EarnRule, Trigger
from walletpass.loyalty.expiry_policy import Duration, ExpiryKind, ExpiryPolicy
from walletpass.loyalty.program import Milestone, ProgramKind
from walletpass.loyalty.reward_templates import IssueMode, RewardKind, RewardTemplate
from walletpass.loyalty.rules.amounts import Price
from walletpass.loyalty.units import Unit
from walletpass.operations.cards.open_page import open_page
from walletpass.operations.due.do_due import do_due
from walletpass.operations.earning.adjust import adjust, bring_in
from walletpass.operations.earning.purchase import Purchase, post_purchase
from walletpass.operations.earning.refund import refund
from walletpass.operations.programs.rules import get_rules
from walletpass.pkpass.signers import Signers
from walletpass.settings import Settings
from walletpass.store import accounts, rewards
from walletpass.store.counters import take_from_stock
from walletpass.store.session import Database

SPEND = EarnRule("spend", Trigger.AMOUNT, Unit.POINTS, 1, per_minor=100)


@pytest.fixture
def account(shop: Shop) -> int:
    publish_changes(shop, kind=ProgramKind.MIXED, earn=(SPEND,))
    return shop.account_id(shop.join())


def wait_three_days(shop: Shop) -> None:
    waiting = EarnRule("spend", Trigger.AMOUNT, Unit.POINTS, 1, per_minor=100, pending=timedelta(days=3))
    publish_changes(shop, earn=(waiting,))


def buy(shop: Shop, account_id: int, name: str, minor: int = 1000) -> int:
    purchase = Purchase(Price(minor), "EUR", {}, external_id=name)
    return post_purchase(shop.services, shop.request(account_id), purchase).points


def test_what_waits_and_is_refunded_leaves_the_balance_alone(shop: Shop, account: int) -> None:
    buy(shop, account, "a")
    wait_three_days(shop)
    assert buy(shop, account, "b") == 10
    assert refund(shop.services, shop.request(account), "b").points == 10
    assert find_breaches(shop) == []
    shop.clock.pass_by(days=4)
    assert adjust(shop.services, shop.request(account), Unit.POINTS, 1, "goodwill").points == 11
    assert find_breaches(shop) == []


def test_what_waits_pays_what_is_owed_at_once(shop: Shop, account: int) -> None:
    """25 are owed; of 40 that can be used in three days, 15 are left for then."""
    buy(shop, account, "a", 2500)
    adjust(shop.services, shop.request(account), Unit.POINTS, -25, "correction")
    assert refund(shop.services, shop.request(account), "a").points == -25
    wait_three_days(shop)
    assert buy(shop, account, "b", 4000) == 0
    assert find_breaches(shop) == []
    shop.clock.pass_by(days=4)
    assert buy(shop, account, "c", 0) == 15
    assert find_breaches(shop) == []


EARNS_LATER = (
    EarnRule("come", Trigger.AMOUNT, Unit.STAMPS, 6, per_minor=1000, pending=timedelta(days=3)),
    EarnRule("spend", Trigger.AMOUNT, Unit.POINTS, 125, per_minor=1000, pending=timedelta(days=3)),
)
TEN_OFF = RewardTemplate(
    "ten-off", RewardKind.PERCENT_COUPON, "10 % off", issue=IssueMode.CONVERT, price=100, percent=10
)


def bring_rewards_later(shop: Shop, **changes: Any) -> int:
    """For 10.00 six stamps and 125 points, in three days; four stamps are a cookie, 100 points a coupon."""
    milestones = (Milestone(4, "Cookie"), Milestone(10, "Free coffee"))
    rules = {"earn": EARNS_LATER, "milestones": milestones, "rewards": (TEN_OFF,), **changes}
    publish_changes(shop, kind=ProgramKind.MIXED, **rules)
    return shop.account_id(shop.join())


def do_all(shop: Shop) -> None:
    while do_due(shop.services):
        pass


def look(shop: Shop, account_id: int) -> tuple[int, int, list[str]]:
    """Stamps, points and unused rewards, as they are written."""
    with shop.services.reading() as tx:
        account = accounts.find_account(tx, account_id)
        ready = rewards.list_ready_rewards(tx, account_id, shop.clock.now())
    assert account is not None
    return account.stamps, account.points, sorted(row.title for row in ready)


def test_what_waited_brings_its_rewards_when_it_counts(shop: Shop) -> None:
    """Nobody has to come for them. What fills the card goes on with the next one."""
    account_id = bring_rewards_later(shop)
    buy(shop, account_id, "a", 2000)
    shop.clock.pass_by(days=2)
    do_all(shop)
    assert look(shop, account_id) == (0, 0, [])
    shop.clock.pass_by(days=1, seconds=1)
    do_all(shop)
    assert look(shop, account_id) == (2, 50, ["10 % off", "10 % off", "Cookie", "Free coffee"])
    assert find_breaches(shop) == []


def test_a_card_that_is_looked_at_first_has_them_once(shop: Shop) -> None:
    page_key = shop.join()
    bring_rewards_later(shop)
    account_id = shop.account_id(page_key)
    buy(shop, account_id, "a")
    shop.clock.pass_by(days=4)
    open_page(shop.services, page_key, "en")
    told = (6, 25, ["10 % off", "Cookie"])
    assert look(shop, account_id) == told
    do_all(shop)
    buy(shop, account_id, "b", 0)
    assert look(shop, account_id) == told


def test_what_ran_out_meanwhile_is_not_counted_with_it(shop: Shop) -> None:
    """Three stamps end with the day on which two others begin to count: nobody ever had four."""
    two_later = EarnRule("come", Trigger.AMOUNT, Unit.STAMPS, 2, per_minor=1000, pending=timedelta(days=3))
    account_id = bring_rewards_later(shop, earn=(two_later,))
    today = shop.clock.now().date()
    bring_in(shop.services, shop.request(account_id), Unit.STAMPS, 3, today + timedelta(days=2))
    buy(shop, account_id, "a")
    shop.clock.pass_by(days=4)
    do_all(shop)
    assert look(shop, account_id) == (2, 0, [])
    buy(shop, account_id, "b")
    shop.clock.pass_by(days=4)
    do_all(shop)
    assert look(shop, account_id) == (4, 0, ["Cookie"])
    assert find_breaches(shop) == []


def test_what_ran_out_before_anybody_looked_brings_nothing(shop: Shop) -> None:
    """It counted for two days, in which the service slept."""
    five_days = ExpiryPolicy(ExpiryKind.FIXED_DURATION, Duration(days=5))
    account_id = bring_rewards_later(shop, expiry=five_days)
    buy(shop, account_id, "a", 2000)
    shop.clock.pass_by(days=10)
    do_all(shop)
    assert look(shop, account_id) == (0, 0, [])
    assert find_breaches(shop) == []


def test_a_place_that_gave_its_reward_does_not_give_it_again_when_units_begin_to_count(shop: Shop) -> None:
    """A cookie at four stamps, of which three are taken away; the six that waited go up there again."""
    account_id = bring_rewards_later(shop)
    assert adjust(shop.services, shop.request(account_id), Unit.STAMPS, 4, "courtesy").gained == ("Cookie",)
    buy(shop, account_id, "a")
    adjust(shop.services, shop.request(account_id), Unit.STAMPS, -3, "correction")
    shop.clock.pass_by(days=4)
    do_all(shop)
    assert look(shop, account_id) == (7, 25, ["10 % off", "Cookie"])
    assert find_breaches(shop) == []


def test_what_counted_later_and_ran_out_leaves_the_place_to_new_stamps(shop: Shop) -> None:
    """Six stamps bring a cookie when they count; when they have ended, a fourth new one brings another."""
    five_days = ExpiryPolicy(ExpiryKind.FIXED_DURATION, Duration(days=5))
    account_id = bring_rewards_later(shop, expiry=five_days, earn=EARNS_LATER[:1])
    buy(shop, account_id, "a")
    for _ in range(2):
        shop.clock.pass_by(days=4)
        do_all(shop)
    assert look(shop, account_id) == (0, 0, ["Cookie"])
    assert adjust(shop.services, shop.request(account_id), Unit.STAMPS, 3, "courtesy").gained == ()
    assert adjust(shop.services, shop.request(account_id), Unit.STAMPS, 1, "courtesy").gained == ("Cookie",)
    assert find_breaches(shop) == []


def test_units_that_counted_before_go_no_way_twice(shop: Shop) -> None:
    """Six stamps waited and count. A reward that is put at five then is behind this card, whatever else begins."""
    account_id = bring_rewards_later(shop, earn=EARNS_LATER[:1])
    buy(shop, account_id, "a")
    shop.clock.pass_by(days=4)
    do_all(shop)
    publish_changes(shop, milestones=(Milestone(5, "Tea"), Milestone(10, "Free coffee")))
    buy(shop, account_id, "b")
    shop.clock.pass_by(days=4)
    do_all(shop)
    assert look(shop, account_id) == (2, 0, ["Cookie", "Free coffee"])


_WAITING = text(
    "SELECT true FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def test_units_count_also_where_another_takes_the_last_reward_at_the_same_moment(
    settings: Settings, lend_postgresql: LendDatabase, development_signers: Signers
) -> None:
    only_one = replace(TEN_OFF, stock=1)
    with lend_postgresql() as database, ThreadPoolExecutor() as pool:
        shop = open_shop(settings, database, development_signers)
        account_id = bring_rewards_later(shop, earn=EARNS_LATER[1:], rewards=(only_one,))
        buy(shop, account_id, "a")
        shop.clock.pass_by(days=4)
        program_id = get_rules(shop.services, shop.merchant_id).program_id
        with shop.services.transaction() as tx:
            take_from_stock(tx, program_id, only_one.id, 1)
            working = pool.submit(do_due, shop.services)
            while not is_somebody_waiting(database):
                assert not working.done()
        assert working.result()
        shop.clock.pass_by(minutes=1)
        do_all(shop)
        assert look(shop, account_id) == (1, 125, [])


def is_somebody_waiting(database: Database) -> bool:
    with database.reading() as tx:
        return tx.execute(_WAITING).first() is not None
