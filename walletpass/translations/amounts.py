"""Amounts of money as people type them."""

import re
from decimal import Decimal

from babel.numbers import get_currency_precision

from walletpass.loyalty.refusals import Refusal

_AMOUNT = re.compile(r"([0-9]{1,12})(?:[.,]([0-9]+))?")


def read_amount(text: str, currency: str) -> int:
    """Minor units of "12", "12.5" or "12,50"; without signs between thousands, which mean a comma elsewhere.

    Raises Refusal bad_amount, also for more places than the currency has.
    """
    found = _AMOUNT.fullmatch(text.strip())
    places = get_currency_precision(currency)
    if found is None or len(found[2] or "") > places:
        raise Refusal("bad_amount")
    return int(Decimal(f"{found[1]}.{found[2] or 0}").scaleb(places))
