"""The counter in a real browser: camera, hand scanner, typed codes, and a network that comes and goes."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Route, expect
from support.browsers import launch, watch
from support.films import camera_flags, film_code
from support.servers import RunningServer

from walletpass.app import build_services
from walletpass.operations.enrolment.applicant import Applicant
from walletpass.operations.enrolment.join import join, new_form_key
from walletpass.operations.installation.demo import DEMO_PASSWORD
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.staffing.sign_in import sign_in
from walletpass.settings import Settings

STAFF = "staff@noordlicht.example"
PHONE = {"width": 360, "height": 740}


@dataclass(frozen=True)
class Till:
    """A browser at the counter where somebody has signed in, and customers who come to it."""

    server: RunningServer
    context: BrowserContext
    page: Page

    def new_customer(self, name: str) -> str:
        """The text in the barcode of a pass that was really issued."""
        return issue_card(self.server, name)

    def scan(self, code: str) -> None:
        """As a hand scanner does: fast keys, then Enter, wherever the focus is."""
        self.page.keyboard.type(code)
        self.page.keyboard.press("Enter")

    def expect(self, state: str, words: str) -> None:
        expect(self.page.locator(f"#counter[data-state={state}]")).to_be_attached(timeout=20_000)
        expect(self.page.locator("#said")).to_contain_text(words)
        expect(self.page.locator("#live")).to_contain_text(words)

    def bodies_sent_to(self, path: str) -> list[Any]:
        """Filled from now on."""
        bodies: list[Any] = []
        self.page.on(
            "request",
            lambda sent: sent.url.endswith(path) and bodies.append(json.loads(sent.post_data or "")),
        )
        return bodies


def issue_card(server: RunningServer, name: str) -> str:
    services = build_services(Settings.from_env({"DATA_DIR": str(server.data_dir)}))
    shop = sign_in(services, STAFF, DEMO_PASSWORD).merchant_id
    assert shop is not None
    program = get_rules(services, shop).code
    page_key = join(services, program, Applicant(name=name), "en", "test", new_form_key()).page_key
    services.database.close()
    file = requests.get(f"{server.url}/card/{page_key}/pass.pkpass", timeout=20).content
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        return str(json.loads(package.read("pass.json"))["barcodes"][0]["message"])


@pytest.fixture(scope="module")
def badge(_demo_server: RunningServer, browser: Browser) -> Any:
    """What a browser holds where somebody has signed in; once, because signing in is limited."""
    with browser.new_context(locale="en") as context:
        page = context.new_page()
        page.goto(f"{_demo_server.url}/sign-in")
        page.fill("#email", STAFF)
        page.fill("#password", DEMO_PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url("**/staff/")
        page.goto(f"{_demo_server.url}/staff/?lang=en")
        return context.storage_state()


@pytest.fixture
def till(demo_server: RunningServer, browser: Browser, badge: Any) -> Iterator[Till]:
    with open_till(demo_server, browser, badge) as till:
        yield till


@contextmanager
def open_till(server: RunningServer, browser: Browser, badge: Any) -> Iterator[Till]:
    with browser.new_context(viewport=PHONE, storage_state=badge) as context:
        complaints = watch(context)
        page = context.new_page()
        page.goto(f"{server.url}/staff/")
        yield Till(server, context, page)
        assert not complaints


def test_the_camera_finds_a_card_and_one_tap_stamps_it(
    demo_server: RunningServer, badge: Any, playwright: Playwright, chromium_path: Path, tmp_path: Path
) -> None:
    """The code that stays in view is one scan, also after others were served."""
    film = film_code(issue_card(demo_server, "Anna Kovács"), tmp_path / "camera.mjpeg")
    with (
        launch(playwright, chromium_path, *camera_flags(film)) as camera,
        open_till(demo_server, camera, badge) as till,
    ):
        till.expect("card", "Card of Anna K.: 0 of 10.")
        looked_up = till.bodies_sent_to("/staff/card")
        till.page.click("#plus")
        till.expect("done", "Stamped. 1 of 10.")
        expect(till.page.locator("#dots .dot--full")).to_have_count(1)
        other = till.new_customer("Bo")
        till.scan(other)
        till.expect("card", "Card of Bo: 0 of 10.")
        till.page.click("#plus")
        till.expect("done", "Stamped. 1 of 10.")
        assert [body["code"] for body in looked_up] == [other]


def test_without_a_camera_the_code_is_typed_and_enter_confirms(till: Till) -> None:
    """The page says that there is no camera; the whole way goes by keyboard."""
    expect(till.page.locator("#camera")).to_contain_text(re.compile("camera"))
    till.page.fill("#code", till.new_customer("Anna Kovács").lower())
    till.page.press("#code", "Enter")
    till.expect("card", "Card of Anna K.: 0 of 10.")
    expect(till.page.locator("#plus")).to_be_focused()
    till.page.keyboard.press("Enter")
    till.expect("done", "Stamped. 1 of 10.")


def test_a_hand_scanner_never_presses_what_has_the_focus(till: Till) -> None:
    """The next customer's card is scanned while +1 waits for the first one: nobody is stamped."""
    first, second = till.new_customer("Anna"), till.new_customer("Bo")
    stamps = till.bodies_sent_to("/staff/stamp")
    till.scan(first)
    till.expect("card", "Card of Anna: 0 of 10.")
    expect(till.page.locator("#plus")).to_be_focused()
    till.scan(second)
    till.expect("card", "Card of Bo: 0 of 10.")
    assert stamps == []
    addresses: list[str] = []
    till.page.on("request", lambda asked: addresses.append(asked.url.removeprefix(till.server.url)))
    till.page.locator("nav a[href='/staff/join']").focus()
    till.scan(first)
    till.expect("card", "Card of Anna: 0 of 10.")
    assert addresses == ["/staff/card"]


def test_a_hand_scanner_leaves_no_letters_in_a_field(till: Till) -> None:
    """Also right after somebody typed there."""
    till.page.fill("#code", "nothing")
    till.page.press("#code", "Enter")
    till.page.locator("#code").focus()
    till.scan(till.new_customer("Anna"))
    till.expect("card", "Card of Anna: 0 of 10.")
    expect(till.page.locator("#code")).to_have_value("")


def test_a_stamp_without_network_is_sent_again_and_counts_once(till: Till) -> None:
    """Each attempt carries the key that was made for the tap."""
    till.scan(till.new_customer("Anna"))
    till.expect("card", "0 of 10")
    sent = till.bodies_sent_to("/staff/stamp")
    till.context.set_offline(True)
    till.page.click("#plus")
    till.expect("offline", "No connection.")
    till.page.click("#retry")
    till.expect("offline", "No connection.")
    till.context.set_offline(False)
    till.expect("done", "Stamped. 1 of 10.")
    assert len(sent) > 1
    assert len({body["key"] for body in sent}) == 1


def test_a_lost_answer_is_asked_for_again(till: Till) -> None:
    """The server had counted the stamp already: the screen says that it is done, not that it is a repetition."""
    till.scan(till.new_customer("Anna"))
    till.expect("card", "0 of 10")
    attempts: list[int] = []

    def lose_first_answer(route: Route) -> None:
        attempts.append(route.fetch().status)
        route.abort() if len(attempts) == 1 else route.continue_()

    till.page.route("**/staff/stamp", lose_first_answer)
    till.page.click("#plus")
    till.expect("done", "Stamped. 1 of 10.")
    assert attempts == [200, 200]


def test_who_stops_trying_is_told_that_nobody_knows(till: Till) -> None:
    """And the counter is free for the next card."""
    code = till.new_customer("Anna")
    till.scan(code)
    till.expect("card", "0 of 10")
    till.context.set_offline(True)
    till.page.click("#plus")
    till.expect("offline", "No connection.")
    till.page.click("#stop")
    till.expect("refused", "Stopped.")
    till.context.set_offline(False)
    till.scan(code)
    till.expect("card", "0 of 10")


def test_a_second_stamp_at_once_is_the_first_one(till: Till) -> None:
    """Said as such, in a look of its own."""
    code = till.new_customer("Anna")
    for state, words in (("done", "Stamped. 1 of 10."), ("repeated", "Already counted just now. 1 of 10.")):
        till.scan(code)
        till.expect("card", "Card of Anna")
        till.page.click("#plus")
        till.expect(state, words)


def test_what_was_done_is_undone_with_one_tap(till: Till) -> None:
    """The button counts down the seconds that are left."""
    till.scan(till.new_customer("Anna"))
    till.expect("card", "0 of 10")
    till.page.click("#more button[value='3']")
    till.expect("done", "3 stamps added. 3 of 10.")
    expect(till.page.locator("#left")).to_have_text(re.compile(r"^(60|5\d)$"))
    till.page.click("#undo")
    till.expect("done", "Undone. 0 of 10.")
    expect(till.page.locator("#undo")).to_be_hidden()


def test_an_unknown_code_is_refused_in_words(till: Till) -> None:
    """And the next card is found at once."""
    till.scan("NOT-A-CARD-OF-THIS-SHOP")
    till.expect("refused", "This is not a card of this shop.")
    till.scan(till.new_customer("Anna"))
    till.expect("card", "Card of Anna: 0 of 10.")


def test_a_tab_that_was_signed_out_says_so(till: Till) -> None:
    """Nothing is counted; one tap leads to signing in and back."""
    till.scan(till.new_customer("Anna"))
    till.expect("card", "0 of 10")
    till.context.clear_cookies()
    till.page.click("#plus")
    till.expect("signedout", "You have been signed out.")
    till.page.click("[data-part=signin]")
    till.page.wait_for_url("**/sign-in?next=/staff/")


@pytest.mark.parametrize("width", [320, 360, 800, 1280])
def test_nothing_is_cut_and_everything_can_be_hit(till: Till, width: int) -> None:
    """No sideways scrolling down to 320 px; what is pressed at the counter is at least 56 px high."""
    till.page.set_viewport_size({"width": width, "height": 700})
    till.scan(till.new_customer("Anna"))
    till.expect("card", "0 of 10")
    assert till.page.evaluate("document.documentElement.scrollWidth") <= width
    for target in till.page.locator("#counter button:visible, #counter input:visible").all():
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= 56, target.inner_text()
        assert box["width"] >= 56, target.inner_text()


def test_a_password_can_be_seen(demo_server: RunningServer, page: Page) -> None:
    """And is a password again when the form is sent, so that browsers offer to keep it."""
    page.goto(f"{demo_server.url}/sign-in?lang=en")
    page.fill("#password", "not this one")
    page.click("text=Show password")
    expect(page.locator("#password")).to_have_attribute("type", "text")
    page.click("text=Hide password")
    expect(page.locator("#password")).to_have_attribute("type", "password")
