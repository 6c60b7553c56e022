"""A card that time has changed is current at the first request after it."""

from datetime import datetime, timedelta
from typing import Any

from support.phones import PASS_TYPE, PHONE, TOKEN, hold_pass
from support.rules import publish_changes
from support.shops import START, Shop

from walletpass.loyalty.expiry_policy import Duration, ExpiryKind, ExpiryPolicy
from walletpass.loyalty.identifiers import spell_code
from walletpass.loyalty.program import Milestone
from walletpass.loyalty.reward_templates import RewardKind, RewardTemplate
from walletpass.loyalty.units import Unit
from walletpass.operations.cards.close_card import close_card
from walletpass.operations.cards.counter_view import view_at_counter
from walletpass.operations.cards.open_page import get_version, open_page
from walletpass.operations.devices.authenticate import authenticate
from walletpass.operations.devices.list_changed import list_changed
from walletpass.operations.earning.adjust import bring_in
from walletpass.operations.posting.current import settle_if_due
from walletpass.store import accounts, rewards

FULL = Milestone(10, "Free coffee")
THIRTY_DAYS = ExpiryPolicy(ExpiryKind.FIXED_DURATION, Duration(days=30))


def account_of(shop: Shop, account_id: int) -> Any:
    with shop.services.reading() as tx:
        return accounts.find_account(tx, account_id)


def titles(shop: Shop, account_id: int) -> list[str]:
    """Of the rewards in the member's hand."""
    with shop.services.reading() as tx:
        return [row.title for row in rewards.list_unused_titles(tx, account_id)]


def settle(shop: Shop, account_id: int) -> Any:
    due: datetime | None = account_of(shop, account_id).next_change_at
    return settle_if_due(shop.services, account_id, due)


def test_a_phone_is_told_of_a_card_that_changed_by_itself(shop: Shop) -> None:
    """It is listed although nobody has posted anything yet, and only until that is done."""
    publish_changes(shop, expiry=THIRTY_DAYS)
    account_id = hold_pass(shop, "one")
    shop.stamp(account_id, 3)
    tag = list_changed(shop.services, PHONE, PASS_TYPE, None).tag
    shop.clock.pass_by(days=29)
    assert list_changed(shop.services, PHONE, PASS_TYPE, tag).serials == []
    shop.clock.pass_by(days=3)
    assert list_changed(shop.services, PHONE, PASS_TYPE, tag).serials == ["one"]
    settle(shop, account_id)
    after = list_changed(shop.services, PHONE, PASS_TYPE, tag)
    assert after.serials == ["one"]
    assert list_changed(shop.services, PHONE, PASS_TYPE, after.tag).serials == []


def test_what_has_ended_is_posted_once_and_raises_the_version(shop: Shop) -> None:
    publish_changes(shop, expiry=THIRTY_DAYS)
    account_id = hold_pass(shop, "one")
    shop.stamp(account_id, 3)
    before = account_of(shop, account_id)
    assert settle(shop, account_id) is None
    shop.clock.pass_by(days=32)
    held = authenticate(shop.services, PASS_TYPE, "one", TOKEN)
    settled = settle_if_due(shop.services, held.account_id, held.next_change_at)
    assert settled.stamps == 0
    assert settled.card_version == before.card_version + 1
    assert settled.card_changed_at > before.card_changed_at
    assert settle(shop, account_id) is None


def test_what_ends_behind_a_rolling_date_ends_though_that_date_moves(shop: Shop) -> None:
    """Of units and of rewards: the account knows its next change only, and then that was another one."""
    rolling = ExpiryPolicy(ExpiryKind.ROLLING_ON_EARN, Duration(months=4))
    tea = RewardTemplate("tea", RewardKind.GIFT, "Tea", valid_days=150)
    publish_changes(shop, expiry=rolling, rewards=(tea,), milestones=(Milestone(3, "Tea", "tea"), FULL))
    account_id = shop.account_id(shop.join())
    last_day = START.date() + timedelta(days=150)
    bring_in(shop.services, shop.request(account_id), Unit.STAMPS, 2, last_day)
    shop.stamp(account_id)
    shop.clock.pass_by(days=60)
    shop.stamp(account_id)
    shop.clock.pass_by(days=60)
    shop.stamp(account_id)
    shop.clock.at = START + timedelta(days=149)
    settle(shop, account_id)
    assert (account_of(shop, account_id).stamps, titles(shop, account_id)) == (5, ["Tea"])
    shop.clock.pass_by(days=2)
    settle(shop, account_id)
    assert (account_of(shop, account_id).stamps, titles(shop, account_id)) == (3, [])


def test_a_page_and_the_counter_show_what_is_left(shop: Shop) -> None:
    """Also the page that asks whether there is something new."""
    publish_changes(shop, expiry=THIRTY_DAYS)
    page_key = shop.join()
    shop.stamp(shop.account_id(page_key), 3)
    before = open_page(shop.services, page_key, "en")
    assert before.card.end_text == "3 stamps can be used through 22 Dec 2026"
    shop.clock.pass_by(days=32)
    code = spell_code(before.card.typed_code)
    assert view_at_counter(shop.services, shop.merchant_id, code).stamps == 0
    assert get_version(shop.services, page_key) == before.card.version + 1
    after = open_page(shop.services, page_key, "en")
    assert (after.card.progress_text, after.card.end) == ("0 of 10", "")
    assert after.card.news == "Expired: 3 stamps."
    assert after.history[0].quantity == -3


def test_a_closed_card_stays_as_it_was(shop: Shop) -> None:
    """Nothing is posted to it, and no phone is sent for it again and again."""
    publish_changes(shop, expiry=THIRTY_DAYS)
    account_id = hold_pass(shop, "one")
    shop.stamp(account_id, 3)
    close_card(shop.services, shop.merchant_id, account_id)
    tag = list_changed(shop.services, PHONE, PASS_TYPE, None).tag
    shop.clock.pass_by(days=32)
    settle(shop, account_id)
    assert account_of(shop, account_id).stamps == 3
    assert list_changed(shop.services, PHONE, PASS_TYPE, tag).serials == []
