"""The panel of a roll-out in a real browser: it follows by itself, with script and without."""

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect
from support.browsers import watch
from support.crowds import add_crowd
from support.servers import RunningServer

from walletpass.app import build_services
from walletpass.loyalty.program import Asks, Milestone
from walletpass.operations.installation.add_merchant import NewMerchant, add_merchant
from walletpass.operations.installation.init import add_person
from walletpass.operations.programs.publish import publish_rules
from walletpass.operations.roll_outs.control import change_rate, pause, resume
from walletpass.operations.services import Services
from walletpass.operations.staffing.sign_in import StaffRole
from walletpass.settings import Settings

PASSWORD = "long enough"
ALL_FOLLOWED = "Every card has been up to date since"


@dataclass(frozen=True)
class SlowShop:
    """Two thousand cards of it follow at ten a second."""

    services: Services
    merchant_id: int
    email: str


@pytest.fixture
def slow_shop(demo_server: RunningServer, request: pytest.FixtureRequest) -> Iterator[SlowShop]:
    services = build_services(
        Settings.from_env({"DATA_DIR": str(demo_server.data_dir), "ROLL_OUT_RATE": "10"})
    )
    name = f"Slow {request.node.name}"
    new = NewMerchant(name, "coffee-bar", "en", ZoneInfo("Europe/Amsterdam"), (Milestone(10, "Tea"),))
    with services.transaction() as tx:
        shop = SlowShop(services, add_merchant(services, tx, new), f"{request.node.name}@slow.example")
        add_person(services, tx, shop.merchant_id, StaffRole.OWNER, "Robin", shop.email, PASSWORD, "en")
    add_crowd(services, shop.merchant_id, 2000)
    publish_rules(services, shop.merchant_id, 1, (Milestone(8, "Tea"),), Asks())
    yield shop
    services.database.close()


def open_rules(page: Page, url: str, email: str) -> None:
    page.goto(f"{url}/sign-in?lang=en")
    page.fill("[name=email]", email)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/merchant/")
    page.goto(f"{url}/merchant/rules/")


def test_an_owner_watches_it_holds_it_and_sees_it_end(
    page: Page, demo_server: RunningServer, slow_shop: SlowShop
) -> None:
    """Nothing is reloaded, and the button keeps the focus while the figures change."""
    open_rules(page, demo_server.url, slow_shop.email)
    figures = page.locator("#roll-out-figures p")
    before = figures.inner_text()
    page.get_by_role("button", name="Pause").focus()
    expect(figures).not_to_have_text(before)
    expect(page.get_by_role("button", name="Pause")).to_be_focused()
    page.keyboard.press("Enter")
    expect(figures).to_contain_text("paused")
    page.get_by_role("button", name="Go on").click()
    expect(figures).to_contain_text("about")
    change_rate(slow_shop.services, slow_shop.merchant_id, 5000)
    expect(page.locator("#roll-out")).to_contain_text(ALL_FOLLOWED, timeout=30_000)


def test_a_panel_follows_what_the_operator_does_elsewhere(
    page: Page, demo_server: RunningServer, slow_shop: SlowShop
) -> None:
    open_rules(page, demo_server.url, slow_shop.email)
    figures = page.locator("#roll-out-figures p")
    pause(slow_shop.services, slow_shop.merchant_id)
    expect(figures).to_contain_text("paused")
    resume(slow_shop.services, slow_shop.merchant_id)
    expect(figures).to_contain_text("about")


def test_without_script_a_link_looks_again(
    browser: Browser, demo_server: RunningServer, slow_shop: SlowShop
) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        complaints = watch(context)
        page = context.new_page()
        open_rules(page, demo_server.url, slow_shop.email)
        page.get_by_role("button", name="Pause").click()
        expect(page.locator("#roll-out")).to_contain_text("paused")
        page.get_by_role("link", name="Look again").click()
        page.get_by_role("button", name="Go on").click()
        expect(page.locator("#roll-out")).to_contain_text("about")
        assert not complaints
