"""What one person sends more than once at the same moment, on both databases."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar

import pytest
from support.shops import Shop

from walletpass.operations.customers.list_customers import list_customers
from walletpass.operations.delivery.relay import deliver_due
from walletpass.operations.enrolment.applicant import Applicant
from walletpass.operations.enrolment.join import Joined, join, new_form_key
from walletpass.operations.enrolment.request_code import request_code
from walletpass.operations.enrolment.restore import open_with_code

T = TypeVar("T")

TABS, ROUNDS = 6, 5
PATIENCE = 20
"""Seconds."""
LATER = timedelta(minutes=2)
"""A new code may be sent then; the one before is still good."""


def at_once(do: Callable[[int], T]) -> list[T]:
    """What each of the tabs was answered."""
    together = threading.Barrier(TABS, timeout=PATIENCE)

    def do_together(tab: int) -> T:
        together.wait()
        return do(tab)

    with ThreadPoolExecutor(TABS) as pool:
        return list(pool.map(do_together, range(TABS)))


def codes_sent(shop: Shop) -> list[str]:
    """Since the last time."""
    shop.mail.letters.clear()
    deliver_due(shop.services)
    return ["".join(filter(str.isdigit, subject)) for _to, subject, _text in shop.mail.letters]


def test_codes_asked_for_at_the_same_moment_are_one_that_opens_the_card(shop: Shop) -> None:
    for number in range(ROUNDS):
        page_key = shop.join("Anna", email := f"anna-{number}@example.com")
        for _again in range(2):
            shop.clock.at += LATER
            awaited = set(at_once(lambda _tab, to=email: request_code(shop.services, shop.code, to, "en")))
            (code,) = codes_sent(shop)
        (identifier_id,) = awaited
        assert open_with_code(shop.services, shop.code, identifier_id, code) == page_key


def send_form(shop: Shop, form_key: str) -> Joined:
    anna = Applicant(name="Anna", email="anna@example.com")
    return join(shop.services, shop.code, anna, "en", "test", form_key)


@pytest.mark.parametrize("form_key", ["", new_form_key()], ids=["forms of their own", "the same form"])
def test_who_joins_several_times_at_the_same_moment_has_one_card(shop: Shop, form_key: str) -> None:
    """And in the other tabs what a second try gets: the card for the same form, else one code by e-mail."""
    answers = at_once(lambda _tab: send_form(shop, form_key or new_form_key()))
    assert list_customers(shop.services, shop.merchant_id).total == 1
    (page_key,) = {answer.page_key for answer in answers if answer.page_key}
    if form_key:
        assert answers == TABS * [Joined(page_key)]
        return
    (identifier_id,) = {answer.identifier_id for answer in answers if answer != Joined(page_key)}
    (code,) = codes_sent(shop)
    assert identifier_id is not None
    assert open_with_code(shop.services, shop.code, identifier_id, code) == page_key
