"""Choosing the most loyal."""

from hypothesis import given
from hypothesis import strategies as st

from walletpass.loyalty.most_loyal import choose_most_loyal


def test_equals_are_treated_alike_and_nobody_is_chosen_for_nothing() -> None:
    measures = {1: 5, 2: 9, 3: 5, 4: 0, 5: 3}
    assert choose_most_loyal(measures, 1) == (2,)
    assert set(choose_most_loyal(measures, 2)) == {2, 1, 3}
    assert set(choose_most_loyal(measures, 10)) == {1, 2, 3, 5}
    assert choose_most_loyal(measures, 0) == choose_most_loyal({}, 5) == ()


@given(st.dictionaries(st.integers(), st.integers(0, 20)), st.integers(1, 30))
def test_nobody_left_out_did_as_much_as_one_who_was_chosen(measures: dict[int, int], most: int) -> None:
    chosen = choose_most_loyal(measures, most)
    rest = [measure for member, measure in measures.items() if member not in chosen]
    least = min((measures[member] for member in chosen), default=1)
    assert all(measure < least for measure in rest)
    assert len(chosen) >= min(most, sum(measure > 0 for measure in measures.values()))
    assert sum(measures[member] > least for member in chosen) < most
