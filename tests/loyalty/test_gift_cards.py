"""What can be done with a gift card."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from walletpass.loyalty.program_problems import checks
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rewards import gift_cards as rules
from walletpass.loyalty.rewards.gift_cards import BlockReason, CardState, GiftCard, MoveKind, Payment
from walletpass.loyalty.wording import Money

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
END = NOW + timedelta(days=365)
CARD = GiftCard("EUR", 5000, expires_at=END, holder_id=1)
BLOCKED = replace(CARD, state=CardState.BLOCKED)
PAYMENT = Payment(7, paid_minor=3000, returned_minor=1000)


def refusal_of(call: object, *args: object) -> Refusal:
    assert callable(call)
    with pytest.raises(Refusal) as caught:
        call(*args)
    return caught.value


def test_a_part_may_be_spent_and_the_rest_stays() -> None:
    move = rules.spend(CARD, 1234, "EUR", NOW)
    assert (move.kind, move.value_minor) == (MoveKind.SPEND, -1234)
    assert move.after == replace(CARD, balance_minor=3766)
    assert rules.spend(CARD, 5000, "EUR", NOW).after.balance_minor == 0


def test_more_than_there_is_cannot_be_spent_and_what_there_is_is_told() -> None:
    refused = refusal_of(rules.spend, CARD, 5001, "EUR", NOW)
    assert (refused.code, refused.sentence.values) == ("not_enough_money", {"balance": Money(5000, "EUR")})


@pytest.mark.parametrize(
    ("card", "amount", "currency", "now", "code"),
    [
        (CARD, 0, "EUR", NOW, "bad_amount"),
        (CARD, -1, "EUR", NOW, "bad_amount"),
        (CARD, 10**30, "EUR", NOW, "bad_amount"),
        (CARD, 100, "HUF", NOW, "bad_currency"),
        (BLOCKED, 100, "EUR", NOW, "gift_card_blocked"),
        (CARD, 100, "EUR", END, "gift_card_expired"),
    ],
)
def test_what_cannot_be_spent_is_refused(
    card: GiftCard, amount: int, currency: str, now: datetime, code: str
) -> None:
    assert refusal_of(rules.spend, card, amount, currency, now).code == code


def test_a_card_pays_up_to_its_end_and_nothing_from_then_on() -> None:
    moment_before = END - timedelta(microseconds=1)
    assert rules.spend(CARD, 100, "EUR", moment_before).after.balance_minor == 4900
    assert (CARD.usable(moment_before), CARD.usable(END), BLOCKED.usable(NOW)) == (5000, 0, 0)


@pytest.mark.parametrize(
    ("card", "code"),
    [
        (replace(CARD, balance_minor=0), "bad_amount"),
        (replace(CARD, balance_minor=rules.MOST_MINOR + 1), "absurd_gift_card"),
        (replace(CARD, currency="USD"), "bad_currency"),
        (replace(CARD, expires_at=NOW), "gift_card_expired"),
    ],
)
def test_a_card_that_makes_no_sense_is_not_issued(card: GiftCard, code: str) -> None:
    assert refusal_of(rules.issue, card, "EUR", NOW).code == code


def test_a_card_has_at_most_what_a_reward_of_the_rules_may_bring_and_that_is_told() -> None:
    most = replace(CARD, balance_minor=checks.MOST_MINOR)
    assert rules.issue(most, "EUR", NOW).value_minor == checks.MOST_MINOR
    refused = refusal_of(rules.issue, replace(CARD, balance_minor=10**11), "EUR", NOW)
    assert refused.sentence.values == {"most": Money(checks.MOST_MINOR, "EUR")}


def test_a_payment_is_given_back_in_parts_but_never_more_than_it_was() -> None:
    move = rules.refund(CARD, PAYMENT, 1500)
    assert (move.value_minor, move.after.balance_minor, move.reverses) == (1500, 6500, 7)
    assert rules.refund(CARD, PAYMENT, None).value_minor == 2000
    refused = refusal_of(rules.refund, CARD, PAYMENT, 2001)
    assert (refused.code, refused.sentence.values["most"]) == ("refund_too_large", Money(2000, "EUR"))
    assert refusal_of(rules.refund, CARD, Payment(7, 3000, 3000), None).code == "refund_too_large"
    assert refusal_of(rules.refund, CARD, PAYMENT, 0).code == "bad_amount"


def test_what_comes_back_can_be_used_for_some_days_at_least() -> None:
    """Also by a card that is blocked: the money belongs to it."""
    grace = END + timedelta(days=14)
    assert rules.refund(BLOCKED, PAYMENT, 500, grace).after.expires_at == grace
    assert rules.refund(CARD, PAYMENT, 500, NOW).after.expires_at == END
    endless = replace(CARD, expires_at=None)
    assert rules.refund(endless, PAYMENT, 500, grace).after.expires_at is None


def test_a_card_given_away_keeps_its_money_and_gets_another_code() -> None:
    move = rules.transfer(CARD, 2, NOW)
    assert (move.value_minor, move.after, move.new_code) == (0, replace(CARD, holder_id=2), True)


def test_a_person_merged_into_another_takes_their_cards_along_however_they_stand() -> None:
    fixed = replace(BLOCKED, transferable=False)
    move = rules.merge(fixed, 2)
    assert (move.after, move.new_code) == (replace(fixed, holder_id=2), False)


@pytest.mark.parametrize(
    ("card", "to", "now", "code"),
    [
        (BLOCKED, 2, NOW, "gift_card_blocked"),
        (CARD, 2, END, "gift_card_expired"),
        (replace(CARD, transferable=False), 2, NOW, "gift_card_stays"),
        (CARD, 1, NOW, "gift_card_theirs"),
    ],
)
def test_what_cannot_be_given_away_stays(card: GiftCard, to: int, now: datetime, code: str) -> None:
    assert refusal_of(rules.transfer, card, to, now).code == code


def test_a_card_is_blocked_once_and_unblocked_once() -> None:
    assert rules.block(CARD, BlockReason.LOST).after == BLOCKED
    assert rules.unblock(BLOCKED).after == CARD
    assert refusal_of(rules.block, BLOCKED, BlockReason.LOST).code == "gift_card_blocked"
    assert refusal_of(rules.unblock, CARD).code == "gift_card_not_blocked"


def test_at_its_end_what_is_left_is_gone_in_one_move() -> None:
    move = rules.expire(CARD, END)
    assert move is not None
    assert (move.value_minor, move.after.balance_minor) == (-5000, 0)
    assert rules.expire(move.after, END) is None
    assert rules.expire(CARD, NOW) is None
    assert rules.expire(replace(CARD, expires_at=None), END) is None


def test_buying_a_gift_card_earns_nothing_unless_the_merchant_says_so() -> None:
    assert rules.earning_part(6000, 5000, gift_cards_earn=False) == 1000
    assert rules.earning_part(5000, 5000, gift_cards_earn=False) == 0
    assert rules.earning_part(6000, 5000, gift_cards_earn=True) == 6000
