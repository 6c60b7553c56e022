"""Lines that phones log: read, stripped of secrets, and kept in bounds."""

import re
import time
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.phones import PASS_TYPE, TOKEN, hold_pass, unregister
from support.shops import Shop

from walletpass.operations.devices.keep_log import KEPT_FOR, MOST_LINES, keep_log
from walletpass.operations.devices.log_line import KINDS, LONGEST, read_line
from walletpass.operations.devices.read_log import KIND_NAMES, read_log
from walletpass.store import device_logs

URL = "https://cards.example/wallet"
DEVICE = "3f9a6c2e51b84d07a1c9e8b7d6f50432"
FORMS = {
    "register": f"[2026-05-03 10:00:00 +0200] Register task (for device {DEVICE}, pass type P, serial number S; "
    f"with web service url {URL}) encountered error: Unexpected response code 500",
    "list": f"[now] Get serial #s task (for device {DEVICE}, pass type P, last updated 17; "
    f"with web service url {URL}) encountered error: Unexpected response code 401",
    "fetch": "[now] Get pass task (pass type P, serial number S, if-modified-since T; "
    f"with web service url {URL}) encountered error: Received invalid pass data",
    "unchanged": f"[now] Web service error for P ({URL}): Server requested update to serial number 'S', "
    "but the pass was unchanged.",
    "other": "The battery is low.",
}


def unchanged(pass_type: str, serial: str) -> str:
    return FORMS["unchanged"].replace(" P ", f" {pass_type} ").replace("'S'", f"'{serial}'")


def test_every_kind_has_a_form_and_a_name() -> None:
    assert set(FORMS) == set(KINDS) == set(KIND_NAMES)


@pytest.mark.parametrize("kind", KINDS)
def test_a_line_says_what_failed_and_for_which_pass(kind: str) -> None:
    line = read_line(FORMS[kind])
    named = ("P" if kind != "other" else "", "S" if kind not in ("list", "other") else "")
    assert (line.kind, line.pass_type, line.serial) == (kind, *named)


def test_a_file_sent_though_the_phone_had_it_is_the_same_fault_as_a_needless_push() -> None:
    line = read_line(
        "[now] Web service error for P (U): Server ignored the 'if-modified-since' header (T) and returned the "
        "full unchanged pass data for serial number 'S'."
    )
    assert (line.kind, line.serial) == ("unchanged", "S")


@pytest.mark.parametrize("secret", [DEVICE, "short-id", "q3J8vTz0Lw5nYc1RkM7xPaZz_9-Qw4Er", "ab12" * 16])
def test_what_names_a_device_or_opens_a_pass_is_cut_out(secret: str) -> None:
    for line in (FORMS["register"].replace(DEVICE, secret), FORMS["list"].replace(DEVICE, secret)):
        assert secret not in read_line(line).text
    if len(secret) > 24:
        assert secret not in read_line(f"Authorization: ApplePass {secret}").text


def test_a_serial_number_stays() -> None:
    serial = "0123456789abcdef01234567"
    assert serial in read_line(unchanged("pass.a", serial)).text


@given(
    st.one_of(st.text(), st.sampled_from([*FORMS.values()]).flatmap(lambda form: st.text().map(form.__add__)))
)
def test_any_text_becomes_a_line_that_can_be_kept_and_shown(text: str) -> None:
    line = read_line(text)
    assert line.kind in KINDS
    assert len(line.text) <= LONGEST
    assert line.text.isprintable()
    assert not re.search(r"[A-Za-z0-9_\-]{25}", line.text)


@pytest.mark.parametrize(
    "part",
    [
        "Web service error for x ",
        "serial number 'unchanged ",
        "unchanged ",
        "Register task (for device ,",
        "(",
    ],
)
def test_a_line_made_to_hurt_is_read_quickly(part: str) -> None:
    started = time.process_time()
    for _ in range(10):
        read_line(f"Web service error for x {part * 500}")
    assert time.process_time() - started < 1


def test_a_line_counts_for_a_pass_only_where_a_phone_is_registered(shop: Shop) -> None:
    account_id = hold_pass(shop, "one")
    hold_pass(shop, "two", "another phone")
    unregister(shop.services, "another phone", PASS_TYPE, "two", TOKEN)
    keep_log(shop.services, [unchanged(PASS_TYPE, serial) for serial in ("one", "two", "unknown")])
    assert [line.account_id for line in read_log(shop.services)] == [None, None, account_id]
    (mine,) = read_log(shop.services, account_id=account_id)
    assert mine.text == unchanged(PASS_TYPE, "one")


def test_the_log_is_read_by_kind_newest_first(shop: Shop) -> None:
    keep_log(shop.services, [*FORMS.values(), "later"])
    assert [line.text for line in read_log(shop.services, kind="other")] == ["later", FORMS["other"]]


def test_one_request_brings_so_many_lines_at_most(shop: Shop) -> None:
    keep_log(shop.services, [f"line {number}" for number in range(MOST_LINES + 10)])
    assert len(read_log(shop.services)) == MOST_LINES


def test_old_lines_are_forgotten(shop: Shop) -> None:
    keep_log(shop.services, ["old"])
    shop.clock.at += KEPT_FOR + timedelta(seconds=1)
    keep_log(shop.services, ["new"])
    assert [line.text for line in read_log(shop.services)] == ["new"]


def test_lines_of_nobody_push_out_their_like_alone(shop: Shop) -> None:
    """Anybody can send them by the thousand."""
    hold_pass(shop, "one")
    keep_log(
        shop.services, [unchanged(PASS_TYPE, "one"), "first of nobody", "second of nobody", "third of nobody"]
    )
    with shop.services.transaction() as tx:
        device_logs.trim(tx, shop.clock.now() - KEPT_FOR, most_known=5, most_unknown=2)
    texts = [line.text for line in read_log(shop.services)]
    assert texts == ["third of nobody", "second of nobody", unchanged(PASS_TYPE, "one")]
