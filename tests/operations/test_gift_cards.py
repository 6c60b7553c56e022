"""Gift cards: money that is spent once, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from support.audits import find_breaches
from support.rules import publish_changes
from support.shops import START, Shop, add_shop

from walletpass.loyalty.invariants import Invariant
from walletpass.loyalty.program import Milestone, ProgramKind
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.reward_templates import IssueMode, RewardKind, RewardTemplate
from walletpass.loyalty.rewards.gift_cards import BlockReason, CardState, GiftCard
from walletpass.loyalty.units import Unit
from walletpass.operations.earning.adjust import adjust
from walletpass.operations.earning.undo import undo
from walletpass.operations.enrolment.join import new_form_key
from walletpass.operations.gift_cards.block import block, unblock
from walletpass.operations.gift_cards.expire import expire_gift_cards
from walletpass.operations.gift_cards.issue import issue, open_gift_card
from walletpass.operations.gift_cards.moving import Receipt, Request
from walletpass.operations.gift_cards.refund import refund
from walletpass.operations.gift_cards.show import View, find_by_code, list_moves, list_spendable
from walletpass.operations.gift_cards.spend import spend
from walletpass.operations.gift_cards.transfer import merge_gift_cards, transfer
from walletpass.operations.rewards.choose import choose
from walletpass.store import accounts, gift_cards, ledger

KEY = "one-intention-0001"
END = START + timedelta(days=30)


def ask(shop: Shop, key: str = "") -> Request:
    return Request(shop.merchant_id, key or new_form_key())


def sell(shop: Shop, face_minor: int = 5000, key: str = "", **terms: Any) -> Receipt:
    return issue(shop.services, ask(shop, key), GiftCard("EUR", face_minor, **terms))


def pay(shop: Shop, card: Receipt, amount_minor: int, key: str = "") -> Receipt:
    return spend(shop.services, ask(shop, key), card.gift_card_id, amount_minor, "EUR")


def look_up(shop: Shop, code: str) -> View:
    return find_by_code(shop.services, shop.merchant_id, code)


def moves_of(shop: Shop, card: Receipt) -> list[tuple[str, int]]:
    lines = list_moves(shop.services, shop.merchant_id, card.gift_card_id)
    return [(line.kind.value, line.value_minor) for line in lines]


def member_of(shop: Shop, name: str) -> int:
    with shop.services.reading() as tx:
        account = accounts.find_account(tx, shop.account_id(shop.join(name)))
    assert account is not None
    return int(account.member_id)


def code_of(call: Callable[..., object], *args: object) -> str:
    with pytest.raises(Refusal) as caught:
        call(*args)
    return caught.value.code


def answer_of(call: Callable[..., Receipt], *args: object) -> str:
    try:
        return call(*args).kind.value
    except Refusal as refusal:
        return refusal.code


def test_a_card_is_sold_found_by_its_code_and_spent_in_parts(shop: Shop) -> None:
    card = sell(shop)
    found = look_up(shop, card.code.lower().replace("-", " "))
    assert (found.id, found.usable_minor, found.last4) == (card.gift_card_id, 5000, card.code[-4:])
    assert (found.code, found.state) == (card.code, CardState.ACTIVE)
    assert pay(shop, card, 1999).balance_minor == 3001
    assert pay(shop, card, 3001).balance_minor == 0
    assert code_of(pay, shop, card, 1) == "not_enough_money"
    assert moves_of(shop, card) == [("issue", 5000), ("spend", -1999), ("spend", -3001)]
    assert find_breaches(shop) == []


def test_twenty_payments_at_once_never_spend_more_than_there_is(shop: Shop) -> None:
    card = sell(shop, 1000)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: answer_of(pay, shop, card, 80), range(20)))
    assert sorted(answers) == ["not_enough_money"] * 8 + ["spend"] * 12
    assert look_up(shop, card.code).usable_minor == 40
    assert find_breaches(shop) == []


def test_the_same_key_pays_once_and_answers_the_same(shop: Shop) -> None:
    card = sell(shop)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: pay(shop, card, 1000, KEY), range(20)))
    assert set(answers) == {answers[0]}
    pay(shop, card, 500)
    shop.clock.pass_by(days=3)
    assert pay(shop, card, 1000, KEY) == answers[0]
    assert look_up(shop, card.code).usable_minor == 3500


def test_the_same_key_sells_one_card_and_always_names_its_code(shop: Shop) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: sell(shop, key=KEY), range(20)))
    assert set(answers) == {answers[0]}
    assert look_up(shop, answers[0].code).id == answers[0].gift_card_id


def test_a_key_used_for_something_else_is_refused(shop: Shop) -> None:
    card, other = sell(shop, key=KEY), sell(shop)
    assert code_of(sell, shop, 4999, KEY) == "key_reused"
    assert code_of(pay, shop, card, 5000, KEY) == "key_reused"
    assert code_of(pay, shop, other, 5000, KEY) == "key_reused"
    assert code_of(pay, shop, card, 100, "short") == "bad_key"


def test_a_refusal_is_not_kept_under_its_key(shop: Shop) -> None:
    card = sell(shop)
    block(shop.services, ask(shop), card.gift_card_id, BlockReason.LOST)
    assert code_of(pay, shop, card, 100, KEY) == "gift_card_blocked"
    unblock(shop.services, ask(shop), card.gift_card_id)
    assert pay(shop, card, 100, KEY).balance_minor == 4900


def test_a_wrong_code_and_another_shops_get_the_same_answer(shop: Shop) -> None:
    card = sell(shop)
    other = add_shop(shop.services, "Other Shop", (Milestone(5, "Bun"),))
    assert code_of(find_by_code, shop.services, other, card.code) == "unknown_gift_card"
    assert code_of(find_by_code, shop.services, shop.merchant_id, "0000-0000-0000") == "unknown_gift_card"
    elsewhere = Request(other, KEY)
    assert code_of(spend, shop.services, elsewhere, card.gift_card_id, 1, "EUR") == "unknown_gift_card"
    assert code_of(spend, shop.services, elsewhere, 10**9, 1, "EUR") == "unknown_gift_card"
    assert code_of(list_moves, shop.services, other, card.gift_card_id) == "unknown_gift_card"


def test_a_payment_comes_back_to_its_card_once(shop: Shop) -> None:
    card, other = sell(shop), sell(shop)
    paid = pay(shop, card, 3000)

    def back(amount: int | None, card: Receipt = card) -> Receipt:
        return refund(shop.services, ask(shop), card.gift_card_id, paid.transaction_id, amount)

    assert back(1000).balance_minor == 3000
    assert code_of(back, 2001) == "refund_too_large"
    assert back(None).balance_minor == 5000
    assert code_of(back, None) == "refund_too_large"
    assert code_of(back, None, other) == "unknown_payment"
    sold = card.transaction_id
    assert code_of(refund, shop.services, ask(shop), card.gift_card_id, sold) == "unknown_payment"
    assert find_breaches(shop) == []


def test_parallel_refunds_give_no_more_than_was_paid(shop: Shop) -> None:
    card = sell(shop)
    paid = pay(shop, card, 1000)

    def back(_: int) -> str:
        args = (shop.services, ask(shop), card.gift_card_id, paid.transaction_id, 300)
        return answer_of(refund, *args)

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(back, range(8)))
    assert answers == ["refund"] * 3 + ["refund_too_large"] * 5
    assert look_up(shop, card.code).usable_minor == 4900


def test_a_card_given_away_has_a_new_code_and_the_old_one_is_dead(shop: Shop) -> None:
    anna, bela = member_of(shop, "Anna"), member_of(shop, "Béla")
    card = sell(shop, holder_id=anna)
    given = transfer(shop.services, ask(shop, KEY), card.gift_card_id, bela)
    assert code_of(look_up, shop, card.code) == "unknown_gift_card"
    found = look_up(shop, given.code)
    assert (found.id, found.holder_id, found.usable_minor) == (card.gift_card_id, bela, 5000)
    transfer(shop.services, ask(shop), card.gift_card_id, anna)
    assert transfer(shop.services, ask(shop, KEY), card.gift_card_id, bela) == given
    assert find_breaches(shop) == []


def test_only_a_member_of_the_shop_can_get_a_card(shop: Shop) -> None:
    other = add_shop(shop.services, "Other Shop", (Milestone(5, "Bun"),))
    anna = member_of(shop, "Anna")
    card = sell(shop)
    assert code_of(transfer, shop.services, ask(shop), card.gift_card_id, 10**9) == "unknown_person"
    foreign = GiftCard("EUR", 100, holder_id=anna)
    assert code_of(issue, shop.services, Request(other, KEY), foreign) == "unknown_person"


def test_money_of_another_currency_is_refused(shop: Shop) -> None:
    card = sell(shop)
    assert code_of(issue, shop.services, ask(shop), GiftCard("HUF", 5000)) == "bad_currency"
    assert code_of(spend, shop.services, ask(shop), card.gift_card_id, 100, "HUF") == "bad_currency"


def test_a_card_that_ended_pays_nothing_also_before_anybody_wrote_that_down(shop: Shop) -> None:
    card = sell(shop, expires_at=END)
    shop.clock.at = END
    assert look_up(shop, card.code).usable_minor == 0
    assert code_of(pay, shop, card, 100) == "gift_card_expired"
    assert expire_gift_cards(shop.services) == 1
    assert expire_gift_cards(shop.services) == 0
    assert moves_of(shop, card)[-1] == ("expire", -5000)
    assert find_breaches(shop) == []


def test_a_refund_after_the_end_brings_back_that_payment_and_nothing_else(shop: Shop) -> None:
    """What was left at the end stays gone; what comes back can be used through 14 more local days."""
    card = sell(shop, expires_at=END)
    paid = pay(shop, card, 1000)
    shop.clock.at = END + timedelta(days=5)
    back = refund(shop.services, ask(shop), card.gift_card_id, paid.transaction_id)
    assert back.balance_minor == 1000
    assert moves_of(shop, card)[-2:] == [("expire", -4000), ("refund", 1000)]
    assert back.expires_at is not None
    shop.clock.at = back.expires_at - timedelta(seconds=1)
    assert shop.clock.at > END + timedelta(days=19)
    assert pay(shop, card, 1000).balance_minor == 0


def test_two_processes_write_one_end(shop: Shop) -> None:
    card = sell(shop, expires_at=END)
    shop.clock.at = END
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: expire_gift_cards(shop.services), range(4)))
    assert [kind for kind, _ in moves_of(shop, card)] == ["issue", "expire"]


def test_a_card_bought_with_points_is_part_of_what_paid_for_it(shop: Shop) -> None:
    """It is there with the rest of the transaction, or not at all."""
    account_id, bela = shop.account_id(shop.join("Anna")), member_of(shop, "Béla")
    values = (shop.merchant_id, 2500, "EUR", bela, account_id, None, END, START)
    codes: list[str] = []
    with suppress(ZeroDivisionError), shop.services.transaction() as tx:
        codes.append(open_gift_card(shop.services, tx, *values)[1])
        _ = 1 / 0
    assert code_of(look_up, shop, codes[0]) == "unknown_gift_card"
    with shop.services.transaction() as tx:
        gift_card_id, code = open_gift_card(shop.services, tx, *values)
    found = look_up(shop, code)
    assert (found.id, found.usable_minor, found.holder_id) == (gift_card_id, 2500, bela)
    assert find_breaches(shop) == []


def choose_one(shop: Shop) -> int:
    """Anna, who takes a gift card for all of her points."""
    card = RewardTemplate(
        "card", RewardKind.GIFT_CARD, "25 €", issue=IssueMode.CHOOSE, price=50, amount_minor=2500
    )
    publish_changes(shop, kind=ProgramKind.MIXED, rewards=(card,))
    anna = shop.account_id(shop.join("Anna"))
    adjust(shop.services, shop.request(anna), Unit.POINTS, 50, "courtesy")
    choose(shop.services, shop.request(anna), "card")
    return anna


def test_a_card_that_points_paid_for_names_the_entry_that_paid(shop: Shop) -> None:
    anna = choose_one(shop)
    with shop.services.reading() as tx:
        (row,) = tx.execute(select(gift_cards.gift_cards)).all()
        paid = tx.execute(
            select(ledger.ledger_entries.c.quantity).where(ledger.ledger_entries.c.id == row.source_entry_id)
        ).scalar_one()
    assert (paid, row.purchaser_account_id) == (-50, anna)
    assert find_breaches(shop) == []


def test_a_merged_member_leaves_their_cards_to_the_one_who_stays(shop: Shop) -> None:
    anna, again = member_of(shop, "Anna"), member_of(shop, "Anna K.")
    card = sell(shop, holder_id=again)
    with shop.services.transaction() as tx:
        merge_gift_cards(shop.services, tx, again, anna, shop.clock.now())
    found = look_up(shop, card.code)
    assert (found.holder_id, found.usable_minor) == (anna, 5000)
    assert find_breaches(shop) == []


@pytest.mark.parametrize(
    ("table", "values", "invariant"),
    [
        (gift_cards.gift_card_transactions, {"value_minor": -1}, Invariant.CHAINED),
        (gift_cards.gift_card_transactions, {"recorded_at": START}, Invariant.CHAINED),
        (gift_cards.gift_cards, {"chain_head": bytes(32)}, Invariant.CHAINED),
        (gift_cards.gift_cards, {"balance_minor": 99999}, Invariant.FOLLOWS),
        (gift_cards.gift_cards, {"state": "blocked"}, Invariant.FOLLOWS),
    ],
)
def test_whatever_is_changed_afterwards_is_found(
    shop: Shop, table: Any, values: dict[str, object], invariant: Invariant
) -> None:
    card = sell(shop)
    shop.clock.pass_by(days=1)
    pay(shop, card, 100)
    with shop.services.transaction() as tx:
        tx.execute(
            update(table).where(table.c.id == 1 + (table is not gift_cards.gift_cards)).values(**values)
        )
    (found,) = find_breaches(shop)
    assert (found.gift_card_id, found.breach.invariant) == (card.gift_card_id, invariant)


def test_receipts_and_views_do_not_show_the_code_when_printed(shop: Shop) -> None:
    """They may end up in a log."""
    card = sell(shop)
    assert card.code
    assert card.code not in f"{card}{look_up(shop, card.code)}"


def held_by(shop: Shop, account_id: int) -> View:
    with shop.services.reading() as tx:
        account: Any = accounts.find_account(tx, account_id)
        (held,) = list_spendable(shop.services, tx, account.member_id)
    return held


def test_a_gift_card_taken_by_mistake_goes_back_for_its_points(shop: Shop) -> None:
    """It pays nothing more, and what was done before can be undone again."""
    anna = choose_one(shop)
    held = held_by(shop, anna)
    back = undo(shop.services, shop.request(anna))
    assert (back.done, back.points, back.ready) == ("undone", 50, ())
    assert code_of(spend, shop.services, ask(shop), held.id, 100, "EUR") == "not_enough_money"
    moves = list_moves(shop.services, shop.merchant_id, held.id)
    assert [(line.kind.value, line.value_minor) for line in moves] == [("issue", 2500), ("void", -2500)]
    assert find_breaches(shop) == []
    assert code_of(undo, shop.services, shop.request(anna)) == "nothing_to_undo"
    assert choose(shop.services, shop.request(anna), "card").points == 0


def give_away(shop: Shop, held: View) -> None:
    transfer(shop.services, ask(shop), held.id, member_of(shop, "Bo"))


def spend_a_cent(shop: Shop, held: View) -> None:
    spend(shop.services, ask(shop), held.id, 1, "EUR")


@pytest.mark.parametrize("use", [give_away, spend_a_cent])
def test_a_gift_card_that_was_used_stays(shop: Shop, use: Callable[[Shop, View], None]) -> None:
    anna = choose_one(shop)
    use(shop, held_by(shop, anna))
    assert code_of(undo, shop.services, shop.request(anna)) == "reward_already_used"
