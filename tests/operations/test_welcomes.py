"""What a rule gives for joining."""

from dataclasses import replace
from typing import Any

from support.branches import branch
from support.rules import publish_changes
from support.shops import Shop

from walletpass.loyalty.earn_rules import Conditions, EarnRule, Trigger
from walletpass.loyalty.reward_templates import RewardKind, RewardTemplate
from walletpass.loyalty.units import Unit
from walletpass.operations.cards.standing import load_standing
from walletpass.operations.customers.merge import merge
from walletpass.operations.enrolment.applicant import Applicant
from walletpass.operations.enrolment.join import join, new_form_key
from walletpass.operations.locations.add import add_location
from walletpass.store import accounts
from walletpass.translations import translator

RULE = EarnRule("hello", Trigger.WELCOME, Unit.STAMPS, 2)
TEA = RewardTemplate("tea", RewardKind.GIFT, "Tea")


def find(shop: Shop, account_id: int) -> Any:
    with shop.services.reading() as tx:
        return accounts.find_account(tx, account_id)


def test_who_joins_has_it_at_once_and_who_joined_before_has_not(shop: Shop) -> None:
    before = shop.account_id(shop.join())
    publish_changes(shop, earn=(replace(RULE, reward="tea"),), rewards=(TEA,))
    account_id = shop.account_id(shop.join())
    standing = load_standing(shop.services, shop.merchant_id, account_id)
    assert [translator("en").say(entry.told) for entry in standing.entries] == ["2 stamps as a welcome."]
    assert [reward.title for reward in standing.rewards] == ["Tea"]
    assert (find(shop, account_id).stamps, find(shop, before).stamps) == (2, 0)


def test_a_form_sent_twice_brings_it_once(shop: Shop) -> None:
    publish_changes(shop, earn=(RULE,))
    form_key = new_form_key()
    for _ in range(2):
        page_key = join(shop.services, shop.code, Applicant(), "en", "test", form_key).page_key
    assert find(shop, shop.account_id(page_key)).stamps == 2


def test_a_member_who_comes_back_gets_no_second_one(shop: Shop) -> None:
    """Neither by joining with the same address, nor when two cards become one."""
    publish_changes(shop, earn=(RULE,))
    first = shop.account_id(shop.join(email="anna@mail.example"))
    assert shop.join(email="anna@mail.example") == ""
    merge(shop.services, shop.merchant_id, first, shop.account_id(shop.join()), "one-person")
    assert find(shop, first).stamps == 4  # what both cards had
    assert find(shop, first).lifetime_stamps == 0


def test_it_knows_where_somebody_joined(shop: Shop) -> None:
    """Another merchant's place, or one that does not exist, is no place."""
    corner = add_location(shop.services, shop.merchant_id, branch("Corner", 52.37, 4.90)).location_id
    publish_changes(shop, earn=(replace(RULE, conditions=Conditions(location_ids=(corner,))),))

    def stamps_at(location_id: int | None) -> int:
        joined = join(shop.services, shop.code, Applicant(), "en", "test", new_form_key(), location_id)
        return int(find(shop, shop.account_id(joined.page_key)).stamps)

    assert [stamps_at(at) for at in (corner, corner + 1, None)] == [2, 0, 0]
    publish_changes(shop, earn=(RULE,))
    assert stamps_at(corner + 1) == 2
