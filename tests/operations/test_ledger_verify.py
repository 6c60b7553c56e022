"""Verification finds every way in which a ledger can be wrong, and says where; it finds nothing else."""

from dataclasses import replace

import pytest
from support.audits import find_breaches, tamper
from support.returns import STAMP_FOR_TEN, Card
from support.shops import Shop, add_shop

from walletpass.loyalty.expiry_policy import Duration, ExpiryKind, ExpiryPolicy
from walletpass.loyalty.invariants import Invariant
from walletpass.loyalty.program import Milestone
from walletpass.loyalty.rewards.gift_cards import GiftCard
from walletpass.operations.earning.undo import undo
from walletpass.operations.enrolment.join import new_form_key
from walletpass.operations.gift_cards.issue import issue
from walletpass.operations.gift_cards.moving import Request
from walletpass.operations.gift_cards.spend import spend
from walletpass.operations.ledger.verify import verify
from walletpass.operations.programs.publish import publish
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.rewards.redeem import redeem


@pytest.fixture
def account(shop: Shop) -> int:
    """A card with some history: a stamp that was taken back, a full card, a reward that was used."""
    account_id = shop.account_id(shop.join("Anna Kovács", "anna@example.com"))
    for _ in range(6):
        shop.clock.pass_by(days=1)
        shop.stamp(account_id, 2)
    shop.clock.pass_by(days=1)
    shop.stamp(account_id)
    shop.clock.pass_by(seconds=40)
    undo(shop.services, shop.request(account_id))
    shop.clock.pass_by(days=1)
    (ready,) = shop.stamp(account_id).ready
    redeem(shop.services, shop.request(account_id), ready.id)
    return account_id


def test_an_honest_ledger_keeps_every_invariant(shop: Shop, account: int) -> None:
    """And how much was looked at is told."""
    empty = shop.account_id(shop.join())
    assert empty != account
    report = verify(shop.services, shop.merchant_id, pytest.fail)
    assert not report.broken
    # Eight stamps, a full card turned into a reward, a stamp taken back, the reward used.
    assert report.looked_at["accounts"] == 2
    assert report.looked_at["entries"] == 8 + 1 + 1 + 1
    assert report.looked_at["lots"] == 8
    assert report.looked_at["rewards"] == 1
    assert report.looked_at["keys"] == 10


BROKEN = [
    # What was done, the invariant, the number of the entry if one is named, words of what is told.
    ("UPDATE ledger_entries SET quantity = 3 WHERE seq = 1", Invariant.CHAINED, 1, "not as it was written"),
    ("UPDATE ledger_entries SET reason = 'x' WHERE seq = 4", Invariant.CHAINED, 4, "not as it was written"),
    ("UPDATE ledger_entries SET seq = 100 WHERE seq = 3", Invariant.CHAINED, 4, "one before it is missing"),
    ("UPDATE accounts SET last_seq = last_seq + 1", Invariant.ONE_BY_ONE, None, "last number is 12"),
    ("UPDATE accounts SET chain_head = page_key_digest", Invariant.CHAINED, None, "after number 11"),
    ("UPDATE accounts SET stamps = 4", Invariant.FOLLOWS, None, "stamps is 4, by the ledger 3"),
    ("UPDATE accounts SET stamps_owed = 1", Invariant.FOLLOWS, None, "stamps_owed is 1, by the ledger 0"),
    (
        "UPDATE activities SET last_seq = last_seq + 1",
        Invariant.FOLLOWS,
        None,
        "has other entries than 1 to 2",
    ),
    ("UPDATE activities SET first_seq = 10, last_seq = 10", Invariant.FOLLOWS, None, "entries than 10 to 10"),
    ("UPDATE accounts SET points = 1", Invariant.FOLLOWS, None, "points is 1"),
    ("UPDATE accounts SET lifetime_stamps = 9", Invariant.FOLLOWS, None, "lifetime_stamps is 9"),
    (
        "UPDATE accounts SET stamps_roll_to = joined_at",
        Invariant.FOLLOWS,
        None,
        "by the ledger None",
    ),
    (
        "UPDATE lots SET remaining = 1, used_up = (1 = 0) WHERE remaining = 0",
        Invariant.LOTS,
        None,
        "by its alloc",
    ),
    ("UPDATE lots SET original = original - 1", Invariant.LOTS, 1, "says 2, lots say 1"),
    ("UPDATE lot_allocations SET quantity = -1", Invariant.LOTS, None, "of 2 left"),
    ("DELETE FROM lot_allocations", Invariant.LOTS, 6, "says -10, lots say 0"),
    ("UPDATE account_days SET visits = visits + 1", Invariant.FOLLOWS, None, "visits are counted"),
    ("UPDATE account_days SET stamps = 0", Invariant.FOLLOWS, None, "stamps of 2026-11-23 is 0"),
    ("UPDATE account_days SET spend_minor = 5", Invariant.FOLLOWS, None, "spend_minor of 2026-11-23 is 5"),
    ("DELETE FROM account_days", Invariant.FOLLOWS, None, "0 visits are counted, 7 were made"),
    ("UPDATE issued_rewards SET state = 'issued'", Invariant.FOLLOWS, None, "is issued, used 1 times"),
    ("UPDATE issued_rewards SET state = 'voided'", Invariant.FOLLOWS, None, "is voided, used 1 times"),
    ("UPDATE accounts SET card_version = 3", Invariant.TOLD, None, "version 3 of the card after 10 changes"),
    (
        "UPDATE ledger_entries SET kind = 'earn', quantity = 0, activity_id ="
        " (SELECT activity_id FROM ledger_entries WHERE seq = 1) WHERE seq = 2",
        Invariant.ONCE,
        2,
        "its rule gave for this activity before",
    ),
    (
        "UPDATE ledger_entries SET reverses_id = (SELECT id FROM ledger_entries WHERE seq = 11) WHERE seq = 9",
        Invariant.ONCE,
        9,
        "takes back what it cannot",
    ),
    (
        "UPDATE ledger_entries SET quantity = -2 WHERE kind = 'reverse_earn'",
        Invariant.ONCE,
        8,
        "-2 of it was taken back",
    ),
    (
        """UPDATE ledger_entries SET breakdown = '{"factor": {"of": [1.5]}}' WHERE seq = 2""",
        Invariant.WHOLE,
        2,
        "has a fraction",
    ),
]


@pytest.mark.parametrize(("statement", "invariant", "seq", "words"), BROKEN)
def test_whatever_is_broken_is_found(
    shop: Shop, account: int, statement: str, invariant: Invariant, seq: int | None, words: str
) -> None:
    assert find_breaches(shop) == []
    tamper(shop, statement)
    found = find_breaches(shop)
    assert {each.account_id for each in found} == {account}
    assert any(
        (each.breach.invariant, each.seq) == (invariant, seq) and words in each.breach.what for each in found
    ), found


@pytest.fixture
def returned_some(shop: Shop) -> int:
    """A card with a purchase of 30.00 of which two parts came back (one for no stamp), and one undone."""
    card = Card(shop, earn=(STAMP_FOR_TEN,))
    card.buy("bill-1", 30)
    card.give_back("bill-1", 5)
    card.give_back("bill-1", 1)
    card.buy("bill-2", 10)
    card.undo()
    return card.account


BOUGHT = [
    ("SET gross_minor = 2999 WHERE external_id = 'bill-1'", "gross_minor of activity 1 is 2999, 3000 of it"),
    ("SET eligible_minor = 3100 WHERE external_id = 'bill-1'", "activity 1 is 3100, by its entries 3000"),
    ("SET eligible_minor = -400 WHERE eligible_minor = -500", "activity 2 is -400, by its entries -500"),
    ("SET eligible_minor = -200 WHERE eligible_minor = -100", "activity 1 has another basket"),
    ("SET eligible_minor = -900 WHERE eligible_minor = -1000", "activity 5 is -900, what it undoes 1000"),
    ("SET details = NULL WHERE external_id = 'bill-1'", "activity 1 has another basket"),
    (
        """SET details = '{"basket": {"eligible": 1000, "items": {"tea": 1}, "quantity": 1}}'"""
        " WHERE external_id = 'bill-2'",
        "activity 4 has another basket",
    ),
]


@pytest.mark.parametrize(("change", "words"), BOUGHT)
def test_a_changed_number_of_a_purchase_is_found(
    shop: Shop, returned_some: int, change: str, words: str
) -> None:
    """By what entries say of it; where a return moved nothing, by what is left."""
    assert find_breaches(shop) == []
    tamper(shop, f"UPDATE activities {change}")
    found = [each.breach for each in find_breaches(shop) if "activity" in each.breach.what]
    assert [each.invariant for each in found][:1] == [Invariant.FOLLOWS]
    assert any(words in each.what for each in found), found


def test_a_changed_order_of_a_coupon_is_found(shop: Shop) -> None:
    account_id = shop.account_id(shop.join())
    shop.stamp(account_id)
    order = """UPDATE ledger_entries SET breakdown = '{"order": 900, "discount": 90}'"""
    tamper(shop, order, "UPDATE activities SET gross_minor = 1000")
    told = [each.breach.what for each in find_breaches(shop)]
    assert any("is 1000, by its entry 900" in what for what in told), told


def test_one_changed_entry_does_not_make_those_after_it_wrong(shop: Shop, account: int) -> None:
    tamper(shop, "UPDATE ledger_entries SET quantity = quantity + 1 WHERE seq = 1")
    found = [each for each in find_breaches(shop) if each.breach.invariant is Invariant.LOTS]
    assert [(each.seq, each.breach.what) for each in found] == [(1, "says 3, lots say 2")]


def test_lots_and_allocations_of_somebody_else_are_found(shop: Shop, account: int) -> None:
    other = shop.account_id(shop.join())
    shop.stamp(other, 2)
    tamper(
        shop, f"UPDATE lots SET account_id = {other} WHERE entry_id = (SELECT min(id) FROM ledger_entries)"
    )
    told = [(each.account_id, each.breach.invariant, each.breach.what) for each in find_breaches(shop)]
    assert (other, Invariant.ONLY_ADDED, "lot 1: no entry of this account opened it") in told
    assert (other, Invariant.ONLY_ADDED, "lot 1: no entry of this account took from it") in told


def test_a_reward_named_by_somebody_else_is_found(shop: Shop, account: int) -> None:
    other = shop.account_id(shop.join())
    shop.stamp(other)
    foreign = "(SELECT min(id) FROM issued_rewards)"
    tamper(shop, f"UPDATE ledger_entries SET issued_reward_id = {foreign} WHERE account_id = {other}")
    assert "names a reward of another account" in [each.breach.what for each in find_breaches(shop)]


def test_fractions_that_sqlite_would_keep_are_found(shop: Shop, account: int) -> None:
    if shop.services.database.engine.dialect.name != "sqlite":
        return
    tamper(
        shop,
        "UPDATE lots SET remaining = 0.5, used_up = 0 WHERE entry_id = 1",
        "UPDATE lot_allocations SET quantity = 1.5 WHERE id = 2",
    )
    assert [(each.breach.invariant, each.breach.what) for each in find_breaches(shop)] == [
        (Invariant.WHOLE, "lot 1 has a fraction"),
        (Invariant.WHOLE, "allocation 2 has a fraction"),
    ]


def test_a_key_that_is_there_twice_is_found(shop: Shop, account: int) -> None:
    """Only where the table lost its constraint."""
    tamper(
        shop,
        "CREATE TABLE copied AS SELECT * FROM posted_outcomes",
        "DROP TABLE posted_outcomes",
        "ALTER TABLE copied RENAME TO posted_outcomes",
        "INSERT INTO posted_outcomes SELECT id + 100, merchant_id, key, request_digest, outcome, at"
        " FROM posted_outcomes WHERE id = 1",
    )
    assert [(each.breach.invariant, each.where, each.breach.what) for each in find_breaches(shop)] == [
        (Invariant.KEYS, "", "posted_outcomes 101 has the key of another")
    ]


def test_one_shop_is_looked_at_alone(shop: Shop, account: int) -> None:
    other = add_shop(shop.services, "Other", (Milestone(5, "Bun"),))
    tamper(shop, "UPDATE accounts SET stamps = 9")
    assert not verify(shop.services, other, pytest.fail).broken
    assert verify(shop.services, None, lambda _: None).broken == {Invariant.FOLLOWS: 1}


def test_what_ran_out_and_is_not_posted_yet_is_no_error(shop: Shop) -> None:
    """A date that was moved so that nobody would look is one."""
    rules = get_rules(shop.services, shop.merchant_id)
    policy = ExpiryPolicy(ExpiryKind.ROLLING_ON_EARN, Duration(months=6))
    publish(shop.services, shop.merchant_id, rules.number, replace(rules.program, expiry=policy))
    account_id = shop.account_id(shop.join())
    shop.stamp(account_id, 3)
    shop.clock.pass_by(days=400)
    assert find_breaches(shop) == []
    tamper(shop, "UPDATE accounts SET next_change_at = NULL")
    (found,) = find_breaches(shop)
    assert (found.breach.invariant, found.breach.what) == (
        Invariant.FOLLOWS,
        "stamps is 3, by the ledger 0",
    )


def test_cards_from_before_there_were_lots_and_hashes_are_accepted(shop: Shop, account: int) -> None:
    """As the migration leaves them: no hashes, no days, and what is on the card as one lot of its newest entry."""
    tamper(
        shop,
        "UPDATE ledger_entries SET hash = NULL",
        "DELETE FROM account_days",
        "DELETE FROM lot_allocations",
        "DELETE FROM lots WHERE entry_id NOT IN (SELECT max(entry_id) FROM lots)",
        "UPDATE lots SET original = 3, remaining = 3",
        f"UPDATE accounts SET chain_head = {ZEROS[shop.services.database.engine.dialect.name]}",
    )
    assert find_breaches(shop) == []
    shop.clock.pass_by(days=1)
    shop.stamp(account)
    assert find_breaches(shop) == []
    tamper(shop, "UPDATE ledger_entries SET hash = NULL WHERE seq = 12")
    assert [each.breach.invariant for each in find_breaches(shop)] == [Invariant.CHAINED]


ZEROS = {"sqlite": "zeroblob(32)", "postgresql": "decode(repeat('00', 32), 'hex')"}


@pytest.mark.parametrize(
    ("statement", "invariant"),
    [
        ("UPDATE gift_card_transactions SET value_minor = 2600 WHERE seq = 1", Invariant.CHAINED),
        ("DELETE FROM gift_card_transactions WHERE seq = 2", Invariant.CHAINED),
        ("UPDATE gift_cards SET balance_minor = 2500", Invariant.FOLLOWS),
        ("UPDATE gift_cards SET last_seq = 7", Invariant.ONE_BY_ONE),
        (
            "UPDATE gift_cards SET source_entry_id = (SELECT min(id) FROM ledger_entries),"
            " purchaser_account_id = (SELECT min(id) FROM accounts)",
            Invariant.APART,
        ),
    ],
)
def test_a_gift_card_that_was_tampered_with_is_found(
    shop: Shop, account: int, statement: str, invariant: Invariant
) -> None:
    """Its money moves, how it stands, and who paid for it."""
    card = issue(shop.services, Request(shop.merchant_id, new_form_key()), GiftCard("EUR", 2500))
    spend(shop.services, Request(shop.merchant_id, new_form_key()), card.gift_card_id, 700, "EUR")
    report = verify(shop.services, shop.merchant_id, pytest.fail)
    assert (report.looked_at["gift cards"], report.looked_at["money moves"]) == (1, 2)
    tamper(shop, statement)
    assert [(each.where, each.breach.invariant) for each in find_breaches(shop)] == [
        (f"gift card {card.gift_card_id}", invariant)
    ]
