"""The one place where anything is divided."""

from decimal import Decimal


def floor_share(amount: int, numerator: int, denominator: int) -> int:
    """`numerator`/`denominator` of the amount, rounded down. All are whole; `denominator` is above zero."""
    return amount * numerator // denominator


def to_decimal(numerator: int, denominator: int) -> Decimal:
    """To be shown, never to be counted with. Exact where the denominator is a power of ten."""
    return Decimal(numerator) / denominator
