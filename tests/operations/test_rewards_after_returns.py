"""Whatever is bought, used and returned: nobody keeps a reward that only returned purchases brought."""

from collections import Counter
from dataclasses import replace
from itertools import count, permutations
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from support.audits import find_breaches
from support.rules import publish_changes
from support.shops import Shop, add_shop, open_shop

from walletpass.loyalty.earn_rules import EarnRule, Trigger
from walletpass.loyalty.program import Milestone, ProgramKind
from walletpass.loyalty.reward_templates import IssueMode, RewardKind, RewardTemplate
from walletpass.loyalty.rules.amounts import Price
from walletpass.loyalty.units import Unit
from walletpass.operations.earning.purchase import Purchase, post_purchase
from walletpass.operations.earning.refund import refund
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.rewards.redeem import redeem
from walletpass.settings import Settings
from walletpass.store import accounts, gift_cards, rewards
from walletpass.store.session import Database

STAMP = EarnRule("come", Trigger.AMOUNT, Unit.STAMPS, 1, per_minor=1000)
SPEND = EarnRule("spend", Trigger.AMOUNT, Unit.POINTS, 1, per_minor=1000)
PLACES = {"Tea": 2, "Cake": 4}
BUN = RewardTemplate("bun", RewardKind.GIFT, "Bun", unit=Unit.POINTS, issue=IssueMode.CONVERT, price=3)
RULES: dict[str, Any] = {
    "kind": ProgramKind.MIXED,
    "earn": (STAMP, SPEND),
    "milestones": tuple(Milestone(at, title) for title, at in PLACES.items()),
    "rewards": (BUN,),
}
CARD = RewardTemplate("card", RewardKind.GIFT_CARD, "25 €", amount_minor=2500)
MORE = RewardTemplate("more", RewardKind.BONUS_UNITS, "More", unit=Unit.POINTS, quantity=7)
AHEAD = replace(MORE, unit=Unit.STAMPS, quantity=2)


def count_earned(money: int) -> Counter[str]:
    """By so many tens of euros."""
    cards, stamps = divmod(money, 4)
    return Counter(Tea=cards + (stamps >= 2), Cake=cards, Bun=money // 3)


class Member:
    def __init__(self, shop: Shop) -> None:
        self.shop, self.account = shop, shop.account_id(shop.join())
        self.bills: list[tuple[str, int]] = []
        self.used: Counter[str] = Counter()

    def buy(self, size: int) -> None:
        self.shop.clock.pass_by(minutes=2)
        bill = f"{self.account}-{next(NUMBERS)}"
        self._ask(post_purchase, Purchase(Price(1000 * size), "EUR", {}, bill))
        self.bills.append((bill, size))

    def give_back(self, pick: int) -> None:
        if self.bills:
            bill, _ = self.bills.pop(pick % len(self.bills))
            self._ask(refund, bill)

    def use(self, pick: int) -> None:
        if ready := self.list_ready():
            reward = ready[pick % len(ready)]
            self._ask(redeem, reward.id)
            self.used[reward.title] += 1

    @property
    def usable(self) -> Counter[str]:
        return Counter(row.title for row in self.list_ready())

    @property
    def earned(self) -> Counter[str]:
        return count_earned(sum(size for _, size in self.bills))

    @property
    def stands(self) -> tuple[int, int, int]:
        """Stamps, points, money on gift cards."""
        with self.shop.services.reading() as tx:
            account: Any = accounts.find_account(tx, self.account)
            cards = gift_cards.list_spendable(tx, account.member_id, self.shop.clock.now())
        return account.stamps, account.points, sum(card.balance_minor for card in cards)

    def list_ready(self) -> list[Any]:
        with self.shop.services.reading() as tx:
            return rewards.list_ready_rewards(tx, self.account, self.shop.clock.now())

    def _ask(self, call: Any, *args: Any) -> None:
        call(self.shop.services, self.shop.request(self.account), *args)


NUMBERS = count()
PICK = st.integers(0, 9)
ONE = st.tuples(st.just(Member.buy), st.just(1))
BUY = st.tuples(st.just(Member.buy), st.integers(1, 5))
USE = st.tuples(st.just(Member.use), PICK)
RETURN = st.tuples(st.just(Member.give_back), PICK)


def as_often(examples: int) -> hypothesis.settings:
    return hypothesis.settings(
        max_examples=examples, derandomize=True, suppress_health_check=list(HealthCheck)
    )


def make_shop(settings: Settings, database: Database, signers: Any, **changes: Any) -> Shop:
    shop = open_shop(settings, database, signers)
    merchant_id = add_shop(shop.services, "Returns", (Milestone(4, "Cake"),))
    shop = replace(shop, merchant_id=merchant_id, code=get_rules(shop.services, merchant_id).code)
    publish_changes(shop, **{**RULES, **changes})
    return shop


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_a_place_goes_back_where_the_full_card_was_used(shop: Shop, order: tuple[int, ...]) -> None:
    publish_changes(shop, **RULES)
    member = Member(shop)
    for _ in order:
        member.buy(1)
    member.use(next(i for i, row in enumerate(member.list_ready()) if row.title == "Cake"))
    for bill in [member.bills[number] for number in order]:
        member.give_back(member.bills.index(bill))
        assert member.usable == +(member.earned - member.used)


def test_who_returned_everything_has_nothing_to_use(
    settings: Settings, database: Database, development_signers: Any
) -> None:
    shop = make_shop(settings, database, development_signers)

    @as_often(40)
    @given(st.lists(BUY | USE | RETURN, max_size=12), st.lists(PICK, min_size=12, max_size=12))
    def play(steps: list[Any], order: list[int]) -> None:
        member = Member(shop)
        for do, argument in steps:
            do(member, argument)
        for pick in order:
            member.give_back(pick)
        assert member.usable == Counter()

    play()
    assert find_breaches(shop) == []


def test_who_used_nothing_has_what_is_left_brings(
    settings: Settings, database: Database, development_signers: Any
) -> None:
    shop = make_shop(settings, database, development_signers)

    @as_often(40)
    @given(st.lists(BUY | RETURN, max_size=12))
    def play(steps: list[Any]) -> None:
        member = Member(shop)
        for do, argument in steps:
            do(member, argument)
            assert member.usable == +member.earned

    play()
    assert find_breaches(shop) == []


def test_nobody_can_use_more_than_what_is_left_brings(
    settings: Settings, database: Database, development_signers: Any
) -> None:
    shop = make_shop(settings, database, development_signers)

    @as_often(40)
    @given(st.lists(BUY | RETURN | USE, max_size=12))
    def play(steps: list[Any]) -> None:
        member = Member(shop)
        for do, argument in steps:
            do(member, argument)
            left = member.earned - member.used
            assert member.usable <= member.earned
            assert all(member.usable[paid] == left[paid] for paid in ("Cake", "Bun"))

    play()
    assert find_breaches(shop) == []


def test_who_used_nothing_has_at_once_what_is_left_brings(
    settings: Settings, database: Database, development_signers: Any
) -> None:
    """Two stamps are a gift card, four are points."""
    places = (Milestone(2, CARD.title, CARD.id), Milestone(4, MORE.title, MORE.id))
    rules = {"earn": (STAMP,), "milestones": places, "rewards": (CARD, MORE)}
    shop = make_shop(settings, database, development_signers, **rules)

    @as_often(25)
    @given(st.lists(BUY | RETURN, max_size=12))
    def play(steps: list[Any]) -> None:
        member = Member(shop)
        for do, argument in steps:
            do(member, argument)
            cards, stamps = divmod(sum(size for _, size in member.bills), 4)
            assert member.stands == (stamps, 7 * cards, 2500 * (cards + (stamps >= 2)))

    play()
    assert find_breaches(shop) == []


def test_stamps_that_were_a_reward_are_there_while_what_is_left_brings_them(
    settings: Settings, database: Database, development_signers: Any
) -> None:
    """The third of ten brings two more, so eight purchases fill a card."""
    places = (Milestone(3, AHEAD.title, AHEAD.id), Milestone(10, "Coffee"))
    rules = {"earn": (STAMP,), "milestones": places, "rewards": (AHEAD,)}
    shop = make_shop(settings, database, development_signers, **rules)

    @as_often(20)
    @given(st.lists(ONE | ONE | RETURN, min_size=3, max_size=24))
    def play(steps: list[Any]) -> None:
        member = Member(shop)
        for do, argument in steps:
            do(member, argument)
            cards, stamps = divmod(len(member.bills), 8)
            assert member.stands == (stamps + 2 * (stamps >= 3), 0, 0)
            assert member.usable == +Counter(Coffee=cards)

    play()
    assert find_breaches(shop) == []
