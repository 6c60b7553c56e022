"""A real Chromium for the tests: one that is installed, else Playwright's own, else Debian's."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request, sync_playwright

INSTALLED_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_CHROME = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
QUIET = ("--disable-background-networking", "--disable-component-update", "--no-first-run")
SECONDS_TO_DOWNLOAD = 300


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium_path(playwright: Playwright) -> Path:
    for find in (_installed, lambda: _playwrights_own(playwright), _from_debian):
        path = find()
        if path is not None:
            return path
    pytest.fail(
        "Browser tests need Chromium or Chrome: install one, or run `playwright install --with-deps chromium`."
    )


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium_path: Path) -> Iterator[Browser]:
    with launch(playwright, chromium_path) as launched:
        yield launched


def launch(playwright: Playwright, chromium_path: Path, *flags: str) -> Browser:
    """Another browser, for tests that need flags: a camera fed from a file, say."""
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()  # Chromium's own rule for root
    return playwright.chromium.launch(executable_path=chromium_path, args=[*QUIET, *sandbox, *flags])


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

    context.on("request", judge_request)
    context.on("weberror", lambda error: complaints.append(f"script failed: {error.error}"))
    context.on(
        "console", lambda said: "Content Security Policy" in said.text and complaints.append(said.text)
    )
    return complaints


def _installed() -> Path | None:
    found = next(filter(None, map(shutil.which, INSTALLED_NAMES)), None)
    return Path(found) if found else MAC_CHROME if MAC_CHROME.exists() else None


def _playwrights_own(playwright: Playwright) -> Path | None:
    path = Path(playwright.chromium.executable_path)
    if not path.exists():
        _try(sys.executable, "-m", "playwright", "install", "chromium")
    return path if path.exists() else None


def _from_debian() -> Path | None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _try("apt-get", "update", "--quiet")
        _try("apt-get", "install", "--yes", "--quiet", "--no-install-recommends", "chromium")
    return _installed()


def _try(*command: str) -> None:
    """Whether it helped shows in what is there afterwards."""
    try:
        subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS_TO_DOWNLOAD)
    except subprocess.TimeoutExpired:
        return
