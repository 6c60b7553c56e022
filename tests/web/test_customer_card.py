"""A card's page: what it shows, to whom, and what it gives out."""

import io
import re
import zipfile
from datetime import UTC, timedelta

import pytest
from support.shops import START, Shop
from support.visitors import Visitor

from walletpass.loyalty.program import ProgramState
from walletpass.operations.customers.merge import merge
from walletpass.operations.enrolment.join import new_form_key
from walletpass.operations.programs.state import change_state

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"
)
ANDROID = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"


@pytest.fixture
def card(one_shop: Shop) -> str:
    """The address of Anna's card, with one stamp."""
    page_key = one_shop.join("Anna")
    one_shop.stamp(one_shop.account_id(page_key))
    return f"/card/{page_key}"


def fill(shop: Shop, card: str, stamps: int) -> None:
    account_id = shop.account_id(card.rpartition("/")[2])
    for _ in range(stamps):
        shop.clock.pass_by(days=1)
        shop.stamp(account_id)


def test_progress_is_a_picture_and_text(visitor: Visitor, card: str) -> None:
    page = visitor.get(card)
    assert 'alt="1 of 10 stamps. Next: Free coffee, 9 to go."' in page.text
    assert "<p>1 of 10 stamps. Next: Free coffee, 9 to go.</p>" in page.text
    assert "<dd>1 of 10</dd>" in page.text
    strip = re.search(rf'src="({card}/strip\.png\?v=[^"]+)"', page.text)
    assert strip
    assert visitor.get(strip[1]).data.startswith(b"\x89PNG")


def test_a_full_card_shows_its_reward_before_everything_else(
    one_shop: Shop, visitor: Visitor, card: str
) -> None:
    fill(one_shop, card, 9)
    text = visitor.get(card).text
    assert 0 < text.index("<div>Free coffee") < text.index("barcode.svg")


def test_the_history_tells_each_stamp_with_its_moment_in_the_shop_s_zone(visitor: Visitor, card: str) -> None:
    text = visitor.get(card).text
    assert "Stamped: 1 of 10." in text
    assert f'datetime="{START.astimezone(UTC).isoformat()}"' in text
    assert "10:00" in text, "09:00 UTC is ten in Amsterdam"


def test_a_card_in_another_language_has_its_sentences_and_dates_too(visitor: Visitor, card: str) -> None:
    text = visitor.get(f"{card}?lang=hu").text
    assert "<dd>1 / 10</dd>" in text
    assert "2026. nov. 22. 10:00" in text


@pytest.mark.parametrize(
    "path", ["", "/version.json", "/pass.pkpass", "/strip.png", "/barcode.svg", "/link.svg"]
)
def test_a_wrong_key_opens_nothing(visitor: Visitor, path: str) -> None:
    for key in ("AAAAAAAAAAAAAAAAAAAAAAAA", "x", "%00", "..%2f..", "é" * 200):
        answer = visitor.get(f"/card/{key}{path}")
        assert answer.status_code == 404, key
        assert "Traceback" not in answer.text


def test_a_wrong_key_is_told_in_a_sentence_and_the_code_is_for_programs_alone(visitor: Visitor) -> None:
    text = visitor.get("/card/AAAAAAAAAAAAAAAAAAAAAAAA").text
    assert "<h1>This card does not exist.</h1>" in text
    assert 'data-code="unknown_page"' in text
    assert "unknown_page" not in re.sub("<[^>]*>", "", text)


def test_nothing_else_is_drawn_of_a_card(visitor: Visitor, card: str) -> None:
    assert visitor.get(f"{card}/other.png").status_code == 404
    assert visitor.get(f"{card}/other.svg").status_code == 404


def test_the_page_stays_out_of_search_engines_and_shared_caches(visitor: Visitor, card: str) -> None:
    for path in ("", "/barcode.svg", "/strip.png", "/version.json", "/pass.pkpass"):
        answer = visitor.get(card + path)
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert "private" in answer.headers["Cache-Control"]
        assert "public" not in answer.headers["Cache-Control"]


def test_the_page_needs_no_inline_script_or_style(visitor: Visitor, card: str) -> None:
    page = visitor.get(card)
    assert "'unsafe-inline'" not in page.headers["Content-Security-Policy"]
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]* src=)", page.text)


def test_the_version_rises_with_each_stamp(one_shop: Shop, visitor: Visitor, card: str) -> None:
    before = visitor.get(f"{card}/version.json").json
    fill(one_shop, card, 1)
    after = visitor.get(f"{card}/version.json").json
    assert before is not None
    assert after is not None
    assert after["version"] == before["version"] + 1
    assert f'data-version="{after["version"]}"' in visitor.get(card).text


def test_the_pass_comes_as_a_file_that_a_phone_takes(visitor: Visitor, card: str) -> None:
    answer = visitor.get(f"{card}/pass.pkpass")
    assert answer.mimetype == "application/vnd.apple.pkpass"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="card.pkpass"'
    assert answer.last_modified == START + timedelta(seconds=1), "its second version"
    assert "pass.json" in zipfile.ZipFile(io.BytesIO(answer.data)).namelist()


def test_an_iphone_is_offered_the_wallet_at_once_and_other_devices_are_not(
    visitor: Visitor, card: str
) -> None:
    iphone = visitor.get(card, User_Agent=IPHONE).text
    android = visitor.get(card, User_Agent=ANDROID).text
    computer = visitor.get(card).text
    assert iphone.index("pass.pkpass") < iphone.index("barcode.svg")
    assert android.index("barcode.svg") < android.index("pass.pkpass")
    assert ["link.svg" in page for page in (iphone, android, computer)] == [False, False, True]


def test_a_barcode_is_a_picture_that_carries_no_script(visitor: Visitor, card: str) -> None:
    answer = visitor.get(f"{card}/barcode.svg")
    assert answer.mimetype == "image/svg+xml"
    assert answer.text.startswith("<svg ")
    assert "script" not in answer.text


def test_the_official_badge_stands_where_the_operator_put_it(
    one_shop: Shop, visitor: Visitor, card: str
) -> None:
    assert visitor.get("/badges/add-to-apple-wallet.svg").status_code == 404
    folder = one_shop.services.settings.data_dir / "badges"
    folder.mkdir()
    (folder / "add-to-apple-wallet.en.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / "add-to-apple-wallet.hu.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg' lang='hu'/>")
    assert 'src="/badges/add-to-apple-wallet.svg' in visitor.get(card, User_Agent=IPHONE).text
    answer = visitor.get("/badges/add-to-apple-wallet.svg")
    assert answer.mimetype == "image/svg+xml"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "lang='hu'" in visitor.get("/badges/add-to-apple-wallet.svg", Accept_Language="hu").text


def test_a_shop_s_colours_come_as_a_stylesheet_of_their_own(visitor: Visitor, card: str) -> None:
    found = re.search(r'href="(/theme/[^"]+)"', visitor.get(card).text)
    assert found
    answer = visitor.get(found[1])
    assert answer.mimetype == "text/css"
    assert "--brand-background:#" in answer.text
    assert answer.cache_control.immutable


@pytest.mark.parametrize("name", ["x", "ffffff", "-".join(["ffffff"] * 7), "-".join(["zzzzzz"] * 6)])
def test_other_colours_than_six_are_no_stylesheet(visitor: Visitor, name: str) -> None:
    assert visitor.get(f"/theme/{name}.css").status_code == 404


def test_a_card_that_was_joined_with_another_says_so_and_promises_nothing(
    one_shop: Shop, visitor: Visitor, card: str
) -> None:
    other = one_shop.account_id(one_shop.join("Anna too"))
    gone = one_shop.account_id(card.rpartition("/")[2])
    empty = one_shop.join("Anna as well")
    for each in (gone, one_shop.account_id(empty)):
        merge(one_shop.services, one_shop.merchant_id, other, each, new_form_key())
    assert "10 stamps: Free coffee" not in visitor.get(f"/card/{empty}").text
    text = visitor.get(card).text
    assert "This card was joined with your other one, which has all that was collected here." in text
    assert "Next" not in text
    assert "barcode.svg" not in text


def test_after_the_end_of_the_programme_nothing_is_promised(
    one_shop: Shop, visitor: Visitor, card: str
) -> None:
    fill(one_shop, card, 12)
    change_state(one_shop.services, one_shop.merchant_id, ProgramState.ENDED)
    text = visitor.get(card, User_Agent=IPHONE).text
    assert "This loyalty programme has ended." in text
    assert "3 of 10" in text
    for promise in ("Next", "to go", "Ready", "barcode.svg", "pass.pkpass"):
        assert promise not in text, promise


def test_while_the_programme_is_not_running_its_rewards_can_be_used(
    one_shop: Shop, visitor: Visitor, card: str
) -> None:
    fill(one_shop, card, 12)
    change_state(one_shop.services, one_shop.merchant_id, ProgramState.PAUSED)
    text = visitor.get(card).text
    assert "This loyalty programme is not running now." in text
    assert "Free coffee" in text
    assert "barcode.svg" in text
