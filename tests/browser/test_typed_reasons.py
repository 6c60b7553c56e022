"""The code of a card whose barcode rotates is typed in a real browser."""

import pytest
from browser.test_shops_with_points import find_card, open_as
from playwright.sync_api import Page, expect
from support.live_shops import LiveShop

from walletpass.operations.google.show import find_class
from walletpass.operations.staffing.sign_in import StaffRole
from walletpass.store import accounts, google


def hold_on_android(live: LiveShop, page_key: str) -> None:
    """The card is in Google Wallet, with a code that rotates."""
    shop, account_id = live.shop, live.shop.account_id(page_key)
    with shop.services.transaction() as tx:
        held_in = find_class(tx, accounts.find_account(tx, account_id), "3388000000012345678")
        google.make_object(
            tx,
            account_id=account_id,
            class_id=held_in.id,
            issuer_id=held_in.issuer_id,
            suffix="held",
            secret_sealed=shop.services.vault.seal("00" * 20),
            saved_at=shop.clock.now(),
            created_at=shop.clock.now(),
        )


@pytest.mark.parametrize(("width", "language"), [(360, "en"), (360, "hu"), (1280, "en")])
def test_one_tap_gives_the_reason_and_does_what_was_wanted(
    live_shop: LiveShop, page: Page, width: int, language: str
) -> None:
    """Two stamps stay two stamps, and a reward that was to be redeemed is redeemed."""
    shop, page_key = live_shop.shop, live_shop.shop.join("Anna Kovács")
    for _ in range(3):
        shop.stamp(shop.account_id(page_key), 3)
        shop.clock.pass_by(days=1)
    hold_on_android(live_shop, page_key)
    page.set_viewport_size({"width": width, "height": 740})
    open_as(StaffRole.STAFF, live_shop, page, "/staff/", language)
    find_card(live_shop, page, page_key)
    page.click("#more button >> nth=0")
    expect(page.locator("#counter[data-state=typed]")).to_be_attached(timeout=20_000)
    page.click("#why-typed button >> nth=0")
    expect(page.locator("#counter[data-state=done]")).to_be_attached(timeout=20_000)
    expect(page.locator("#progress")).to_contain_text("1")
    page.click("#rewards button")
    expect(page.locator("#counter[data-state=typed]")).to_be_attached(timeout=20_000)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.click("#why-typed button >> nth=1")
    expect(page.locator("#counter[data-state=done]")).to_be_attached(timeout=20_000)
    expect(page.locator("#rewards button")).to_have_count(0)
