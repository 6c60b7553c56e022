"""Dividing units and money."""

import ast
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import walletpass.loyalty
from walletpass.loyalty.rounding import floor_share, to_decimal

ROOM = Path(walletpass.loyalty.__file__).parent
DIVIDES = (ast.Div, ast.FloorDiv, ast.Mod)
MAY_DIVIDE = {
    "rounding.py": "this is that one place",
    "check_in.py": "time and metres",
    "expiry.py": "months",
    "limits.py": "time",
    "local_days.py": "months",
    "positions.py": "the globe",
    "overlaps.py": "time",
    "time_spans.py": "time",
}


def divides(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp | ast.AugAssign):
        return isinstance(node.op, DIVIDES)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in ("round", "float", "divmod")
    return isinstance(node, ast.Constant) and isinstance(node.value, float)


def test_units_and_money_are_whole_and_divided_in_one_place() -> None:
    """No rule has a fraction, a float or a rounding of its own."""
    found = {p.name for p in ROOM.rglob("*.py") if any(map(divides, ast.walk(ast.parse(p.read_text()))))}
    assert found == set(MAY_DIVIDE)


@given(st.integers(-(10**12), 10**12), st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_share_is_the_largest_whole_number_that_fits(amount: int, numerator: int, denominator: int) -> None:
    share = floor_share(amount, numerator, denominator)
    assert share * denominator <= amount * numerator < (share + 1) * denominator


def test_what_is_shown_is_exact() -> None:
    assert str(to_decimal(1995, 1000)) == "1.995"
