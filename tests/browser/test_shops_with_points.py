"""What a shop with points shows in a real browser: at the counter, to customers and to its owner."""

import pytest
from playwright.sync_api import Page, expect
from support.live_shops import LiveShop
from support.rules import publish_changes
from support.ten_programs import BEANS, MIXED, MUG, POINTS, SPEND, STATUS, buy

from walletpass.loyalty.program import Milestone
from walletpass.loyalty.reward_templates import IssueMode, RewardKind, RewardTemplate
from walletpass.loyalty.units import Unit
from walletpass.operations.cards.open_page import open_page
from walletpass.operations.earning.adjust import adjust
from walletpass.operations.installation.init import add_person
from walletpass.operations.staffing.sign_in import StaffRole

PASSWORD = "a password for tests"
TENTH = RewardTemplate(
    "tenth",
    RewardKind.PERCENT_COUPON,
    "A tenth off",
    issue=IssueMode.CONVERT,
    price=100,
    percent=10,
    minimum_minor=2000,
)
LONG_NAME = "Wolfeschlegelné Hernádi-Kovács Annamária"
COFFEE = RewardTemplate(
    "coffee", RewardKind.GIFT, "Free coffee", issue=IssueMode.CONVERT, price=100, valid_days=30
)


def open_as(role: StaffRole, live: LiveShop, page: Page, path: str, language: str = "en") -> None:
    """Somebody of the shop signs in, and goes there."""
    services = live.shop.services
    with services.transaction() as tx:
        add_person(
            services, tx, live.shop.merchant_id, role, "Robin", "robin@shop.example", PASSWORD, language
        )
    page.goto(f"{services.links.public_url}/sign-in?next={path}")
    page.fill("[name=email]", "robin@shop.example")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"**{path}")


def find_card(live: LiveShop, page: Page, page_key: str) -> None:
    page.fill("#code", open_page(live.shop.services, page_key, "en").card.typed_code)
    page.press("#code", "Enter")
    expect(page.locator("#counter[data-state=card]")).to_be_attached(timeout=20_000)


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_counter_says_all_that_is_collected_in_the_shops_words(
    live_shop: LiveShop, page: Page, width: int
) -> None:
    """A long balance beside a long name pushes nothing out of the page."""
    publish_changes(live_shop.shop, **MIXED, earn=(SPEND,), rewards=(MUG,), unit_names=BEANS)
    page_key = live_shop.shop.join(LONG_NAME)
    buy(live_shop.shop, live_shop.shop.account_id(page_key), 24_900)
    page.set_viewport_size({"width": width, "height": 700})
    open_as(StaffRole.STAFF, live_shop, page, "/staff/")
    find_card(live_shop, page, page_key)
    expect(page.locator("#progress")).to_have_text("1 of 10, 249 beans")
    expect(page.locator("#said")).to_have_text("Card of Wolfeschlegelné A.: 1 of 10, 249 beans.")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_counter_offers_no_stamp_that_would_bring_nothing(live_shop: LiveShop, page: Page) -> None:
    """Points come with a bill: there is only what can be handed over, and what comes next."""
    publish_changes(live_shop.shop, **POINTS, earn=(SPEND,), rewards=(COFFEE,))
    page_key = live_shop.shop.join("Anna")
    buy(live_shop.shop, live_shop.shop.account_id(page_key), 12_300)
    open_as(StaffRole.STAFF, live_shop, page, "/staff/")
    find_card(live_shop, page, page_key)
    expect(page.locator("#plus")).to_be_hidden()
    expect(page.locator("#next")).to_have_text("Free coffee")
    page.click("#rewards button:has-text('Free coffee')")
    expect(page.locator("#counter[data-state=done] #said")).to_have_text("Redeemed. Hand it over! 23 points.")


@pytest.mark.parametrize("width", [320, 1280])
def test_a_coupon_asks_for_the_order_and_shows_the_discount(
    live_shop: LiveShop, page: Page, width: int
) -> None:
    """Another amount has to be looked at anew before it can be confirmed."""
    publish_changes(live_shop.shop, **POINTS, rewards=(TENTH,))
    page_key = live_shop.shop.join(LONG_NAME)
    account_id = live_shop.shop.account_id(page_key)
    adjust(live_shop.shop.services, live_shop.shop.request(account_id), Unit.POINTS, 100, "courtesy")
    page.set_viewport_size({"width": width, "height": 700})
    open_as(StaffRole.STAFF, live_shop, page, "/staff/")
    find_card(live_shop, page, page_key)
    page.click("#rewards button:has-text('A tenth off')")
    expect(page.locator("#order")).to_be_focused()
    page.keyboard.type("19,99")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text("This coupon is for orders of at least €20.00.")
    page.fill("#order", "123.45")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text("€12.34 off. To pay: €111.11.")
    expect(page.locator("#confirm")).to_be_focused()
    page.fill("#order", "23.45")
    expect(page.locator("#confirm")).to_be_hidden()
    page.click("text=Show the discount")
    expect(page.locator("#said")).to_have_text("€2.34 off. To pay: €21.11.")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.click("#confirm")
    expect(page.locator("#counter[data-state=done] #said")).to_have_text(
        "Redeemed. €2.34 off €23.45. 0 points."
    )


def test_what_is_ready_stands_line_by_line(live_shop: LiveShop, page: Page) -> None:
    """Those alike are counted, each kind apart from the next."""
    publish_changes(live_shop.shop, milestones=(Milestone(2, "Free tea"), Milestone(4, "Free lunch")))
    page_key = live_shop.shop.join("Anna")
    for _ in range(3):
        live_shop.shop.stamp(live_shop.shop.account_id(page_key), 2)
        live_shop.shop.clock.pass_by(days=1)
    page.goto(live_shop.shop.services.links.card(page_key) + "?lang=en")
    lines = page.locator(".ready li")
    expect(lines).to_have_text(["2 × Free tea", "Free lunch"])
    above, below = (line.bounding_box() for line in lines.all())
    assert above
    assert below
    assert below["y"] >= above["y"] + above["height"] + 8


def test_the_owner_reads_the_card_in_the_own_language(live_shop: LiveShop, page: Page) -> None:
    """Balance and tier, whatever language the customer has; every sentence ends once."""
    publish_changes(live_shop.shop, **POINTS, earn=(SPEND,), rewards=(MUG,), tier_plan=STATUS)
    account_id = live_shop.shop.account_id(live_shop.shop.join("Anna", language="en"))
    buy(live_shop.shop, account_id, 2_500)
    open_as(StaffRole.OWNER, live_shop, page, f"/merchant/customers/{account_id}", "hu")
    shown = page.locator("section[aria-labelledby=card]")
    expect(shown).to_contain_text("25 pont. Következő jutalom: Enamel mug, még 225 kell hozzá.")
    expect(shown).to_contain_text("A következő szinthez (Silver) még 2 látogatás kell")
    expect(page.locator("main")).not_to_contain_text("..")
    page.goto(live_shop.shop.services.links.public_url + "/merchant/customers/")
    expect(page.locator("thead th")).to_have_text(["Név", "Egyenleg", "Utolsó látogatás", "Csatlakozott"])
    expect(page.locator("tbody td").first).to_have_text("25")
