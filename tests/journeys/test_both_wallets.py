"""One customer with an iPhone and one with an Android phone: the same staff page stamps both, and both phones know."""

from pathlib import Path

from journeys.test_living_card import PASSWORD, STAFF, TIME_TO_CHANGE, customer, join, put_on_the_phone
from playwright.sync_api import Browser, Locator, Page, expect
from support.servers import running_server


def test_both_phones_are_current_after_a_stamp(tmp_path: Path, browser: Browser) -> None:
    with running_server(tmp_path / "data", "--demo") as server, customer(browser, server.url) as page:
        join(page)
        first = typed_code(page)
        put_on_the_phone(page)
        page.goto(server.url)
        join(page)
        second = typed_code(page)
        assert first != second
        put_on_the_android_phone(page)
        with browser.new_context(locale="en") as context:
            staff = sign_in(context.new_page(), server.url)
            for code in (first, second):
                stamp(staff, code)
        expect(page.locator(".note__text")).to_have_text("Stamped: 1 of 6.", timeout=TIME_TO_CHANGE)
        expect(android(page)).to_contain_text("1 of 6", timeout=TIME_TO_CHANGE)


def typed_code(page: Page) -> str:
    return page.locator(".typed-code").inner_text().split("\n")[-1].strip()


def put_on_the_android_phone(page: Page) -> None:
    page.click("a:has-text('Put it on the simulated Android phone')")
    page.click("#android-add")
    expect(android(page)).to_contain_text("0 of 6", timeout=TIME_TO_CHANGE)


def android(page: Page) -> Locator:
    return page.locator("#droid")


def sign_in(page: Page, address: str) -> Page:
    page.goto(f"{address}/sign-in")
    page.fill("[name=email]", STAFF)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/staff/")
    return page


def stamp(page: Page, code: str) -> None:
    page.fill("#code", code)
    page.press("#code", "Enter")
    page.click("#plus")
    page.wait_for_selector("#counter[data-state=done]")
    page.click("#next")
