"""What axe-core finds wrong with our pages: nothing, by day and by night."""

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page
from support.servers import RunningServer

from walletpass.operations.installation.demo import DEMO_PASSWORD

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OWNERS_PAGES = (
    "/merchant/",
    "/merchant/design/",
    "/merchant/design/templates/",
    "/merchant/design/versions",
    "/merchant/rules/",
    "/merchant/customers/",
    "/merchant/locations/",
    "/merchant/locations/new",
    "/merchant/people/",
    "/merchant/poster/",
    "/merchant/health",
    "/staff/",
    "/staff/join",
)


def find_faults(page: Page, address: str) -> list[str]:
    page.goto(address)
    page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [f"{address} {fault['id']}: {fault['nodes'][0]['html']}" for fault in found["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_shuts_anybody_out(
    browser: Browser, demo_server: RunningServer, scheme: Literal["light", "dark"]
) -> None:
    url = demo_server.url
    size = {"width": 390, "height": 800}
    # Our policy lets no foreign script in, and axe is one.
    with browser.new_context(locale="en", color_scheme=scheme, viewport=size, bypass_csp=True) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(url)
        join_page = url + str(page.get_attribute("a.shops__shop", "href"))
        page.goto(join_page)
        page.click("button[type=submit]:has-text('Get my card')")
        page.wait_for_url("**/card/*")
        faults = [
            fault
            for address in (
                url,
                join_page,
                f"{join_page}/find",
                page.url,
                f"{url}/sign-in",
                f"{url}/password",
            )
            for fault in find_faults(page, address)
        ]
        sign_in(page, url)
        page.goto(f"{url}/merchant/customers/")
        customer = str(page.get_attribute("main table a", "href"))
        faults += [fault for path in (*OWNERS_PAGES, customer) for fault in find_faults(page, url + path)]
    assert faults == []


def sign_in(page: Page, url: str) -> None:
    page.goto(f"{url}/sign-in")
    page.fill("[name=email]", "owner@sharp.example")
    page.fill("[name=password]", DEMO_PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/merchant/")
