"""The simulated Android phone in a real browser: saving, opening, turning and removing a card, and who can do it."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect
from support.browsers import watch
from support.servers import RunningServer
from support.tills import Till

from walletpass.operations.installation.demo import DEMO_PASSWORD

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LONG_NAME = "Bartholomew Featherstonehaugh-Cholmondeley de los Ángeles Ødegård"
PATIENCE = 15_000

in_both_widths = pytest.mark.parametrize("phone", [390, 1280], indirect=True)


@pytest.fixture
def phone(request: pytest.FixtureRequest, demo_server: RunningServer, browser: Browser) -> Iterator[Page]:
    """The page with one card of the barber's, in a window of that width."""
    with browser.new_context(
        locale="en",
        viewport={"width": getattr(request, "param", 1280), "height": 900},
        reduced_motion="reduce",
        bypass_csp=True,  # for axe
    ) as context:
        complaints = watch(context)
        page = context.new_page()
        page.goto(demo_server.url)
        page.click("a.shops__shop:has-text('Sharp & Sons')")
        page.fill("[name=name]", LONG_NAME)
        page.click("button[type=submit]:has-text('Get my card')")
        page.click("text=Put it on the simulated Android phone")
        page.click("#android-add")
        expect(page.locator(".pass")).to_have_count(1)
        yield page
        assert not complaints


def test_a_stamp_rings_and_changes_the_card_by_itself(phone: Page, demo_server: RunningServer) -> None:
    expect(phone.locator(".pass__row dd").first).to_have_text("0 of 6")
    code = phone.locator(".pass figcaption").inner_text()
    phone.click("#droid-home")
    till = Till(demo_server.url, "10.4.4.4", "staff@sharp.example", DEMO_PASSWORD)
    till.stamp(code, uuid4().hex)
    notice = phone.get_by_role("button", name="Your card was updated")
    expect(notice).to_be_visible(timeout=PATIENCE)
    notice.click()
    expect(phone.locator(".pass--open .pass__row dd").first).to_have_text("1 of 6")


def test_a_card_is_opened_turned_over_and_put_back_by_keys(phone: Page) -> None:
    phone.locator(".pass__open").focus()
    phone.keyboard.press("Enter")
    expect(phone.locator(".pass__front")).to_be_focused()
    phone.focus("#droid-more")
    phone.keyboard.press("Enter")
    expect(phone.locator(".pass__details")).to_be_focused()
    expect(phone.locator(".pass__details")).to_contain_text("How it works")
    phone.keyboard.press("Escape")
    expect(phone.locator(".pass__front")).to_be_focused()
    phone.keyboard.press("Escape")
    expect(phone.locator(".pass__open")).to_be_focused()


def test_a_card_is_removed_only_after_a_question(phone: Page) -> None:
    open_details(phone)
    phone.get_by_role("button", name="Remove card").click()
    question = phone.get_by_role("alertdialog", name="Remove this card?")
    expect(question.get_by_role("button", name="Cancel")).to_be_focused()
    phone.keyboard.press("Enter")
    expect(question).to_be_hidden()
    phone.get_by_role("button", name="Remove card").click()
    question.get_by_role("button", name="Remove").click()
    expect(phone.locator(".pass")).to_have_count(0)


def test_another_language_and_a_wipe_reach_the_whole_phone(phone: Page) -> None:
    phone.select_option("#language", "hu")
    expect(phone.locator(".pass__row dt").first).to_have_text("Pecsétek")
    phone.click("#android-reinstall")
    expect(phone.locator(".pass")).to_have_count(1)


@in_both_widths
def test_nothing_leaves_its_card_or_the_page(phone: Page) -> None:
    """However long the name is."""
    phone.locator(".pass__open").click(position={"x": 60, "y": 20})
    faults = phone.evaluate(
        """async () => {
        await document.fonts.ready;
        const edge = document.querySelector(".pass__front").getBoundingClientRect();
        return [...document.querySelectorAll(".pass__row > div, .pass__code, .pass__hero, .pass__head > *")]
            .map((part) => [part.className, part.getBoundingClientRect()])
            .filter(([, box]) => box.left < edge.left || box.right > edge.right + 0.5 || box.bottom > edge.bottom + 0.5)
            .map(([name]) => name);
    }"""
    )
    assert faults == []
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


@in_both_widths
def test_no_side_of_it_shuts_anybody_out(phone: Page) -> None:
    """What axe-core finds wrong: nothing. Colours on cards are the merchant's, and judged in the designer."""
    phone.evaluate(AXE.read_text())
    faults = find_faults(phone)
    open_details(phone)
    faults += find_faults(phone)
    phone.click("#droid-home")
    faults += find_faults(phone)
    assert faults == []


def open_details(page: Page) -> None:
    page.locator(".pass__open").click(position={"x": 60, "y": 20})
    page.click("#droid-more")


def find_faults(page: Page) -> list[str]:
    found = page.evaluate(
        "rules => axe.run({exclude: ['.pass__front', '.card__front']}, {runOnly: rules})", RULES
    )
    return [f"{fault['id']}: {fault['nodes'][0]['html']}" for fault in found["violations"]]
