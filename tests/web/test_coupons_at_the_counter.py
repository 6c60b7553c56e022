"""A coupon is used for an order: staff see what it takes off before they confirm, with and without script."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from support.counters import Counter, send_form, send_json
from support.rules import publish_changes
from support.shops import Shop

from walletpass.loyalty.program import ProgramKind
from walletpass.loyalty.reward_icons import ICONS
from walletpass.loyalty.reward_templates import IssueMode, RewardKind, RewardTemplate
from walletpass.loyalty.units import Unit
from walletpass.operations.cards.counter_view import view_at_counter
from walletpass.operations.cards.find_card import find_card
from walletpass.operations.earning.adjust import adjust
from walletpass.operations.rewards.choose import choose
from walletpass.operations.rewards.redeem import reserve

TENTH = RewardTemplate(
    "tenth",
    RewardKind.PERCENT_COUPON,
    "A tenth off",
    issue=IssueMode.CHOOSE,
    price=1,
    percent=10,
    minimum_minor=2000,
    maximum_minor=1500,
)
MUG = RewardTemplate("mug", RewardKind.GIFT, "Mug", issue=IssueMode.CHOOSE, price=1)


@pytest.fixture
def code(counter: Counter) -> str:
    """A card with a coupon and a mug."""
    shop = counter.shop
    publish_changes(shop, kind=ProgramKind.POINTS, milestones=(), rewards=(TENTH, MUG))
    page_key = shop.join("Anna Kovács")
    account_id = shop.account_id(page_key)
    adjust(shop.services, shop.request(account_id), Unit.POINTS, 2, "courtesy")
    for reward in (TENTH, MUG):
        choose(shop.services, shop.request(account_id, choose=reward.id), reward.id)
    return counter.code_of(page_key)


@pytest.fixture
def kim(counter: Counter) -> FlaskClient:
    return counter.signed_in()


def list_ready(shop: Shop, code: str) -> dict[str, int]:
    view = view_at_counter(shop.services, shop.merchant_id, code)
    return {reward.title: reward.id for reward in view.ready}


def ask(counter: Counter, kim: FlaskClient, code: str, order: object, title: str = "A tenth off") -> Any:
    body = {"code": code, "reward_id": list_ready(counter.shop, code)[title], "order": order}
    return send_json(kim, "/staff/quote", body)


def test_a_coupon_is_told_from_what_is_simply_handed_over(kim: FlaskClient, code: str) -> None:
    ready = send_json(kim, "/staff/card", {"code": code}).json["ready"]
    assert [(each["title"], each["icon"], each["takes_order"]) for each in ready] == [
        ("A tenth off", "percent", True),
        ("Mug", "gift", False),
    ]


@pytest.mark.parametrize(
    ("order", "told"),
    [
        ("20", "€2.00 off. To pay: €18.00."),
        (" 123,45 ", "€12.34 off. To pay: €111.11."),
        ("400.00", "€15.00 off. To pay: €385.00."),
    ],
)
def test_the_discount_is_told_before_anything_is_used(
    counter: Counter, kim: FlaskClient, code: str, order: str, told: str
) -> None:
    """At most what the terms allow."""
    assert ask(counter, kim, code, order).json == {"sentence": told}
    assert "A tenth off" in list_ready(counter.shop, code)


@pytest.mark.parametrize(
    ("order", "refused"),
    [
        ("19.99", (409, "below_minimum")),
        ("0", (400, "order_missing")),
        ("", (400, "bad_amount")),
        ("1.234,50", (400, "bad_amount")),
        ("-5", (400, "bad_amount")),
        ("9" * 12, (400, "bad_amount")),
        ("9" * 21, (400, "bad_request")),
        (20, (400, "bad_request")),
    ],
)
def test_an_order_that_cannot_be_is_refused(
    counter: Counter, kim: FlaskClient, code: str, order: object, refused: tuple[int, str]
) -> None:
    answer = ask(counter, kim, code, order)
    assert (answer.status_code, answer.json["error"]["code"]) == refused


def test_what_is_no_coupon_has_no_discount(counter: Counter, kim: FlaskClient, code: str) -> None:
    assert ask(counter, kim, code, "20", "Mug").json["error"]["code"] == "not_a_coupon"


def test_what_somebody_else_hands_out_has_no_discount_meanwhile(
    counter: Counter, kim: FlaskClient, code: str
) -> None:
    shop, coupon = counter.shop, list_ready(counter.shop, code)["A tenth off"]
    account_id = find_card(shop.services, shop.merchant_id, code)
    reserve(shop.services, shop.request(account_id, reserve=1), coupon, "somebody-else")
    assert ask(counter, kim, code, "20").json["error"]["code"] == "reward_reserved"


def test_the_coupon_is_used_for_that_order(counter: Counter, kim: FlaskClient, code: str) -> None:
    """The order counts when it is confirmed, too."""
    body = {
        "code": code,
        "key": "one-intention-0001",
        "reward_id": list_ready(counter.shop, code)["A tenth off"],
    }
    for order, why in (("19", "below_minimum"), ("", "order_missing")):
        refused = send_json(kim, "/staff/redeem", {**body, "order": order})
        assert refused.json["error"]["code"] == why
    used = send_json(kim, "/staff/redeem", {**body, "order": "400"})
    assert (used.json["done"], [each["title"] for each in used.json["ready"]]) == ("redeemed", ["Mug"])
    assert used.json["sentence"] == "Redeemed. €15.00 off €400.00. 0 points."


def test_without_script_three_pages_do_the_same(counter: Counter, kim: FlaskClient, code: str) -> None:
    """Choose the coupon, type the order, confirm; what is wrong is said where it can be typed anew."""
    page = send_form(kim, "/staff/card", page="/staff/", code=code).text
    coupon = re.search(r'action="/staff/quote".*?name="reward_id" value="(\d+)"', page, re.DOTALL)
    assert coupon
    form = {**dict(re.findall(r'name="(csrf_token|code|key)" value="([^"]+)"', page)), "reward_id": coupon[1]}
    asked = kim.post("/staff/quote", data=form)
    assert (asked.status_code, 'name="order"' in asked.text, "A tenth off" in asked.text) == (200, True, True)
    below = kim.post("/staff/quote", data={**form, "order": "5"})
    assert (below.status_code, "orders of at least €20.00" in below.text) == (409, True)
    assert 'value="5"' in below.text
    quoted = kim.post("/staff/quote", data={**form, "order": "30"})
    assert "€3.00 off. To pay: €27.00." in quoted.text
    assert '<input type="hidden" name="order" value="30">' in quoted.text
    used = kim.post("/staff/redeem", data={**form, "order": "30"})
    assert "Redeemed. €3.00 off €30.00." in used.text
    assert "A tenth off" not in list_ready(counter.shop, code)


def test_every_picture_that_rules_can_name_is_drawn(counter: Counter) -> None:
    drawn = counter.app.jinja_env.get_template("parts/reward_icons.html").module
    assert set(drawn.drawings) == set(ICONS)  # type: ignore[attr-defined]
