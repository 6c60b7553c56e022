"""Pages that anybody can open, in a real browser on the running demo."""

import pytest
from playwright.sync_api import Page, expect
from support.servers import RunningServer


@pytest.mark.parametrize("path", ["/", "/sign-in"])
def test_a_page_shows_in_a_browser_by_itself(demo_server: RunningServer, page: Page, path: str) -> None:
    """No other host is asked, no script breaks and the security policy forbids nothing; `page` watches."""
    page.goto(f"{demo_server.url}{path}")
    expect(page.locator("h1")).to_be_visible()
