"""Codes that a till shows: good now, there, and nowhere else."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletpass.loyalty.check_in import (
    COOL_DOWN,
    STEP,
    is_check_in_code,
    make_check_in_code,
    refuse_again,
    refuse_far,
    shown_until,
)
from walletpass.loyalty.positions import Position
from walletpass.loyalty.refusals import Refusal

SECRET = bytes(range(32))
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
"""The beginning of a step."""
SHOP = Position(52.37, 4.90)


def refusal_of(call: object, *args: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        call(*args)  # type: ignore[operator]
    return caught.value


@pytest.mark.parametrize(
    ("seconds", "good"),
    [(-3600, False), (-0.001, False), (0, True), (59.999, True), (60, False), (86_400, False)],
)
def test_a_code_is_good_while_it_is_shown_and_one_step_longer(seconds: float, good: bool) -> None:
    code = make_check_in_code(SECRET, 1, NOW)
    assert is_check_in_code(SECRET, 1, code, NOW + timedelta(seconds=seconds)) is good


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.binary(min_size=32, max_size=32))
def test_a_code_is_good_for_its_location_and_secret_only(one: int, other: int, secret: bytes) -> None:
    code = make_check_in_code(SECRET, one, NOW)
    assert is_check_in_code(SECRET, other, code, NOW) is (one == other)
    assert is_check_in_code(secret, one, code, NOW) is (secret == SECRET)


@given(st.text())
def test_what_is_no_code_is_refused_without_trouble(text: str) -> None:
    assert not is_check_in_code(SECRET, 1, text, NOW)


def test_a_code_can_be_typed_as_people_type() -> None:
    code = make_check_in_code(SECRET, 1, NOW)
    assert re.fullmatch("[0-9A-HJKMNP-TV-Z]{16}", code)
    assert is_check_in_code(SECRET, 1, f" {code[:4]}-{code[4:].lower()}", NOW)


@given(st.datetimes(timezones=st.just(UTC)).filter(lambda now: 1970 < now.year < 9999))
def test_the_till_shows_another_code_when_it_is_told_to(now: datetime) -> None:
    until = shown_until(now)
    assert now < until <= now + STEP
    assert make_check_in_code(SECRET, 1, until - timedelta(microseconds=1)) == make_check_in_code(
        SECRET, 1, now
    )
    assert make_check_in_code(SECRET, 1, until) != make_check_in_code(SECRET, 1, now)


def test_a_member_checks_in_again_after_the_cool_down_and_hears_when() -> None:
    refuse_again(None, NOW)
    refuse_again(NOW - COOL_DOWN, NOW)
    refused = refusal_of(refuse_again, NOW - COOL_DOWN + timedelta(seconds=61), NOW)
    assert (refused.code, refused.sentence.values["minutes"]) == ("checked_in_already", 2)


def test_where_the_distance_matters_a_member_must_be_near() -> None:
    refuse_far(SHOP, None, None)
    refuse_far(SHOP, Position(52.3705, 4.9005), 300)
    assert refusal_of(refuse_far, SHOP, None, 300).code == "position_needed"
    refused = refusal_of(refuse_far, SHOP, Position(52.38, 4.90), 300)
    assert (refused.code, refused.sentence.values["metres"]) == ("too_far", 1112)
