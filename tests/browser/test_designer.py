"""The card designer in a real browser: the picture follows what is typed."""

import io
import re
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from support.browsers import watch
from support.servers import RunningServer

from walletpass.operations.installation.demo import DEMO_PASSWORD

OWNER = "owner@kovasz.example"
GREEN = (16, 96, 64)


@pytest.fixture
def designer(browser: Browser, demo_server: RunningServer) -> Iterator[Page]:
    with browser.new_context(locale="en", viewport={"width": 1280, "height": 900}) as context:
        complaints = watch(context)
        page = context.new_page()
        page.goto(f"{demo_server.url}/sign-in?lang=en")
        page.fill("[name=email]", OWNER)
        page.fill("[name=password]", DEMO_PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/merchant/")
        page.goto(f"{demo_server.url}/merchant/design/")
        yield page
        assert not complaints


def colour_at_the_edge(page: Page) -> tuple[int, ...]:
    """Of the card's background, in the picture as it is shown."""
    page.wait_for_function("document.querySelector('#preview').complete")
    picture = Image.open(io.BytesIO(page.locator("#preview").screenshot())).convert("RGB")
    pixel = picture.getpixel((picture.width // 2, picture.height - 12))
    assert isinstance(pixel, tuple)
    return tuple(int(part) for part in pixel)


def test_a_colour_that_is_typed_is_seen_before_it_is_saved(designer: Page) -> None:
    assert colour_at_the_edge(designer) != GREEN
    with designer.expect_response("**/preview.png"):
        designer.fill("input[type=text][name=background]", "#106040")
    expect(designer.locator("#preview")).to_have_attribute("src", re.compile("^blob:"))
    assert colour_at_the_edge(designer) == GREEN
    designer.reload()
    assert colour_at_the_edge(designer) != GREEN


def test_the_words_for_a_screen_reader_follow_the_stamps_of_the_example(designer: Page) -> None:
    slider = designer.locator("#stamps")
    with designer.expect_response("**/preview.png"):
        slider.fill("0")
    expect(designer.locator("#preview-text")).to_contain_text(re.compile(r"\b0\b"))
    with designer.expect_response("**/preview.png"):
        slider.fill("7")
    expect(designer.locator("#preview-text")).to_contain_text(re.compile(r"\b7\b"))
