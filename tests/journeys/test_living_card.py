"""A card on the simulated iPhone: joined, installed, scanned by staff off its screen, and changed by itself.

Everything runs as for a user: server, push service, phone, browsers and camera, over real sockets.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, Playwright, expect
from support.browsers import launch, watch
from support.films import camera_flags, film_picture
from support.servers import running_server

STAFF, PASSWORD = "staff@sharp.example", "walletpass-demo"
SHOP = "Sharp & Sons Barbers"
TIME_TO_CHANGE = 10_000
"""Milliseconds."""


def test_a_stamp_reaches_the_phone_by_itself(
    tmp_path: Path, playwright: Playwright, chromium_path: Path, browser: Browser
) -> None:
    with running_server(tmp_path / "data", "--demo") as server, customer(browser, server.url) as page:
        join(page)
        put_on_the_phone(page)
        film = film_picture(show_code(page), tmp_path / "camera.mjpeg")
        page.click("#side")
        with launch(playwright, chromium_path, *camera_flags(film)) as counter:
            stamp(counter, server.url)
        expect(page.locator(".note__title")).to_have_text(SHOP, timeout=TIME_TO_CHANGE)
        expect(page.locator(".note__text")).to_have_text("Stamped: 1 of 6.")
        expect(page.locator("#banner")).to_have_text(f"{SHOP}: Stamped: 1 of 6.")
        page.click(".note__button")
        expect(front(page).locator(".fields-row--header dd")).to_have_text("1 of 6")
        expect(front(page)).to_have_attribute("aria-label", re.compile("1 of 6 stamps"))
        turn_over_and_remove(page)


@contextmanager
def customer(browser: Browser, address: str) -> Iterator[Page]:
    with browser.new_context(
        locale="en", viewport={"width": 1280, "height": 900}, device_scale_factor=2
    ) as context:
        complaints = watch(context)
        page = context.new_page()
        page.goto(address)
        yield page
        assert not complaints


def join(page: Page) -> None:
    page.click(f"a.shops__shop:has-text('{SHOP}')")
    page.fill("[name=name]", "Szőke Ödön")
    page.click("button[type=submit]:has-text('Get my card')")
    page.wait_for_url("**/card/*")


def put_on_the_phone(page: Page) -> None:
    page.click("button:has-text('Put it on the simulated iPhone')")
    page.wait_for_url("**/simulator/*")
    expect(page.locator(".card")).to_have_count(1, timeout=TIME_TO_CHANGE)
    expect(page.locator("#diary ~ ol")).to_contain_text("Registered for a card")


def show_code(page: Page) -> Image.Image:
    """Open the card; the code as it is seen on the phone's screen."""
    page.click(".card__open")
    expect(front(page).locator(".fields-row--header dd")).to_have_text("0 of 6")
    code = front(page).locator(".code-tile__code")
    expect(code).to_be_visible()
    return Image.open(io.BytesIO(code.screenshot())).convert("RGB")


def stamp(browser: Browser, address: str) -> None:
    """Staff hold the phone in front of the camera and tap once."""
    with browser.new_context(locale="en") as context:
        page = context.new_page()
        page.goto(f"{address}/sign-in")
        page.fill("[name=email]", STAFF)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/staff/")
        expect(page.locator("#member")).to_have_text("Szőke Ö.", timeout=20_000)
        page.click("#plus")
        page.wait_for_selector("#counter[data-state=done]")


def turn_over_and_remove(page: Page) -> None:
    page.click("#more")
    back = page.locator(".card__back")
    expect(back).to_contain_text("Stamped: 1 of 6.")
    back.get_by_role("button", name="Remove card").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.locator(".card")).to_have_count(0)
    expect(page.locator("#diary ~ ol")).to_contain_text("Unregistered from a card")


def front(page: Page) -> Locator:
    return page.locator(".card__front")
