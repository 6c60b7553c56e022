"""The code that a till shows."""

import pytest
from support.branches import branch
from support.shops import Shop, add_shop

from walletpass.loyalty.check_in import COOL_DOWN
from walletpass.loyalty.positions import Position
from walletpass.loyalty.program import Milestone
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.check_in.codes import check_code, renew_secret, show_code
from walletpass.operations.locations.add import add_location
from walletpass.operations.locations.open import set_open
from walletpass.store import locations

HERE = Position(52.37, 4.90)


@pytest.fixture
def till(shop: Shop) -> int:
    """Location's id."""
    return add_location(shop.services, shop.merchant_id, branch("Corner", *_degrees(HERE))).location_id


def _degrees(position: Position) -> tuple[float, float]:
    return position.latitude, position.longitude


def shown_at(shop: Shop, location_id: int) -> str:
    return show_code(shop.services, shop.merchant_id, location_id).code


def check(
    shop: Shop,
    account_id: int,
    location_id: int,
    code: str,
    position: Position | None = None,
    farthest: int | None = None,
) -> str:
    """The refusal's code; empty where it goes."""
    try:
        with shop.services.transaction() as tx:
            check_code(shop.services, tx, shop.merchant_id, location_id, account_id, code, position, farthest)
    except Refusal as refusal:
        return refusal.code
    return ""


def test_a_code_lasts_as_long_as_it_is_said_to_and_one_step(shop: Shop, till: int) -> None:
    shown = show_code(shop.services, shop.merchant_id, till)
    assert shown_at(shop, till) == shown.code
    shop.clock.at = shown.shown_until
    assert shown_at(shop, till) != shown.code
    assert check(shop, shop.account_id(shop.join()), till, shown.code) == ""
    shop.clock.pass_by(seconds=30)
    assert check(shop, shop.account_id(shop.join()), till, shown.code) == "stale_check_in"


def test_a_code_is_good_at_its_own_till_only(shop: Shop, till: int) -> None:
    other = add_location(shop.services, shop.merchant_id, branch("West", 52.3, 4.8)).location_id
    account_id = shop.account_id(shop.join())
    assert check(shop, account_id, other, shown_at(shop, till)) == "stale_check_in"
    shown_at(shop, other)
    assert check(shop, account_id, other, shown_at(shop, till)) == "stale_check_in"


def test_one_member_checks_in_once_in_a_while(shop: Shop, till: int) -> None:
    account_id, other = (shop.account_id(shop.join()) for _ in range(2))
    assert check(shop, account_id, till, shown_at(shop, till)) == ""
    assert check(shop, account_id, till, shown_at(shop, till)) == "checked_in_already"
    assert check(shop, other, till, shown_at(shop, till)) == ""
    shop.clock.at += COOL_DOWN
    assert check(shop, account_id, till, shown_at(shop, till)) == ""


def test_a_refused_check_in_is_not_noted(shop: Shop, till: int) -> None:
    account_id, far = shop.account_id(shop.join()), Position(52.38, 4.90)
    assert check(shop, account_id, till, shown_at(shop, till), far, 300) == "too_far"
    assert check(shop, account_id, till, shown_at(shop, till), None, 300) == "position_needed"
    assert check(shop, account_id, till, shown_at(shop, till), HERE, 300) == ""


def test_a_new_secret_ends_all_codes(shop: Shop, till: int) -> None:
    code = shown_at(shop, till)
    renew_secret(shop.services, shop.merchant_id, till)
    assert check(shop, shop.account_id(shop.join()), till, code) == "stale_check_in"


def test_a_closed_location_and_another_shops_show_nothing(shop: Shop, till: int) -> None:
    stranger = add_shop(shop.services, "Other", (Milestone(10, "Bun"),))
    with pytest.raises(Refusal, match="unknown_location"):
        show_code(shop.services, stranger, till)
    with pytest.raises(Refusal, match="unknown_location"):
        renew_secret(shop.services, stranger, till)
    code = shown_at(shop, till)
    set_open(shop.services, shop.merchant_id, till, False)
    with pytest.raises(Refusal, match="unknown_location"):
        show_code(shop.services, shop.merchant_id, till)
    assert check(shop, shop.account_id(shop.join()), till, code) == "unknown_location"


def test_a_tills_secret_is_not_kept_as_it_is(shop: Shop, till: int) -> None:
    """Who reads the database makes no codes."""
    shown_at(shop, till)
    with shop.services.reading() as tx:
        row = locations.find_location(tx, shop.merchant_id, till)
    assert row is not None
    secret = bytes.fromhex(shop.services.vault.unseal(row.check_in_secret_sealed))
    assert secret not in row.check_in_secret_sealed
    assert secret.hex().encode() not in row.check_in_secret_sealed
