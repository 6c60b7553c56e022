"""Owners see how far a published change has come, and hold it."""

import pytest
from support.crowds import add_crowd
from support.owners import Owner, sign_in
from support.shops import Shop, add_shop

from walletpass.loyalty.program import Milestone
from walletpass.operations.roll_outs.control import change_rate
from walletpass.operations.roll_outs.move import move_due
from walletpass.operations.staffing.sign_in import StaffRole

RULES, VERSIONS, LOCATIONS = "/merchant/rules/", "/merchant/design/versions", "/merchant/locations/"
PANEL = "/merchant/roll-out/"


@pytest.fixture
def owner(one_shop: Shop) -> Owner:
    """Of a shop with 1 010 cards that published other rewards: ten cards show them, five a second follow."""
    add_crowd(one_shop.services, one_shop.merchant_id, 1010)
    signed_in = sign_in(one_shop, one_shop.merchant_id, "owner@example.com")
    signed_in.press(RULES, RULES, number="1", at=["6"], reward=["Cake"])
    move_due(one_shop.services)
    change_rate(one_shop.services, one_shop.merchant_id, 5)
    return signed_in


@pytest.mark.parametrize("page", [RULES, VERSIONS, LOCATIONS, PANEL])
def test_progress_stands_on_the_pages_that_publish(owner: Owner, page: str) -> None:
    shown = owner.get(page).text
    assert '<progress class="progress" value="10" max="1010"' in shown
    assert "10 of 1,010 cards, about 4 minutes left" in shown


@pytest.mark.parametrize("page", ["rules", "design", "places"])
def test_it_is_held_and_goes_on_from_each_page(one_shop: Shop, owner: Owner, page: str) -> None:
    address = {"rules": RULES, "design": VERSIONS, "places": LOCATIONS}[page]
    held = owner.press(address, f"{PANEL}pause", back=page)
    assert (held.status_code, held.location) == (303, address)
    assert "10 of 1,010 cards, paused" in owner.get(address).text
    assert move_due(one_shop.services) is None
    owner.press(address, f"{PANEL}resume", back=page)
    assert "paused" not in owner.get(address).text
    assert move_due(one_shop.services) is not None


def test_when_all_have_followed_the_pages_say_since_when(one_shop: Shop, owner: Owner) -> None:
    change_rate(one_shop.services, one_shop.merchant_id, 1000)
    one_shop.roll_out()
    for page in (RULES, VERSIONS, LOCATIONS, PANEL):
        assert "Every card has been up to date since 22 Nov 2026, 10:00." in owner.get(page).text
    assert owner.press(RULES, f"{PANEL}pause").status_code == 409


def test_a_version_that_not_all_cards_show_yet_is_on_its_way(one_shop: Shop, owner: Owner) -> None:
    """Other rewards on their way say nothing of the design."""
    assert "Customers see this" in owner.get(VERSIONS).text
    owner.press(VERSIONS, f"{VERSIONS}/1")
    assert "On its way</span>" in owner.get(VERSIONS).text
    change_rate(one_shop.services, one_shop.merchant_id, 1000)
    one_shop.roll_out()
    assert "Customers see this" in owner.get(VERSIONS).text


def test_before_anything_was_published_there_is_nothing_to_tell(one_shop: Shop) -> None:
    newcomer = sign_in(one_shop, one_shop.merchant_id, "owner@example.com")
    assert "roll-out" not in newcomer.get(PANEL).text


@pytest.mark.parametrize("action", ["pause", "resume"])
def test_another_shop_s_owner_has_nothing_to_hold(one_shop: Shop, owner: Owner, action: str) -> None:
    rival_id = add_shop(one_shop.services, "Rival", (Milestone(5, "Tea"),))
    rival = sign_in(one_shop, rival_id, "rival@example.com")
    assert rival.press(RULES, PANEL + action).status_code == 409
    assert "cards" not in rival.get(PANEL).text


def test_staff_neither_see_nor_hold_it(one_shop: Shop, owner: Owner) -> None:
    staff = sign_in(one_shop, one_shop.merchant_id, "kim@example.com", StaffRole.STAFF)
    assert staff.get(PANEL).status_code == 403
    assert staff.press("/staff/", f"{PANEL}pause").status_code == 403


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("nl", "10 van 1.010 kaarten, nog ongeveer 4 minuten"),
        ("nb", "10 av 1\N{NO-BREAK SPACE}010 kort, omtrent 4 minutter igjen"),
        ("hu", "10 / 1\N{NO-BREAK SPACE}010 kártya, körülbelül 4 perc van hátra"),
        ("da", "10 af 1.010 kort, cirka 4 minutter tilbage"),
    ],
)
def test_it_is_told_in_the_reader_s_language(owner: Owner, language: str, told: str) -> None:
    assert told in owner.get(f"{PANEL}?lang={language}").text
