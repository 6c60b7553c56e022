"""Rotating barcodes: good for three periods, told apart from old ones and from wrong ones."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletpass.gpay.totp import (
    DIGITS,
    PERIOD,
    RotatingCodeRefused,
    ShownCode,
    check_shown_code,
    describe_rotating_barcode,
    make_secret,
    value_at,
)
from walletpass.simulator.google.rotating import write_rotating_value

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
"""A period begins here."""
SECRET = bytes.fromhex("3132333435363738393031323334353637383930")
CARD = "7K3M9Q2R5T8W1X4Z6B0C2D4F6H8J"
instants = st.timedeltas(timedelta(days=1), timedelta(days=40_000)).map(lambda since: EPOCH + since)


def show_code(at: datetime, secret: bytes = SECRET) -> str:
    """What the simulated phone shows then; it computes by itself."""
    return write_rotating_value(describe_rotating_barcode(CARD, secret), at)


def read(text: str) -> ShownCode:
    shown = ShownCode.read(text)
    assert shown
    return shown


def refusal(text: str, now: datetime, secret: bytes = SECRET) -> str:
    with pytest.raises(RotatingCodeRefused) as caught:
        check_shown_code(read(text), secret, now)
    return caught.value.code


@pytest.mark.parametrize(
    ("milliseconds", "value"),
    [(59_000, "94287082"), (1_111_111_109_000, "07081804"), (20_000_000_000_000, "65353130")],
)
def test_values_are_those_of_the_standard(milliseconds: int, value: str) -> None:
    """RFC 6238, appendix B, for SHA-1."""
    assert value_at(SECRET, EPOCH + timedelta(milliseconds=milliseconds)) == value


def test_google_is_told_what_its_phones_need() -> None:
    """The secret in Base16, the period as a text, and a time beside the value."""
    described = describe_rotating_barcode(CARD, SECRET)
    assert described == {
        "type": "QR_CODE",
        "valuePattern": CARD + ".{totp_timestamp_seconds}.{totp_value_0}",
        "totpDetails": {
            "algorithm": "TOTP_SHA1",
            "periodMillis": "30000",
            "parameters": [{"key": SECRET.hex().upper(), "valueLength": 8}],
        },
    }


@given(instants)
def test_what_a_phone_makes_of_the_pattern_is_read_and_accepted(at: datetime) -> None:
    text = show_code(at)
    assert read(text).code == CARD
    assert read(text).value == value_at(SECRET, at)
    assert timedelta(0) <= at - EPOCH - timedelta(seconds=read(text).second) < PERIOD
    check_shown_code(read(text), SECRET, at)


@pytest.mark.parametrize("ahead", [-1, 0, 1])
def test_a_phone_s_clock_may_be_one_period_off(ahead: int) -> None:
    accepted = check_shown_code(read(show_code(NOW + ahead * PERIOD)), SECRET, NOW)
    assert accepted.step == (NOW + ahead * PERIOD - EPOCH) // PERIOD


@pytest.mark.parametrize("ahead", [-2, 2, -2000])
def test_a_code_of_another_time_is_stale_and_not_wrong(ahead: int) -> None:
    """A picture of the card: staff can say what to do."""
    assert refusal(show_code(NOW + ahead * PERIOD), NOW) == "stale_code"


def test_an_old_value_does_not_become_good_with_a_new_time() -> None:
    """Nothing vouches for the time that stands beside it."""
    old = value_at(SECRET, NOW - 5 * PERIOD)
    assert refusal(f"{CARD}.{int(NOW.timestamp())}.{old}", NOW) == "wrong_code"


def test_the_time_beside_a_good_value_makes_no_second_code_of_it() -> None:
    """A caller that lets each step be used once lets each value be used once."""
    value = value_at(SECRET, NOW)
    steps = {check_shown_code(ShownCode(CARD, second, value), SECRET, NOW).step for second in (0, 7, 10**11)}
    assert len(steps) == 1


@given(instants)
def test_a_step_is_refused_from_the_end_that_is_told(at: datetime) -> None:
    """So that a caller may forget it then."""
    shown = read(show_code(at))
    until = check_shown_code(shown, SECRET, at).until
    assert timedelta(0) < until - at <= 2 * PERIOD
    assert check_shown_code(shown, SECRET, until - timedelta(microseconds=1)).until == until
    with pytest.raises(RotatingCodeRefused):
        check_shown_code(shown, SECRET, until)


def test_each_card_has_a_secret_of_its_own() -> None:
    assert refusal(show_code(NOW, make_secret()), NOW) == "wrong_code"
    assert len({make_secret() for _ in range(100)}) == 100


@given(st.text(max_size=60) | st.from_regex(rf"[!-~]{{1,30}}\.[0-9]{{1,15}}\.[0-9]{{{DIGITS}}}"))
def test_whatever_is_scanned_is_read_or_not(text: str) -> None:
    """A code that never rotates is none; what is one is refused without more ado."""
    shown = ShownCode.read(text)
    if shown is not None and shown.value != value_at(SECRET, NOW):
        with pytest.raises(RotatingCodeRefused):
            check_shown_code(shown, SECRET, NOW)


@pytest.mark.parametrize(
    "text", [CARD, "", "..", f"{CARD}.1.1234567", f".1.{'1' * 8}", f"{CARD}.1.{'١' * 8}"]
)
def test_codes_that_do_not_rotate_are_told_apart(text: str) -> None:
    assert ShownCode.read(text) is None
