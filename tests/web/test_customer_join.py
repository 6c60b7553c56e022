"""What somebody meets who joins, or looks for their card again."""

import re
from html import unescape

import pytest
from support.shops import Shop
from support.visitors import Visitor, open_app
from werkzeug.test import TestResponse

from walletpass.loyalty.program import Asks, Milestone
from walletpass.operations.customers.list_customers import list_customers
from walletpass.operations.delivery.relay import deliver_due
from walletpass.operations.programs.publish import publish_rules
from walletpass.operations.programs.rules import get_rules


def join_address(shop: Shop) -> str:
    return f"/join/{shop.code}"


def count_customers(shop: Shop) -> int:
    return list_customers(shop.services, shop.merchant_id).total


def last_code(shop: Shop) -> str:
    """The six digits of the newest letter."""
    deliver_due(shop.services)
    found = re.search(r"\b\d{6}\b", shop.mail.letters[-1][2])
    assert found
    return found[0]


def ask(shop: Shop, asks: Asks) -> None:
    publish_rules(shop.services, shop.merchant_id, 1, (Milestone(10, "Free coffee"),), asks)


def title(answer: TestResponse) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", answer.text, re.DOTALL)
    assert found
    return unescape(found[1])


def test_the_page_shows_the_deal_and_leaves_consent_to_the_reader(one_shop: Shop, visitor: Visitor) -> None:
    page = visitor.get(join_address(one_shop))
    assert title(page) == "10 stamps: Free coffee"
    assert 'name="consent"' in page.text
    assert "checked" not in page.text


def test_whoever_joins_lands_on_their_card(one_shop: Shop, visitor: Visitor) -> None:
    answer = visitor.send(join_address(one_shop), name="Anna Kovács")
    assert answer.status_code == 303
    card = visitor.get(answer.location)
    assert card.status_code == 200
    assert "0 of 10" in card.text


def test_a_form_sent_twice_joins_once(one_shop: Shop, visitor: Visitor) -> None:
    filled_in = visitor.fill_in(join_address(one_shop), name="Anna")
    first, second = (visitor.send_again(join_address(one_shop), filled_in) for _ in range(2))
    assert first.location == second.location
    assert count_customers(one_shop) == 1


def test_the_source_in_the_link_is_counted(one_shop: Shop, visitor: Visitor) -> None:
    filled_in = visitor.fill_in(f"{join_address(one_shop)}?from=poster-a4")
    assert filled_in["from"] == "poster-a4"
    page = visitor.get(f"{join_address(one_shop)}?from=<script>alert(1)</script>")
    assert 'name="from" value=""' in page.text


@pytest.mark.parametrize(
    "name", ["أحمد بن علي", "山田 太郎", "Ödön Őry", "👩‍🚀 Zoë", "O'Brien & <b>Sons</b>"]
)
def test_names_in_any_script_are_taken_and_shown_as_text(one_shop: Shop, visitor: Visitor, name: str) -> None:
    assert visitor.send(join_address(one_shop), name=name).status_code == 303
    (customer,) = list_customers(one_shop.services, one_shop.merchant_id).lines
    assert customer.name.replace(" ", "") == "".join(c for c in name if c.isprintable()).replace(" ", "")


def test_an_error_is_told_at_the_field_and_in_a_summary_and_nothing_is_lost(
    one_shop: Shop, visitor: Visitor
) -> None:
    answer = visitor.send(join_address(one_shop), name='"><script>alert(1)</script>', email="nonsense")
    assert answer.status_code == 400
    assert 'aria-describedby="email-hint email-error"' in answer.text
    assert '<a href="#email">This is not an e-mail address.</a>' in answer.text
    assert "<script>alert" not in answer.text
    assert "&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
    assert count_customers(one_shop) == 0


def test_fields_are_shown_and_needed_as_the_merchant_wishes(one_shop: Shop, visitor: Visitor) -> None:
    ask(one_shop, Asks(name=True, email=None, phone=False, birthday=None))
    page = visitor.get(join_address(one_shop)).text
    assert 'id="name" name="name" required' in page
    assert 'id="phone"' in page
    assert 'id="email"' not in page
    assert 'name="consent"' not in page, "there is no address to send news to"
    assert visitor.send(join_address(one_shop)).status_code == 400


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"name": "x" * 7_000_000}, 413),
        ({"name": "x" * 1_000_000}, 400),
        ({"name": "\x00\x07 Anna \x1b[31m"}, 303),
        ({"email": "a\r\nBcc: all@example.com"}, 400),
        ({"form_key": "../../etc/passwd"}, 400),
        ({"form_key": ""}, 400),
        ({"csrf_token": "wrong"}, 400),
    ],
)
def test_hostile_fields_are_refused_in_words(
    one_shop: Shop, visitor: Visitor, fields: dict[str, str], status: int
) -> None:
    answer = visitor.send(join_address(one_shop), **fields)
    assert answer.status_code == status
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("path", ["", "/find", "/code"])
def test_an_unknown_shop_is_not_found(visitor: Visitor, path: str) -> None:
    answer = visitor.client.get(f"/join/nobody{path}", follow_redirects=True)
    assert answer.status_code == 404
    assert title(answer) == "This loyalty programme does not exist."


def test_a_known_address_gets_the_same_card_after_its_code(one_shop: Shop, visitor: Visitor) -> None:
    first = visitor.send(join_address(one_shop), email="anna@example.com").location
    again = visitor.send(join_address(one_shop), email=" Anna@Example.COM ")
    assert again.location == f"{join_address(one_shop)}/code"
    found = visitor.send(again.location, code=last_code(one_shop))
    assert (found.status_code, found.location) == (303, first)
    assert count_customers(one_shop) == 1


def test_a_wrong_code_stays_on_the_page_and_says_so(one_shop: Shop, visitor: Visitor) -> None:
    one_shop.join(email="anna@example.com")
    page = visitor.send(f"{join_address(one_shop)}/find", email="anna@example.com").location
    answer = visitor.send(page, code="nothing")
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.text
    assert visitor.send(page, code=last_code(one_shop)).status_code == 303


def test_after_five_wrong_codes_the_right_one_is_refused_too(one_shop: Shop, visitor: Visitor) -> None:
    one_shop.join(email="anna@example.com")
    page = visitor.send(f"{join_address(one_shop)}/find", email="anna@example.com").location
    code = last_code(one_shop)
    for _ in range(5):
        assert visitor.send(page, code="x").status_code == 400
    assert visitor.send(page, code=code).status_code == 400


def test_a_code_works_once_and_only_where_it_was_asked_for(one_shop: Shop, visitor: Visitor) -> None:
    one_shop.join(email="anna@example.com")
    page = visitor.send(f"{join_address(one_shop)}/find", email="anna@example.com").location
    code = last_code(one_shop)
    stranger = Visitor(open_app(one_shop).test_client())
    filled_in = stranger.fill_in(f"{join_address(one_shop)}/find", code=code)
    assert stranger.send_again(page, filled_in).location == f"{join_address(one_shop)}/find"
    assert visitor.send(page, code=code).status_code == 303
    assert visitor.get(page).status_code == 302, "the code is used up, so none is awaited"


def test_a_stranger_sees_what_a_member_sees(one_shop: Shop, visitor: Visitor) -> None:
    one_shop.join(email="anna@example.com")
    pages = []
    for email in ("anna@example.com", "nobody@example.com"):
        one = Visitor(open_app(one_shop).test_client())
        answer = one.send(f"{join_address(one_shop)}/find", email=email)
        text = one.get(answer.location).text
        pages.append(
            (answer.status_code, answer.location, re.sub(r'name="csrf_token" value="[^"]*"', "", text))
        )
    assert pages[0] == pages[1]
    deliver_due(one_shop.services)
    assert [letter[0] for letter in one_shop.mail.letters] == ["anna@example.com"]


def test_a_mailbox_is_not_flooded(one_shop: Shop, visitor: Visitor) -> None:
    one_shop.join(email="anna@example.com")
    for _ in range(3):
        visitor.send(f"{join_address(one_shop)}/find", email="anna@example.com")
    deliver_due(one_shop.services)
    assert len(one_shop.mail.letters) == 1
    one_shop.clock.pass_by(seconds=61)
    visitor.send(f"{join_address(one_shop)}/find", email="anna@example.com")
    deliver_due(one_shop.services)
    assert len(one_shop.mail.letters) == 2


def test_codes_cannot_be_tried_for_long(one_shop: Shop, visitor: Visitor) -> None:
    one_shop.join(email="anna@example.com")
    page = visitor.send(f"{join_address(one_shop)}/find", email="anna@example.com").location
    answers = [visitor.send(page, code="x").status_code for _ in range(12)]
    assert answers[-1] == 429


def test_the_page_speaks_the_reader_s_language(one_shop: Shop, visitor: Visitor) -> None:
    page = visitor.get(join_address(one_shop), Accept_Language="hu,en;q=0.5")
    assert '<html lang="hu">' in page.text
    chosen = visitor.get(f"{join_address(one_shop)}?from=poster&lang=nl").text
    assert '<html lang="nl">' in chosen
    assert f'href="{join_address(one_shop)}?from=poster&amp;lang=da"' in chosen
    assert '<html lang="nl">' in visitor.get(join_address(one_shop)).text, "the choice is remembered"


@pytest.mark.parametrize("name", ["strip", "logo"])
def test_pictures_of_an_example_card_may_be_kept(one_shop: Shop, visitor: Visitor, name: str) -> None:
    answer = visitor.get(f"{join_address(one_shop)}/{name}.png")
    assert answer.data.startswith(b"\x89PNG")
    assert answer.cache_control.public
    assert answer.cache_control.max_age
    assert "Set-Cookie" not in answer.headers


def test_only_pictures_of_the_card_are_drawn(one_shop: Shop, visitor: Visitor) -> None:
    assert visitor.get(f"{join_address(one_shop)}/passwd.png").status_code == 404


def test_the_rules_of_the_page_are_the_newest(one_shop: Shop, visitor: Visitor) -> None:
    ask(one_shop, Asks())
    assert get_rules(one_shop.services, one_shop.merchant_id).number == 2
    assert "v=1-2" in visitor.get(join_address(one_shop)).text
