"""Members check in by themselves."""

import pytest
from support.branches import branch
from support.rules import publish_changes
from support.shops import Shop

from walletpass.loyalty.check_in import COOL_DOWN
from walletpass.loyalty.earn_rules import EarnRule, Trigger
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.units import Unit
from walletpass.operations.check_in.check_in import check_in
from walletpass.operations.check_in.codes import show_code
from walletpass.operations.locations.add import add_location
from walletpass.operations.posting.outcome import Outcome

RULE = EarnRule("here", Trigger.CHECK_IN, Unit.STAMPS, 1)


@pytest.fixture
def till(shop: Shop) -> int:
    """Location's id, at a shop where checking in brings a stamp."""
    publish_changes(shop, earn=(RULE,))
    return add_location(shop.services, shop.merchant_id, branch("Corner", 52.37, 4.90)).location_id


def arrive(shop: Shop, till: int, account_id: int, key: str = "") -> Outcome:
    code = show_code(shop.services, shop.merchant_id, till).code
    return check_in(shop.services, shop.request(account_id, key), till, code)


def test_checking_in_brings_what_the_rule_says(shop: Shop, till: int) -> None:
    account_id = shop.account_id(shop.join())
    assert arrive(shop, till, account_id).stamps == 1
    with pytest.raises(Refusal, match="checked_in_already"):
        arrive(shop, till, account_id)
    shop.clock.at += COOL_DOWN
    assert arrive(shop, till, account_id).stamps == 2


def test_a_check_in_that_is_sent_again_is_answered_as_before(shop: Shop, till: int) -> None:
    """The cool-down is no reason to refuse what was done already."""
    account_id, key = shop.account_id(shop.join()), "one-intention-0001"
    assert arrive(shop, till, account_id, key) == arrive(shop, till, account_id, key)


def test_a_wrong_code_brings_nothing(shop: Shop, till: int) -> None:
    account_id = shop.account_id(shop.join())
    with pytest.raises(Refusal, match="stale_check_in"):
        check_in(shop.services, shop.request(account_id), till, "0" * 16)
    assert arrive(shop, till, account_id).stamps == 1


def test_without_a_rule_nothing_is_noted(shop: Shop, till: int) -> None:
    """The member can check in as soon as there is one."""
    account_id = shop.account_id(shop.join())
    publish_changes(shop, earn=())
    with pytest.raises(Refusal, match="earns_nothing"):
        arrive(shop, till, account_id)
    publish_changes(shop, earn=(RULE,))
    assert arrive(shop, till, account_id).stamps == 1
