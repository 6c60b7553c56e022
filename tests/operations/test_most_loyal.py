"""A gift for those who have been there most."""

from datetime import date, timedelta

import pytest
from support.rules import publish_changes
from support.shops import START, Shop

from walletpass.loyalty.earn_rules import EarnRule, Trigger
from walletpass.loyalty.most_loyal import choose_most_loyal
from walletpass.loyalty.people import MemberStatus
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.tier_rules import Measure
from walletpass.loyalty.units import Unit
from walletpass.operations.cards.close_card import close_card
from walletpass.operations.customers.status import set_status
from walletpass.operations.most_loyal.reward import list_most_loyal, reward_most_loyal
from walletpass.store import accounts

RULE = EarnRule("loyal", Trigger.LOYAL_TOP, Unit.STAMPS, 2)
VISITS = {"Anna": 3, "Bo": 5, "Cy": 3, "Di": 1, "Ed": 0}
TODAY = START.date()


@pytest.fixture
def people(shop: Shop) -> dict[str, int]:
    """Name -> account, each with so many VISITS."""
    publish_changes(shop, earn=(RULE,))
    found = {name: shop.account_id(shop.join(name)) for name in VISITS}
    for day in range(max(VISITS.values())):
        shop.clock.pass_by(days=1)
        for name, visits in VISITS.items():
            if day < visits:
                shop.stamp(found[name])
    return found


def names_of(shop: Shop, most: int, since: date = TODAY, by: Measure = Measure.VISITS) -> set[str]:
    return {member.name for member in list_most_loyal(shop.services, shop.merchant_id, by, since, most)}


def stamps_of(shop: Shop, account_id: int) -> int:
    with shop.services.reading() as tx:
        account = accounts.find_account(tx, account_id)
    assert account is not None
    return int(account.stamps)


def test_equals_are_listed_together_and_who_never_came_is_not(shop: Shop, people: dict[str, int]) -> None:
    """As the rule chooses among all."""
    measures = {people[name]: visits for name, visits in VISITS.items()}
    for most in (1, 2, 3, 4, 9):
        chosen = choose_most_loyal(measures, most)
        assert names_of(shop, most) == {name for name, account_id in people.items() if account_id in chosen}
    assert names_of(shop, 2) == {"Bo", "Anna", "Cy"}


def test_only_what_was_done_since_then_counts(shop: Shop, people: dict[str, int]) -> None:
    assert names_of(shop, 9, TODAY + timedelta(days=4)) == {"Bo"}
    assert names_of(shop, 9, TODAY + timedelta(days=30)) == set()


@pytest.mark.parametrize("by", Measure)
def test_they_are_found_by_any_measure(shop: Shop, people: dict[str, int], by: Measure) -> None:
    """Nobody here spent anything that is known."""
    assert names_of(shop, 1, by=by) == (set() if by is Measure.SPEND else {"Bo"})


def test_a_list_is_rewarded_once_and_who_left_or_is_blocked_is_passed_over(
    shop: Shop, people: dict[str, int]
) -> None:
    close_card(shop.services, shop.merchant_id, people["Anna"])
    set_status(shop.services, shop.merchant_id, people["Cy"], MemberStatus.BLOCKED)
    for _ in range(2):
        given = reward_most_loyal(shop.services, shop.merchant_id, "loyal", people.values(), "spring-2027")
        assert set(given) == set(people.values()) - {people["Anna"], people["Cy"]}
    assert {name: stamps_of(shop, people[name]) for name in VISITS} == {
        name: visits + 2 * (name not in ("Anna", "Cy")) for name, visits in VISITS.items()
    }


def test_what_cannot_be_is_refused(shop: Shop, people: dict[str, int]) -> None:
    for most in (0, 1001):
        with pytest.raises(Refusal, match="too_many_members"):
            names_of(shop, most)
    with pytest.raises(Refusal, match="unknown_rule"):
        reward_most_loyal(shop.services, shop.merchant_id, "nothing", people.values(), "spring-2027")
    with pytest.raises(Refusal, match="bad_key"):
        reward_most_loyal(shop.services, shop.merchant_id, "loyal", people.values(), "!")
