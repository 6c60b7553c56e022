"""What no honest till sends: each is refused with a code of its own, and nothing is written."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from support.purchases import by_amount, rule
from support.rules import publish_changes
from support.shops import Shop, add_shop

from walletpass.loyalty.earn_rules import Trigger
from walletpass.loyalty.program import ProgramKind
from walletpass.loyalty.refusals import Kind, Refusal
from walletpass.loyalty.reward_templates import IssueMode, RewardKind, RewardTemplate
from walletpass.loyalty.rules.amounts import MOST_MINOR, Price
from walletpass.loyalty.rules.basket import Basket, returned
from walletpass.loyalty.rules.earn import MOST_UNITS
from walletpass.loyalty.units import Unit
from walletpass.operations.earning.adjust import MOST_BY_HAND, adjust, bring_in, revive
from walletpass.operations.earning.extend import extend
from walletpass.operations.earning.purchase import Purchase, post_purchase
from walletpass.operations.earning.refund import find_purchase, refund
from walletpass.operations.earning.stamp import stamp
from walletpass.operations.enrolment.applicant import Applicant
from walletpass.operations.enrolment.join import join, new_form_key
from walletpass.operations.posting.outcome import Outcome
from walletpass.operations.posting.request import Post
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.rewards.choose import choose
from walletpass.operations.rewards.redeem import find_by_code, redeem, release, reserve
from walletpass.store import accounts, rewards, wrong_codes
from walletpass.store.columns import metadata

HUGE = "x" * 100_000
HALF = "\ud800"
"""Half a character, as broken JSON brings it."""
COUPON = RewardTemplate(
    "five", RewardKind.AMOUNT_COUPON, "5 off", issue=IssueMode.CHOOSE, price=10, amount_minor=500
)
MISSING = 2**40


class Counter:
    """A shop where a cent is a point, Anna with a bill, a coupon and its code, and Béla with nothing."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.services = shop, shop.services
        publish_changes(
            shop,
            kind=ProgramKind.MIXED,
            earn=(by_amount(1, 1), rule("tea", Trigger.ITEM, items={"Tea": 1})),
            rewards=(COUPON,),
        )
        self.anna = shop.account_id(shop.join("Anna", "anna@example.com"))
        self.bela = shop.account_id(shop.join("Béla", "bela@example.com"))
        self.buy(self.anna, 100, items={"Tea": 2}, bill="17")
        self.coupon = choose(self.services, self.ask(self.anna), "five").ready[0].id

    def ask(self, account_id: int, **options: Any) -> Post:
        return Post(self.shop.merchant_id, account_id, options.pop("key", new_form_key()), {}, **options)

    def buy(self, account_id: int, minor: int, **more: Any) -> Outcome:
        purchase = Purchase(
            more.pop("price", Price(minor)),
            more.pop("currency", "EUR"),
            more.pop("items", {}),
            more.pop("bill", None),
            more.pop("at", None),
        )
        return post_purchase(self.services, self.ask(account_id, **more), purchase)

    def back(self, bill: str, what: Basket | None = None, account_id: int | None = None) -> Outcome:
        return refund(self.services, self.ask(account_id or self.anna), bill, what)

    def code(self) -> str:
        with self.services.reading() as tx:
            row = rewards.find_reward(tx, self.anna, self.coupon)
            assert row is not None
            return self.services.vault.unseal(row.code_sealed)

    def count_rows(self) -> dict[str, int]:
        """Of all tables but the one that counts wrong codes."""
        with self.services.snapshot() as tx:
            tables = [table for table in metadata.sorted_tables if table is not wrong_codes.wrong_codes]
            return {t.name: tx.execute(select(func.count()).select_from(t)).scalar_one() for t in tables}

    def balances(self) -> list[tuple[Any, ...]]:
        a = accounts.accounts.c
        with self.services.reading() as tx:
            query = select(a.stamps, a.points, a.last_seq, a.card_version).order_by(a.id)
            return [tuple(row) for row in tx.execute(query)]

    @contextmanager
    def refuses(self, code: str) -> Iterator[None]:
        """With that code, and not a row more or less."""
        before = self.count_rows(), self.balances()
        with pytest.raises(Refusal) as refused:
            yield
        assert refused.value.code == code
        assert refused.value.kind is not Kind.UNAVAILABLE
        assert (self.count_rows(), self.balances()) == before


@pytest.fixture
def counter(shop: Shop) -> Counter:
    return Counter(shop)


def test_purchases_that_cannot_be_are_refused(counter: Counter) -> None:
    now = counter.shop.clock.now()
    for code, purchase in (
        ("bad_amount", {"minor": -1}),
        ("bad_amount", {"minor": MOST_MINOR + 1}),
        ("bad_amount", {"minor": 10**30}),
        ("bad_amount", {"price": Price(100, tips=-100)}),
        ("absurd_quantity", {"minor": MOST_MINOR}),
        ("absurd_quantity", {"items": {"Tea": 1001}}),
        ("absurd_quantity", {"items": {"Tea": 10**30}}),
        ("bad_quantity", {"items": {"Tea": 0}}),
        ("bad_quantity", {"items": {"Tea": -2}}),
        ("bad_item", {"items": {HUGE: 1}}),
        ("bad_item", {"items": {"": 1}}),
        ("bad_item", {"items": {"a\x00b": 1}}),
        ("bad_item", {"items": {HALF: 1}}),
        ("bad_item", {"items": {f"item {n}": 1 for n in range(201)}}),
        ("bad_currency", {"currency": "USD"}),
        ("bad_currency", {"currency": ""}),
        ("bad_currency", {"currency": HALF}),
        ("old_activity", {"at": now - timedelta(hours=72, seconds=1)}),
        ("old_activity", {"at": datetime.min.replace(tzinfo=UTC)}),
        ("future_activity", {"at": now + timedelta(minutes=5, seconds=1)}),
        ("future_activity", {"at": datetime.max.replace(tzinfo=UTC)}),
        ("bad_bill", {"bill": ""}),
        ("bad_bill", {"bill": HUGE}),
        ("bad_bill", {"bill": "a\x00b"}),
        ("bad_bill", {"bill": HALF}),
        ("known_purchase", {"bill": "17"}),
        ("unknown_location", {"location_id": MISSING}),
        ("unknown_location", {"location_id": -1}),
        ("bad_key", {"key": "short"}),
        ("bad_key", {"key": HUGE}),
        ("bad_key", {"key": "\x00" * 20}),
    ):
        asked: dict[str, Any] = {"minor": 100, **purchase}
        with counter.refuses(code):
            counter.buy(counter.bela, **asked)
    with counter.refuses("unknown_card"):
        counter.buy(MISSING, 100)


def test_an_item_that_no_rule_names_earns_nothing(counter: Counter) -> None:
    """Tills send whole bills; they know no rules."""
    assert counter.buy(counter.bela, 0, items={"Umbrella": 1}).points == 0


def test_a_balance_cannot_overflow(counter: Counter) -> None:
    """What is too much in sum is refused like what is too much at once."""
    assert counter.buy(counter.bela, MOST_UNITS).points == MOST_UNITS
    with counter.refuses("absurd_quantity"):
        counter.buy(counter.bela, 1)
    with counter.refuses("absurd_quantity"):
        counter.buy(counter.bela, MOST_UNITS - 1)
    request = counter.ask(counter.bela)
    with counter.refuses("absurd_quantity"):
        adjust(counter.services, request, Unit.POINTS, 1, "other")


def test_refunds_that_cannot_be_are_refused(counter: Counter) -> None:
    for code, bill, what in (
        ("unknown_purchase", "18", None),
        ("bad_bill", "", None),
        ("bad_bill", HUGE, None),
        ("bad_bill", "17\x00", None),
        ("bad_bill", HALF, None),
        ("refund_too_large", "17", returned(101)),
        ("refund_too_large", "17", returned(-1)),
        ("refund_too_large", "17", returned(10**30)),
        ("bad_amount", "17", returned(0)),
        ("not_bought", "17", returned(items={"Tea": 3})),
        ("not_bought", "17", returned(items={"Tea": -1})),
        ("not_bought", "17", returned(items={HUGE: 1})),
        ("not_bought", "17", returned(items={HALF: 1})),
        ("bad_quantity", "17", returned(1, quantity=2)),
        ("bad_quantity", "17", returned(1, quantity=-1)),
    ):
        with counter.refuses(code):
            counter.back(bill, what)
    counter.back("17")
    with counter.refuses("taken_back_already"):
        counter.back("17")
    with counter.refuses("unknown_purchase"):
        counter.back("17", account_id=counter.bela)


def test_a_bill_is_its_members_and_its_shops_own(counter: Counter) -> None:
    """Somebody else's is answered like one that never was; two shops may use the same number."""
    with counter.refuses("unknown_purchase"):
        counter.back("17", account_id=counter.bela)
    services = counter.services
    other = add_shop(services, "Tea House", get_rules(services, counter.shop.merchant_id).program.milestones)
    theirs = Shop(
        services,
        counter.shop.clock,
        counter.shop.mail,
        counter.shop.pushes,
        other,
        get_rules(services, other).code,
    )
    guest = theirs.account_id(join(services, theirs.code, Applicant(), "en", "test", new_form_key()).page_key)
    with counter.refuses("unknown_purchase"):
        find_purchase(services, other, "17")
    with counter.refuses("unknown_purchase"):
        refund(services, theirs.request(guest), "17")
    with counter.refuses("unknown_card"):
        refund(services, theirs.request(counter.anna), "17")
    post_purchase(services, theirs.request(guest), Purchase(Price(300), "EUR", {}, "17"))
    assert find_purchase(services, other, "17") == guest
    assert find_purchase(services, counter.shop.merchant_id, "17") == counter.anna
    with counter.refuses("unknown_reward"):
        find_by_code(services, other, counter.code())


def test_the_same_answer_for_a_wrong_code_and_for_another_shops(counter: Counter) -> None:
    """Whoever guesses learns nothing: not what there is elsewhere, not what another member has."""
    services, merchant_id = counter.services, counter.shop.merchant_id
    for code in ("0000-0000-0000", "", HUGE, "\x00", HALF, counter.code()[:-1]):
        with counter.refuses("unknown_reward"):
            find_by_code(services, merchant_id, code)
    for account_id, reward_id in (
        (counter.bela, counter.coupon),
        (counter.bela, MISSING),
        (counter.anna, -1),
    ):
        with counter.refuses("unknown_reward"):
            redeem(services, counter.ask(account_id), reward_id)
        for use in (reserve, release):
            with counter.refuses("unknown_reward"):
                use(services, counter.ask(account_id), reward_id, "a-reservation")
    for template in ("six", "", HUGE, HALF, "\x00"):
        request = counter.ask(counter.bela)
        with counter.refuses("unknown_reward"):
            choose(services, request, template)


def test_coupons_are_not_used_for_orders_that_cannot_be(counter: Counter) -> None:
    for order in (-1, MOST_MINOR + 1, 10**30):
        request = counter.ask(counter.anna)
        with counter.refuses("bad_amount"):
            redeem(counter.services, request, counter.coupon, order_minor=order)
    for reservation in ("", HUGE, "\x00" * 20, HALF * 20):
        request = counter.ask(counter.anna)
        with counter.refuses("bad_key"):
            reserve(counter.services, request, counter.coupon, reservation)


def test_by_hand_nothing_absurd_is_given(counter: Counter) -> None:
    services = counter.services
    with counter.refuses("bad_quantity"):
        adjust(services, counter.ask(counter.anna), Unit.POINTS, 0, "other")
    for quantity in (MOST_BY_HAND + 1, -MOST_BY_HAND - 1, 10**30):
        with counter.refuses("absurd_quantity"):
            adjust(services, counter.ask(counter.anna), Unit.POINTS, quantity, "other")
    for quantity, code in ((0, "bad_quantity"), (-1, "bad_quantity"), (MOST_BY_HAND + 1, "absurd_quantity")):
        with counter.refuses(code):
            revive(services, counter.ask(counter.anna), Unit.POINTS, quantity)
        with counter.refuses("bad_balance"):
            bring_in(services, counter.ask(counter.anna), Unit.POINTS, quantity)
    with counter.refuses("balance_too_small"):
        adjust(services, counter.ask(counter.anna), Unit.POINTS, -1000, "other")
    with counter.refuses("bad_reason"):
        adjust(services, counter.ask(counter.anna), Unit.POINTS, 5, HUGE)
    with counter.refuses("text_too_long"):
        adjust(services, counter.ask(counter.anna), Unit.POINTS, 5, "other", HUGE)
    with counter.refuses("text_too_long"):
        revive(services, counter.ask(counter.anna), Unit.POINTS, 5, HUGE)
    with counter.refuses("text_too_long"):
        stamp(services, counter.ask(counter.anna), 1, HUGE)
    for adding in (0, -1, -(10**30)):
        with counter.refuses("bad_quantity"):
            stamp(services, counter.ask(counter.bela), adding)
    with counter.refuses("too_many_at_once"):
        stamp(services, counter.ask(counter.bela), 10**30)


def test_what_a_note_cannot_hold_is_left_out_of_it(counter: Counter) -> None:
    note = f"a\x00b{HALF}c"
    assert adjust(counter.services, counter.ask(counter.anna), Unit.POINTS, 5, "other", note).points
    assert stamp(counter.services, counter.ask(counter.bela), 1, note).done


def test_units_that_a_programme_does_not_have_are_not_given(shop: Shop) -> None:
    account_id = shop.account_id(shop.join())
    for quantity in (1, -1):
        with pytest.raises(Refusal, match="unknown_unit"):
            adjust(shop.services, shop.request(account_id), Unit.POINTS, quantity, "other")
    with pytest.raises(Refusal, match="unknown_unit"):
        revive(shop.services, shop.request(account_id), Unit.POINTS, 1)
    with pytest.raises(Refusal, match="unknown_unit"):
        bring_in(shop.services, shop.request(account_id), Unit.POINTS, 1)


def test_last_days_are_neither_past_nor_absurd(counter: Counter) -> None:
    today = counter.shop.clock.now().date()
    services = counter.services
    for code, day in (
        ("bad_last_day", today - timedelta(days=1)),
        ("bad_last_day", date.min),
        ("far_last_day", date.max),
    ):
        with counter.refuses(code):
            bring_in(services, counter.ask(counter.anna), Unit.POINTS, 5, day)
        with counter.refuses(code):
            extend(services, counter.ask(counter.anna), day)
    with counter.refuses("lasts_already"):
        extend(services, counter.ask(counter.anna), today)
