"""The one place where anything is divided."""


def floor_share(amount: int, numerator: int, denominator: int) -> int:
    """`numerator`/`denominator` of the amount, rounded down. All are whole; `denominator` is above zero."""
    return amount * numerator // denominator
