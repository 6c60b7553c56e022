"""The simulated iPhone in a real browser: how cards are drawn, and all that one can do without a mouse or eyes."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from support.browsers import watch
from support.servers import RunningServer

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LONG_NAME = "Bartholomew Featherstonehaugh-Cholmondeley de los Ángeles Ødegård"
PATIENCE = 15_000

in_both_widths = pytest.mark.parametrize("phone", [390, 1280], indirect=True)


@pytest.fixture(scope="module")
def _phone(_demo_server: RunningServer, browser: Browser) -> object:
    """What a browser holds whose phone has a card of each demo shop."""
    with browser.new_context(locale="en") as context:
        page = context.new_page()
        page.goto(_demo_server.url)
        shops = [str(link.get_attribute("href")) for link in page.locator("a.shops__shop").all()]
        for count, shop in enumerate(shops, 1):
            page.goto(_demo_server.url + shop)
            page.fill("[name=name]", LONG_NAME)
            page.click("button[type=submit]:has-text('Get my card')")
            page.click("button:has-text('Put it on the simulated iPhone')")
            expect(page.locator(".card")).to_have_count(count, timeout=PATIENCE)
        return context.storage_state()


@pytest.fixture
def phone(
    request: pytest.FixtureRequest, demo_server: RunningServer, browser: Browser, _phone: object
) -> Iterator[Page]:
    """The page, in a window of that width."""
    with browser.new_context(
        locale="en",
        viewport={"width": getattr(request, "param", 1280), "height": 900},
        storage_state=_phone,  # type: ignore[arg-type]
        reduced_motion="reduce",
        bypass_csp=True,  # for axe
    ) as context:
        complaints = watch(context)
        page = context.new_page()
        page.goto(f"{demo_server.url}/simulator/")
        yield page
        assert not complaints


def in_front(page: Page) -> Locator:
    """The card that is open."""
    return page.locator(".card:not([inert])").filter(has=page.locator(".card__front:not([inert])"))


@in_both_widths
def test_no_field_leaves_its_card_or_covers_another(phone: Page) -> None:
    """Whatever is written: too long a text is made smaller, then cut."""
    phone.click("#unlock")
    expect(phone.locator(".card").first).to_have_css("--ground", re.compile("#"))
    faults = phone.evaluate(
        """async () => {
        await document.fonts.ready;
        const faults = [];
        for (const card of document.querySelectorAll(".card__front")) {
            const edge = card.getBoundingClientRect();
            const boxes = [...card.querySelectorAll(".card__logo, .card__logo-text, .slot, .code-tile")]
                .map((part) => [part.className, part.getBoundingClientRect()]);
            boxes.forEach(([name, box], index) => {
                if (box.left < edge.left || box.right > edge.right || box.bottom > edge.bottom)
                    faults.push(`${name} leaves the card`);
                for (const [other, its] of boxes.slice(index + 1))
                    if (box.left < its.right && its.left < box.right && box.top < its.bottom && its.top < box.bottom)
                        faults.push(`${name} covers ${other}`);
            });
        }
        return faults;
    }"""
    )
    assert faults == []
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "nothing sticks out of the page"
    )


def test_a_card_is_opened_turned_over_and_put_back_by_keys(phone: Page) -> None:
    phone.focus("#unlock")
    phone.keyboard.press("Enter")
    phone.locator(".card__open").nth(1).focus()
    phone.keyboard.press("Enter")
    card = in_front(phone)
    expect(card.locator(".card__front")).to_be_focused()
    phone.focus("#more")
    phone.keyboard.press("Enter")
    back = phone.locator(".card__back:not([inert])")
    expect(back).to_be_focused()
    expect(back).to_contain_text("How it works")
    phone.keyboard.press("Escape")
    expect(card.locator(".card__front")).to_be_focused()
    phone.keyboard.press("Escape")
    expect(phone.locator(".card__open").nth(1)).to_be_focused()


def test_the_front_is_text_for_screen_readers(phone: Page) -> None:
    phone.click("#unlock")
    phone.locator(".card__open").first.click(position={"x": 60, "y": 20})
    front = in_front(phone).get_by_role("article")
    expect(front).to_have_attribute("aria-label", re.compile(r"0 of \d+ stamps"))
    expect(front.get_by_role("term").filter(has_text="Stamps")).to_be_attached()
    expect(front.get_by_role("definition").filter(has_text=re.compile(r"0 of \d+"))).to_be_attached()
    expect(front.get_by_alt_text("QR code")).to_be_visible()


def test_what_is_too_long_for_the_front_is_whole_on_the_back(phone: Page) -> None:
    open_back(phone)
    expect(phone.locator(".card__back:not([inert])")).to_contain_text(LONG_NAME)
    expect(phone.locator(".card__front").first).not_to_contain_text(LONG_NAME[:20])


def test_updates_are_switched_off_and_on(phone: Page) -> None:
    open_back(phone)
    switch = phone.get_by_role("switch", name="Automatic updates")
    expect(switch).to_be_checked()
    switch.click()
    expect(switch).not_to_be_checked()
    switch.click()
    expect(switch).to_be_checked()


def test_pulling_the_back_down_asks_for_the_card(phone: Page) -> None:
    open_back(phone)
    box = phone.locator(".card__back:not([inert]) .back__name").bounding_box()
    assert box
    with phone.expect_request("**/refresh"):
        phone.mouse.move(box["x"] + 40, box["y"] + 5)
        phone.mouse.down()
        phone.mouse.move(box["x"] + 40, box["y"] + 90, steps=4)
        phone.mouse.up()


def test_a_card_is_removed_only_after_a_question(phone: Page) -> None:
    open_back(phone)
    held = phone.locator(".card").count()
    phone.locator(".card__back:not([inert])").get_by_role("button", name="Remove card").click()
    expect(phone.get_by_role("alertdialog", name="Remove this card?")).to_be_visible()
    expect(phone.get_by_role("button", name="Cancel")).to_be_focused()
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("alertdialog")).to_be_hidden()
    expect(phone.locator(".card")).to_have_count(held)


def test_another_language_and_sleep_reach_the_whole_phone(phone: Page) -> None:
    phone.select_option("#language", "hu")
    expect(phone.locator("#unlock")).to_have_text("Wallet megnyitása")
    expect(phone.locator(".card").first).to_contain_text("Pecsétek")
    phone.select_option("#language", "en")
    expect(phone.locator("#unlock")).to_have_text("Open Wallet")
    phone.click("#do-sleep")
    expect(phone.get_by_text("Asleep", exact=True)).to_be_visible()
    phone.click("#do-wake")
    expect(phone.get_by_text("Asleep", exact=True)).to_be_hidden()


@in_both_widths
def test_no_side_of_it_shuts_anybody_out(phone: Page) -> None:
    """What axe-core finds wrong: nothing. Colours on cards are the merchant's, and judged in the designer."""
    phone.evaluate(AXE.read_text())
    faults = find_faults(phone)
    phone.click("#unlock")
    faults += find_faults(phone)
    phone.locator(".card__open").first.click(position={"x": 60, "y": 20})
    faults += find_faults(phone)
    phone.click("#more")
    faults += find_faults(phone)
    assert faults == []


def open_back(page: Page) -> None:
    page.click("#unlock")
    page.locator(".card__open").first.click(position={"x": 60, "y": 20})
    page.click("#more")


def find_faults(page: Page) -> list[str]:
    found = page.evaluate(
        "rules => axe.run({exclude: ['.card__front']}, {runOnly: rules})",
        RULES,
    )
    return [f"{fault['id']}: {fault['nodes'][0]['html']}" for fault in found["violations"]]
