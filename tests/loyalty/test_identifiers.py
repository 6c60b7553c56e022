"""Codes, names and addresses in one canonical form."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletpass.loyalty.identifiers import (
    LONGEST_EXTERNAL,
    LONGEST_NAME,
    new_barcode,
    new_typed_code,
    read_birthday,
    read_code,
    read_email,
    read_external,
    read_name,
    read_phone,
    read_plastic,
    spell_code,
)
from walletpass.loyalty.refusals import Refusal

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("make", [new_barcode, new_typed_code])
def test_a_code_is_found_however_it_was_typed(make: "type[str]") -> None:
    code = make()
    assert read_code(spell_code(code)) == code
    assert read_code(spell_code(code).lower().replace("-", " ")) == code


def test_look_alikes_are_one_and_the_same() -> None:
    assert read_code("o0iIlL1") == "0011111"


def test_a_barcode_cannot_be_guessed() -> None:
    assert len(new_barcode()) * 5 >= 128
    assert len({new_barcode() for _ in range(1000)}) == 1000


@given(st.text(max_size=300))
def test_any_text_is_a_name_or_refused(text: str) -> None:
    with suppress(Refusal):
        name = read_name(text)
        assert len(name) <= LONGEST_NAME
        assert name.isprintable()


@pytest.mark.parametrize(
    "name", ["Szőke Ödön", "Ødegård", "李小龍", "محمد", "O'Neill-Smith", "👩‍🚀 Ada"[:1] + " Ada"]
)
def test_names_of_any_script_stay_as_they_are(name: str) -> None:
    assert read_name(f"  {name}\n") == name


@pytest.mark.parametrize("text", ["A.Person@Example.COM ", "o'neill+wallet@mail.example.co.uk", "ő@példa.hu"])
def test_addresses_are_folded(text: str) -> None:
    assert read_email(text) == text.strip().casefold()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a@b",
        "a b@c.de",
        "a@c.de\nBcc: x@y.zz",
        "<a@c.de>",
        "a@c.de,b@c.de",
        "@c.de",
        "a@" + "x" * 300 + ".de",
    ],
)
def test_what_is_not_an_address_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_email(text)
    assert caught.value.code == "bad_email"


@given(st.text(max_size=40))
def test_any_text_is_a_phone_number_or_refused(text: str) -> None:
    with suppress(Refusal):
        assert 6 <= len(read_phone(text).removeprefix("+")) <= 15


@pytest.mark.parametrize("text", ["2026-11-23", "1890-01-01", "2025-02-29", "yesterday", ""])
def test_nobody_is_born_tomorrow_or_on_a_day_that_never_was(text: str) -> None:
    with pytest.raises(Refusal):
        read_birthday(text, TODAY)


@given(st.text(max_size=300))
def test_any_text_is_an_address_or_refused_and_can_be_kept(text: str) -> None:
    with suppress(Refusal):
        assert read_email(text).isprintable()
        read_email(text).encode()


@pytest.mark.parametrize("text", ["a\u202e@b.com", "a@b\u200d.com", "\ud800@b.com", "a\0@b.com"])
def test_addresses_that_look_like_others_are_refused(text: str) -> None:
    """Signs that nobody sees, or that turn writing round."""
    with pytest.raises(Refusal, match="bad_email"):
        read_email(text)


def test_an_address_is_the_same_however_its_accents_were_typed() -> None:
    assert read_email("o\u030bdon@pelda.hu") == read_email("\u0151don@pelda.hu")


@pytest.mark.parametrize("text", ["+36 30 123 4567", "0036/30/123-4567", "00 36 (30) 1234567"])
def test_both_ways_to_write_a_country_are_one_number(text: str) -> None:
    assert read_phone(text) == "+36301234567"


@pytest.mark.parametrize("text", ["0012-3400 0O", " 00123400OO", "00123400-00"])
def test_a_printed_number_is_read_as_scan_codes_are(text: str) -> None:
    assert read_plastic(text) == "0012340000"


@pytest.mark.parametrize("text", ["", "12345", "1" * 33, "12345é", "123456\0"])
def test_what_is_not_a_printed_number_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="bad_card_number"):
        read_plastic(text)


@given(st.text(max_size=100))
def test_a_till_calls_people_by_anything_that_can_be_written(text: str) -> None:
    with suppress(Refusal):
        external = read_external(text)
        assert 0 < len(external) <= LONGEST_EXTERNAL
        assert external.isprintable()


def test_a_till_may_tell_upper_and_lower_case_apart() -> None:
    assert read_external(" aB-7 ") == "aB-7"
