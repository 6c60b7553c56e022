"""What a member is told of a coupon and of a gift card."""

from datetime import date

import pytest

from walletpass.card.design import LANGUAGES
from walletpass.loyalty.reward_templates import RewardKind, RewardTemplate
from walletpass.loyalty.rewards.telling import list_terms, tell_code, tell_gift_card
from walletpass.loyalty.wording import Money, in_a_row
from walletpass.translations import translator

TREAT = RewardTemplate(
    "treat", RewardKind.PERCENT_COUPON, "Treat", percent=10, minimum_minor=10_000, maximum_minor=1500
)
LAST_DAY = date(2026, 12, 31)


def told(terms: RewardTemplate) -> str:
    return translator("en").say(in_a_row(list_terms(terms, "EUR")))


@pytest.mark.parametrize(
    ("terms", "text"),
    [
        (TREAT, "10% off an order of at least €100.00 before discounts. At most €15.00 off."),
        (RewardTemplate("five", RewardKind.AMOUNT_COUPON, "5", amount_minor=500), "€5.00 off an order."),
        (
            RewardTemplate("card", RewardKind.GIFT_CARD, "25", amount_minor=2500),
            "There is €25.00 on it. It can be given to somebody else.",
        ),
        (
            RewardTemplate("card", RewardKind.GIFT_CARD, "25", amount_minor=2500, transferable=False),
            "There is €25.00 on it. It cannot be given to anybody else.",
        ),
        (RewardTemplate("early", RewardKind.ACCESS, "Early", text="Ring on Friday."), "Ring on Friday."),
    ],
)
def test_what_a_reward_brings_is_told_with_its_terms(terms: RewardTemplate, text: str) -> None:
    assert told(terms) == text


def test_a_gift_needs_no_more_words_than_its_title() -> None:
    assert list_terms(RewardTemplate("mug", RewardKind.GIFT, "Mug"), "EUR") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_says_value_minimum_maximum_and_last_day(language: str) -> None:
    """In every language, and no sentence ends twice."""
    say = translator(language)
    letter = tell_code("Shop", TREAT, "EUR", LAST_DAY, "TEN-1", "https://card.example")
    text = say.say(letter.text)
    amounts = [say.money(Money(minor, "EUR")) for minor in (10_000, 1500)]
    for fact in ("10", *amounts, say.date(LAST_DAY), "TEN-1", "https://card.example"):
        assert fact in text
    assert ".." not in text


def test_a_gift_card_says_what_is_left_and_for_how_long() -> None:
    left = tell_gift_card(Money(1240, "EUR"), LAST_DAY, transferable=True)
    assert translator("en").say(left) == (
        "There is €12.40 on it. It can be given to somebody else. Valid through 31 Dec 2026."
    )
