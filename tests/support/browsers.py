"""A real Chromium for the tests: one that is installed, else Playwright's own, else Debian's."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    WebError,
    sync_playwright,
)
from support.programs import install_from_debian, try_running

INSTALLED_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_CHROME = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
QUIET = ("--disable-background-networking", "--disable-component-update", "--no-first-run")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium_path(playwright: Playwright) -> Path:
    return find_chromium(playwright)


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium_path: Path) -> Iterator[Browser]:
    with launch(playwright, chromium_path) as launched:
        yield launched


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a visitor never seen before. The test fails if a script breaks or another host is asked."""
    with browser.new_context() as context:
        complaints = watch(context)
        yield context.new_page()
        assert not complaints


def watch(context: BrowserContext) -> list[str]:
    """What must not happen on any page of ours; filled while the pages are used."""
    complaints: list[str] = []

    def judge_request(request: Request) -> None:
        host = urlsplit(request.url).hostname
        if host not in (None, "127.0.0.1", "localhost"):
            complaints.append(f"asked another host: {request.url}")

    def judge_error(error: WebError) -> None:
        complaints.append(f"script failed: {error.error}")

    def judge_message(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            complaints.append(message.text)

    context.on("request", judge_request)
    context.on("weberror", judge_error)
    context.on("console", judge_message)
    return complaints


def find_chromium(playwright: Playwright) -> Path:
    """Raises FileNotFoundError where there is none and none can be had."""
    path = _installed() or _playwrights_own(playwright) or _from_debian()
    if path is None:
        raise FileNotFoundError("Browser tests need Chromium or Chrome, and none could be installed here.")
    return path


def launch(playwright: Playwright, chromium_path: Path, *flags: str) -> Browser:
    """Another browser, for tests that need flags: a camera fed from a file, say."""
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()  # Chromium's own rule for root
    return playwright.chromium.launch(executable_path=chromium_path, args=[*QUIET, *sandbox, *flags])


def _installed() -> Path | None:
    found = next(filter(None, map(shutil.which, INSTALLED_NAMES)), None)
    return Path(found) if found else MAC_CHROME if MAC_CHROME.exists() else None


def _playwrights_own(playwright: Playwright) -> Path | None:
    path = Path(playwright.chromium.executable_path)
    if not path.exists():
        try_running(sys.executable, "-m", "playwright", "install", "chromium")
    return path if path.exists() else None


def _from_debian() -> Path | None:
    install_from_debian("chromium")
    return _installed()
