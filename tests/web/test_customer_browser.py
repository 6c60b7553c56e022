"""Customer pages in a real browser: with a keyboard, without script, on a small screen."""

import pytest
from playwright.sync_api import Browser, Page, expect
from support.servers import RunningServer

from walletpass.app import build_services
from walletpass.card.colour import TEXT_RATIO, Colour, contrast
from walletpass.operations.earning.stamp import stamp
from walletpass.operations.enrolment.join import new_form_key
from walletpass.operations.posting.request import Post
from walletpass.settings import Settings
from walletpass.store import accounts

LEAST_TARGET = 44
"""CSS pixels: https://www.w3.org/TR/WCAG22/#target-size-enhanced."""
TOO_SMALL = f"""() => [...document.querySelectorAll("a, button, input:not([type=hidden]), summary")]
    .map((element) => [element.outerHTML, (element.closest("label") ?? element).getBoundingClientRect()])
    .filter(([, box]) => box.height > 1 && Math.min(box.height, box.width) < {LEAST_TARGET})
    .map(([html]) => html)"""


def open_join_page(page: Page, server: RunningServer) -> None:
    page.goto(server.url)
    page.get_by_role("link", name="Sharp & Sons Barbers").click()


def join(page: Page, server: RunningServer) -> None:
    open_join_page(page, server)
    page.get_by_label("Name").fill("Anna Kovács")
    page.get_by_role("button", name="Get my card").click()
    expect(page.get_by_role("heading", name="Show this at the counter")).to_be_visible()


def stamp_card(server: RunningServer, page_key: str) -> None:
    """As the counter does, on the same database."""
    services = build_services(Settings.from_env({"DATA_DIR": str(server.data_dir)}))
    with services.reading() as tx:
        account = accounts.find_account_by_page_key(tx, services.vault.digest("page key", page_key))
    assert account is not None
    stamp(services, Post(account.merchant_id, account.id, new_form_key(), {}), 1)
    services.database.close()


def read_rgb(text: str) -> Colour:
    """`rgb(1, 2, 3)` as a browser writes it."""
    return Colour(*(int(level) for level in text.removeprefix("rgb(").rstrip(")").split(",")))


def assert_fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(TOO_SMALL) == []


@pytest.mark.parametrize("language", ["en", "hu"])
def test_every_page_fits_the_smallest_screen_and_a_thumb(
    page: Page, demo_server: RunningServer, language: str
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{demo_server.url}/?lang={language}")
    assert_fits(page)
    page.get_by_role("link", name="Kovász").click()
    assert_fits(page)
    page.locator("#email").fill("nonsense")
    page.locator("form button").click()
    assert_fits(page)
    page.locator("#email").fill("")
    page.locator("form button").click()
    page.wait_for_url("**/card/**")
    assert_fits(page)


def test_errors_take_the_focus_and_lead_to_their_field(page: Page, demo_server: RunningServer) -> None:
    open_join_page(page, demo_server)
    page.locator("#email").fill("nonsense")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.locator("#email")).to_be_focused()
    expect(page.locator("#email")).to_have_accessible_description(
        "To find your card again if you lose your phone. This is not an e-mail address."
    )


def test_one_can_join_with_the_keyboard_alone(page: Page, demo_server: RunningServer) -> None:
    open_join_page(page, demo_server)
    page.bring_to_front()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Anna")
    expect(page.get_by_label("Name", exact=False).first).to_have_value("Anna")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Show this at the counter")).to_be_visible()


def test_everything_works_without_script(browser: Browser, demo_server: RunningServer) -> None:
    with browser.new_context(java_script_enabled=False, locale="en") as context:
        page = context.new_page()
        join(page, demo_server)
        stamp_card(demo_server, page.url.rpartition("/")[2])
        page.get_by_role("link", name="Show the latest state of my card").click()
        expect(page.get_by_text("Stamped: 1 of 6.")).to_be_visible()


def test_an_open_card_shows_and_announces_a_stamp_by_itself(page: Page, demo_server: RunningServer) -> None:
    join(page, demo_server)
    stamp_card(demo_server, page.url.rpartition("/")[2])
    expect(page.get_by_role("status")).to_have_text("Stamped: 1 of 6.", timeout=15_000)
    expect(page.get_by_role("img", name="1 of 6 stamps. Next: A free haircut, 5 to go.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_buttons_can_be_read_in_light_and_dark(
    page: Page, demo_server: RunningServer, scheme: str
) -> None:
    """The colours of each shop are brought to a contrast of 4.5 against the page and the text on them."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for shop in ("Noordlicht", "Kovász", "Sharp"):
        page.goto(demo_server.url)
        page.get_by_role("link", name=shop).click()
        button = page.get_by_role("button", name="Get my card")
        text, ground = button.evaluate(
            "element => [getComputedStyle(element).color, getComputedStyle(element).backgroundColor]"
        )
        assert contrast(read_rgb(text), read_rgb(ground)) >= TEXT_RATIO
