"""Amounts of money as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.wording import Money
from walletpass.translations import translator
from walletpass.translations.amounts import read_amount


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("25", "EUR", 2500),
        (" 19,99 ", "EUR", 1999),
        ("19.9", "EUR", 1990),
        ("0.01", "EUR", 1),
        ("1200", "JPY", 1200),
        ("1.234", "KWD", 1234),
    ],
)
def test_an_amount_is_read_in_the_smallest_unit_of_its_currency(text: str, currency: str, minor: int) -> None:
    """Yen have no cents, dinars have thousandths."""
    assert read_amount(text, currency) == minor


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", "1.999", "1,000.00", "1e3", "1_0", "٣", ".5", "5.", "NaN", "1" * 13, "€ 5"]
)
def test_what_may_mean_something_else_is_refused(text: str) -> None:
    """Never a guess about money."""
    with pytest.raises(Refusal) as caught:
        read_amount(text, "EUR")
    assert caught.value.code == "bad_amount"


@given(st.integers(0, 10**11))
def test_an_amount_comes_back_as_it_was_said(minor: int) -> None:
    """Also where a float would lose a cent."""
    said = translator("en").money(Money(minor, "EUR"))
    assert read_amount(said.replace("€", "").replace(",", ""), "EUR") == minor
