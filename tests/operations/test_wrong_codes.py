"""Codes guessed by brute force, whatever the door: through the operations that take them, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.branches import branch
from support.rules import FRIENDS, publish_changes
from support.shops import Shop, add_shop

from walletpass.loyalty.earn_rules import EarnRule, Trigger
from walletpass.loyalty.identifiers import new_typed_code
from walletpass.loyalty.program import Milestone, ProgramKind
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.reward_templates import IssueMode, RewardKind, RewardTemplate
from walletpass.loyalty.rewards.gift_cards import GiftCard
from walletpass.loyalty.units import Unit
from walletpass.operations.cards.standing import load_standing
from walletpass.operations.check_in.check_in import check_in
from walletpass.operations.check_in.codes import show_code
from walletpass.operations.earning.adjust import adjust
from walletpass.operations.enrolment.applicant import Applicant
from walletpass.operations.enrolment.join import Invitation, join, new_form_key
from walletpass.operations.gift_cards import show
from walletpass.operations.gift_cards.issue import issue
from walletpass.operations.gift_cards.moving import Request
from walletpass.operations.locations.add import add_location
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.referrals.code import check_referral_code, get_referral_code
from walletpass.operations.rewards import redeem
from walletpass.operations.rewards.choose import choose
from walletpass.operations.wrong_codes import MOST_WRONG
from walletpass.store import wrong_codes

COUPON = RewardTemplate(
    "five", RewardKind.AMOUNT_COUPON, "5 off", issue=IssueMode.CHOOSE, price=10, amount_minor=500
)
CHECK_IN = EarnRule("here", Trigger.CHECK_IN, Unit.STAMPS, 1)

Take = Callable[[Shop, int, str], object]
"""Has an operation of that merchant take a code."""
Give = Callable[[Shop], str]
"""Brings about a right code of the shop."""


def take_reward(shop: Shop, merchant_id: int, code: str) -> object:
    return redeem.find_by_code(shop.services, merchant_id, code)


def take_gift_card(shop: Shop, merchant_id: int, code: str) -> object:
    return show.find_by_code(shop.services, merchant_id, code)


def take_referral(shop: Shop, merchant_id: int, code: str) -> object:
    program = get_rules(shop.services, merchant_id).code
    return join(shop.services, program, Applicant(), "en", "", new_form_key(), invitation=Invitation(code))


def give_coupon(shop: Shop) -> str:
    publish_changes(shop, kind=ProgramKind.MIXED, rewards=(COUPON,))
    anna = shop.account_id(shop.join("Anna"))
    adjust(shop.services, shop.request(anna), Unit.POINTS, 10, "courtesy")
    choose(shop.services, shop.request(anna), "five")
    return load_standing(shop.services, shop.merchant_id, anna).rewards[0].code


def give_gift_card(shop: Shop) -> str:
    request = Request(shop.merchant_id, new_form_key())
    return issue(shop.services, request, GiftCard("EUR", 5000)).code


def give_referral(shop: Shop) -> str:
    publish_changes(shop, earn=(FRIENDS,))
    return get_referral_code(shop.services, shop.merchant_id, shop.account_id(shop.join("Anna")))


TAKEN = pytest.mark.parametrize(
    ("take", "give"),
    [
        (take_reward, give_coupon),
        (take_gift_card, give_gift_card),
        (take_referral, give_referral),
    ],
)


def answer_of(take: Callable[..., object], *arguments: object) -> str:
    try:
        take(*arguments)
    except Refusal as refusal:
        return refusal.code
    return "taken"


@TAKEN
def test_the_thousandth_guess_is_refused_and_an_honest_customer_of_another_shop_is_not(
    shop: Shop, take: Take, give: Give
) -> None:
    """Within that minute no code is looked up, also a right one; afterwards it is taken."""
    right = give(shop)
    other = add_shop(shop.services, "Other Shop", (Milestone(5, "Bun"),))
    answers = [answer_of(take, shop, other, new_typed_code()) for _ in range(1000)]
    assert len(set(answers[:MOST_WRONG])) == 1
    assert set(answers[MOST_WRONG:]) == {"too_many"}
    assert answer_of(take, shop, shop.merchant_id, right) == "taken"
    assert answer_of(take, shop, other, right) == "too_many"
    shop.clock.pass_by(minutes=1)
    assert answer_of(take, shop, other, right) == answers[0]


@TAKEN
def test_a_right_code_is_taken_after_its_minute_and_before_the_last_try(
    shop: Shop, take: Take, give: Give
) -> None:
    right = give(shop)
    for _ in range(2):
        for _ in range(MOST_WRONG - 1):
            assert answer_of(take, shop, shop.merchant_id, new_typed_code()) != "taken"
        assert answer_of(take, shop, shop.merchant_id, right) == "taken"
        answer_of(take, shop, shop.merchant_id, new_typed_code())
        assert answer_of(take, shop, shop.merchant_id, right) == "too_many"
        shop.clock.pass_by(seconds=60)
    assert answer_of(take, shop, shop.merchant_id, right) == "taken"


@TAKEN
def test_a_wrong_code_and_one_of_another_shop_have_the_same_answer(
    shop: Shop, take: Take, give: Give
) -> None:
    right = give(shop)
    other = add_shop(shop.services, "Other Shop", (Milestone(5, "Bun"),))
    told = []
    for code in (right, new_typed_code(), "\0", "é" * 10_000, "'; --", "\ud800"):
        with pytest.raises(Refusal) as refused:
            take(shop, other, code)
        told.append((refused.value.code, refused.value.sentence))
    assert all(each == told[0] for each in told)


def test_whoever_guesses_does_not_keep_the_others_waiting(shop: Shop) -> None:
    """Where a door can tell them apart."""
    right = give_referral(shop)

    def check(code: str, sender: str) -> str:
        return answer_of(check_referral_code, shop.services, shop.code, code, sender)

    assert [check(new_typed_code(), "203.0.113.7") for _ in range(MOST_WRONG + 1)][-1] == "too_many"
    assert check(right, "203.0.113.7") == "too_many"
    assert check(right, "203.0.113.8") == "taken"


def test_a_member_who_guesses_the_tills_code_waits_alone(shop: Shop) -> None:
    publish_changes(shop, earn=(CHECK_IN,))
    anna, bela = (shop.account_id(shop.join(name)) for name in ("Anna", "Béla"))
    location_id = add_location(shop.services, shop.merchant_id, branch("Corner", 52.37, 4.90)).location_id
    right = show_code(shop.services, shop.merchant_id, location_id).code

    def come(account_id: int, code: str) -> str:
        return answer_of(check_in, shop.services, shop.request(account_id), location_id, code)

    answers = [come(anna, f"{number:04}") for number in range(1000)]
    assert answers.count("stale_check_in") == MOST_WRONG
    assert set(answers[MOST_WRONG:]) == {"too_many"}
    assert come(anna, right) == "too_many"
    assert come(bela, right) == "taken"


def test_many_who_guess_at_once_are_counted_and_forgotten(shop: Shop) -> None:
    def guess(number: int) -> str:
        sender = f"203.0.113.{number % 4}"
        return answer_of(check_referral_code, shop.services, shop.code, new_typed_code(), sender)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(200)))
        shop.clock.pass_by(minutes=2)
        answers += pool.map(guess, range(8))
    assert set(answers) == {"unknown_referral", "too_many"}
    assert set(answers[-8:]) == {"unknown_referral"}
    with shop.services.reading() as tx:
        kept = tx.execute(wrong_codes.wrong_codes.select()).all()
    assert len(kept) == 4
    assert sum(row.count for row in kept) == 8
