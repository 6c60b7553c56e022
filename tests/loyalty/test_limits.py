"""Limits at the counter: a number each, exactly, and a sentence that says when it goes again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletpass.loyalty.limits import Burst, Recent, is_repeat, refuse_excess
from walletpass.loyalty.program import Limits
from walletpass.loyalty.refusals import Refusal
from walletpass.translations import translator

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LIMITS = Limits()


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def refusal_of(recent: Recent, adding: int = 1, *, override: bool = False) -> str:
    """Code and sentence; empty where it goes."""
    try:
        refuse_excess(LIMITS, recent, adding, NOW, override=override)
    except Refusal as refusal:
        return f"{refusal.code}: {translator('en').say(refusal.sentence)}"
    return ""


@pytest.mark.parametrize(("seconds", "repeat"), [(0, True), (4.9, True), (5, False), (31, False)])
def test_a_second_trigger_of_the_scanner_is_no_second_visit(seconds: float, repeat: bool) -> None:
    assert is_repeat(LIMITS, Recent(ago(seconds)), NOW) is repeat


def test_a_card_that_was_never_used_has_no_limit_behind_it() -> None:
    assert not is_repeat(LIMITS, Recent(), NOW)
    assert refusal_of(Recent()) == ""


@pytest.mark.parametrize(
    ("recent", "adding", "said"),
    [
        (Recent(ago(12)), 1, "too_soon: Stamped 12 s ago. Stamp again?"),
        (Recent(ago(29.9)), 1, "too_soon: Stamped 29 s ago. Stamp again?"),
        (Recent(ago(30)), 1, ""),
        (Recent(ago(-2)), 1, "too_soon: Stamped 0 s ago. Stamp again?"),
        (Recent(), 3, ""),
        (Recent(), 4, "too_many_at_once: At most 3 stamps in one scan."),
        (Recent(), 0, "bad_quantity: The quantity must be a whole number of at least 1."),
        (Recent(today=3), 2, ""),
        (
            Recent(today=3),
            3,
            "few_left_today: This card has had 3 of its 5 stamps for today. It can have 2 more.",
        ),
        (
            Recent(today=5),
            3,
            "too_many_today: This card has had its 5 stamps for today. It can be stamped again tomorrow.",
        ),
        (Recent(of_card=Burst(9, ago(50))), 1, ""),
        (
            Recent(of_card=Burst(10, ago(50))),
            1,
            "busy_card: This card was used 10 times within a minute. It goes again in 10 s.",
        ),
        (
            Recent(of_shop=Burst(100, ago(59.5))),
            1,
            "busy_shop: The shop has given 100 times within a minute. It goes again in 1 s.",
        ),
    ],
)
def test_each_limit_is_exact_and_says_when_it_goes_again(recent: Recent, adding: int, said: str) -> None:
    assert refusal_of(recent, adding) == said


def test_a_reason_lifts_the_cool_down_and_nothing_else() -> None:
    assert refusal_of(Recent(ago(12)), override=True) == ""
    assert refusal_of(Recent(ago(12), today=5), override=True).startswith("too_many_today")


def test_nobody_is_asked_for_a_reason_for_what_another_limit_refuses() -> None:
    assert refusal_of(Recent(ago(12), today=5)).startswith("too_many_today")


@given(st.integers(10, 1000), st.floats(0, 59.999))
def test_after_the_seconds_said_it_goes(count: int, since: float) -> None:
    """The burst's oldest is more than a minute ago by then."""
    with pytest.raises(Refusal) as caught:
        refuse_excess(LIMITS, Recent(of_card=Burst(count, ago(since))), 1, NOW)
    seconds = caught.value.sentence.values["seconds"]
    assert isinstance(seconds, int)
    assert 0 <= since + seconds - 60 < 1
