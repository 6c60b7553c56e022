"""What of a field's text can be pressed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletpass.simulator.detectors import LINK, PHONE_NUMBER, find_links, wanted_detectors

BOTH = (LINK, PHONE_NUMBER)


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("See https://example.org/a?b=1.", ["https://example.org/a?b=1"]),
        ("(https://example.org/)", ["https://example.org/"]),
        ("Mail hello@example.org, or call", ["mailto:hello@example.org"]),
        ("+31 10 000 00 00", ["tel:+31100000000"]),
        ("Bartók Béla út 20., Budapest\n+36 1 000 0000", ["tel:+3610000000"]),
        ("(020) 7946-0000", ["tel:02079460000"]),
        ("Stamped: 1 of 10.", []),
        ("Until 2026-11-22", []),
        ("javascript:alert(1)", []),
    ],
)
def test_links_addresses_and_numbers_are_found(text: str, addresses: list[str]) -> None:
    assert [part.address for part in find_links(text, BOTH) if part.address] == addresses


def test_what_a_field_turns_off_stays_text() -> None:
    text = "https://example.org +31 10 000 00 00"
    assert [part.address for part in find_links(text, [PHONE_NUMBER]) if part.address] == ["tel:+31100000000"]
    assert wanted_detectors({"dataDetectorTypes": []}) == []
    assert wanted_detectors({"dataDetectorTypes": [LINK, "PKDataDetectorTypeAddress"]}) == [LINK]
    assert wanted_detectors({"dataDetectorTypes": "none"}) == list(BOTH), "of a wrong type: as if missing"


@given(st.text(alphabet="htps:/.@+-() 019aé\n<>\"'"))
def test_no_character_is_lost_and_only_harmless_addresses_come_out(text: str) -> None:
    parts = list(find_links(text, BOTH))
    assert "".join(part.text for part in parts) == text
    schemes = ("http://", "https://", "mailto:", "tel:")
    assert all(part.address.startswith(schemes) for part in parts if part.address)
