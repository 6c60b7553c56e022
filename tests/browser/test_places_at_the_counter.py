"""The places of a card as the counter draws them, in a real browser."""

from browser.test_shops_with_points import find_card, open_as
from playwright.sync_api import Page, expect
from support.live_shops import LiveShop
from support.rules import publish_changes

from walletpass.loyalty.program import Milestone
from walletpass.loyalty.units import Unit
from walletpass.operations.earning.adjust import adjust
from walletpass.operations.staffing.sign_in import StaffRole


def test_a_place_that_gives_nothing_more_is_a_plain_one(live_shop: LiveShop, page: Page) -> None:
    """The cookie was had before a stamp was taken back; with the next stamp its place is as on all cards."""
    shop = live_shop.shop
    publish_changes(shop, milestones=(Milestone(3, "Cookie"), Milestone(5, "Tea")))
    page_key = shop.join("Anna")
    shop.stamp(shop.account_id(page_key), 3)
    request = shop.request(shop.account_id(page_key), take=1)
    adjust(shop.services, request, Unit.STAMPS, -1, "correction")
    shop.clock.pass_by(days=1)
    open_as(StaffRole.STAFF, live_shop, page, "/staff/")
    find_card(live_shop, page, page_key)
    dots = page.locator("#dots .dot--reward")
    expect(dots).to_have_count(1)
    expect(page.locator("#dots .dot").last).to_contain_class("dot--reward")
    page.click("#plus")
    expect(page.locator("#counter[data-state=done]")).to_be_attached(timeout=20_000)
    expect(dots).to_have_count(2)
