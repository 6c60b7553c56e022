"""Amounts of money that were typed into a command: what is wrong with one is said."""

import re
from unicodedata import category

import click
from babel.numbers import get_currency_precision, get_currency_symbol, is_currency

from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rules.amounts import MOST_MINOR
from walletpass.translations.amounts import read_amount

_TYPED = re.compile(r"([^0-9.,-]*)(-?)[0-9]+(?:[.,]([0-9]+))?([^0-9.,-]*)")


def read_money(text: str, currency: str, *, least: int = 0) -> int:
    """Minor units, at least `least`. Raises Refusal bad_currency, and what ends the command in words."""
    try:
        minor = read_amount(text, currency)
    except Refusal:
        raise refuse_amount(text, _explain(text, currency)) from None
    if minor > MOST_MINOR:
        raise refuse_amount(text, "is too much.")
    if minor < least:
        raise refuse_amount(text, "is not above zero.")
    return minor


def refuse_amount(text: str, why: str) -> click.ClickException:
    return click.ClickException(f"{text!r} {why} (bad_amount)")


def _explain(text: str, currency: str) -> str:
    places = get_currency_precision(currency)
    found = _TYPED.fullmatch(text.strip())
    before, minus, decimals, after = found.groups("") if found else ("?", "", "", "")
    written = (before + after).strip()
    if _names_another(written, currency):
        raise Refusal("bad_currency", currency=currency)
    if written:
        return f"is not an amount such as {12.4:.{places}f}."
    if minus:
        return "is not above zero."
    return f"has too many decimals: {currency} has {places}." if len(decimals) > places else "is too much."


def _names_another(written: str, currency: str) -> bool:
    """By its code or its sign; $ is the sign of several."""
    if len(written) == 1 and category(written) == "Sc":
        return written not in get_currency_symbol(currency, "en")
    return is_currency(written.upper()) and written.upper() != currency
