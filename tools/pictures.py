"""Take the pictures of the README from the running demo: `python tools/pictures.py`, after `make test` once."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from support.browsers import find_chromium, launch  # noqa: E402
from support.servers import running_server  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
PHONE = {"width": 390, "height": 780}
TALL_PHONE = {"width": 390, "height": 1040}
DESK = {"width": 1280, "height": 860}
FRAME_BOTH = """() => {
  const frame = document.body.appendChild(document.createElement("div"));
  frame.id = "both";
  frame.style = "display: flex; width: max-content; gap: 1.5rem; padding: .75rem";
  frame.append(...document.querySelectorAll(".bench__phone"));
}"""
SIGN_IN = ("owner@sharp.example", "walletpass-demo")


def join(page: Page) -> None:
    page.click("a.shops__shop:has-text('Sharp')")


def card(page: Page) -> None:
    join(page)
    page.fill("[name=name]", "Anna Kovács")
    page.click("form button[type=submit] >> nth=0")


def sign_in(page: Page) -> None:
    page.goto(page.url + "sign-in")
    page.fill("[name=email]", SIGN_IN[0])
    page.fill("[name=password]", SIGN_IN[1])
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/merchant/")


def stamp(page: Page) -> None:
    start = page.url
    card(page)
    code = page.inner_text(".typed-code").split()[-1]
    page.goto(start)
    sign_in(page)
    stamp_code(page, start, code)


def stamp_code(page: Page, start: str, code: str) -> None:
    page.goto(start + "staff/")
    page.fill("[name=code]", code)
    page.press("[name=code]", "Enter")
    page.click("#plus")
    page.wait_for_selector("#counter[data-state=done]")


def simulated_lock_screen(page: Page) -> None:
    start = page.url
    card(page)
    page.click("button:has-text('simulated iPhone')")
    code = page.inner_text(".code-tile__text")
    page.goto(start)
    sign_in(page)
    stamp_code(page, start, code)
    page.goto(start + "simulator/")
    page.wait_for_selector(".note")


def simulated_card(page: Page) -> None:
    simulated_lock_screen(page)
    page.click(".note__button")


def both_phones(page: Page) -> None:
    """The same card, opened on each."""
    start = page.url
    card(page)
    shown = page.url
    page.click("button:has-text('simulated iPhone')")
    code = page.inner_text(".code-tile__text")
    page.goto(shown)
    page.click("a[href$='/google']")
    page.click("#android-add")
    page.goto(start)
    sign_in(page)
    stamp_code(page, start, code)
    page.goto(start + "simulator/")
    page.click(".note__button")
    page.click(".alert__button")
    page.evaluate(FRAME_BOTH)


def design(page: Page) -> None:
    start = page.url
    sign_in(page)
    page.goto(start + "merchant/design")


def take(
    browser: Browser, address: str, name: str, size: dict[str, int], go: Callable[[Page], None], part: str
) -> None:
    context: BrowserContext = browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        locale="en",
        device_scale_factor=2,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(address + "/")
    go(page)
    page.wait_for_load_state("networkidle")
    path = PICTURES / f"{name}.png"
    page.locator(part).screenshot(path=path) if part else page.screenshot(path=path)
    context.close()


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder), "--demo") as server,
        sync_playwright() as playwright,
        launch(playwright, find_chromium(playwright)) as browser,
    ):
        for name, size, go, part in (
            ("join", TALL_PHONE, join, ""),
            ("card", TALL_PHONE, card, ""),
            ("stamp", PHONE, stamp, ""),
            ("design", DESK, design, ""),
            ("simulated-card", PHONE, simulated_card, "#iphone"),
            ("simulated-lock-screen", PHONE, simulated_lock_screen, "#iphone"),
            ("both-phones", DESK, both_phones, "#both"),
        ):
            take(browser, server.url, name, size, go, part)


if __name__ == "__main__":
    main()
