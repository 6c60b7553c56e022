import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletpass.gpay.contact_links import find_links


@pytest.mark.parametrize(
    ("contact", "found"),
    [
        ("+31 20 123 45 67", [("tel:+31201234567", "+31 20 123 45 67")]),
        ("Tel.: (020) 123-4567", [("tel:0201234567", "(020) 123-4567")]),
        ("12 34 56 78", [("tel:12345678", "12 34 56 78")]),
        ("https://corner.example/menu.", [("https://corner.example/menu", "https://corner.example/menu")]),
        ("Kijk op www.corner.example!", [("https://www.corner.example", "www.corner.example")]),
        ("corner-coffee.example", [("https://corner-coffee.example", "corner-coffee.example")]),
        ("hello@corner.example", [("mailto:hello@corner.example", "hello@corner.example")]),
        ("Herengracht 12, 1015 BA Amsterdam", []),
        ("Mo–Fr 08.30 - 17.00", []),
        ("2026-11-23", []),
        ("St.Pieter, Kft.Budapest", []),
        ("", []),
    ],
)
def test_what_can_be_called_or_opened_is_found(contact: str, found: list[tuple[str, str]]) -> None:
    """Under the words the merchant wrote; addresses, times and names are no links."""
    assert [(link.uri, link.text) for link in find_links(contact)] == found


def test_links_come_in_the_merchants_order_and_once() -> None:
    contact = "Corner Coffee\ncorner.example\n+31 20 1234567, hi@corner.example\nhttps://corner.example"
    assert [link.uri for link in find_links(contact)] == [
        "https://corner.example",
        "tel:+31201234567",
        "mailto:hi@corner.example",
    ]


@given(st.text(st.characters(codec="utf-8")))
def test_whatever_is_written_google_takes_what_is_found(contact: str) -> None:
    for link in find_links(contact):
        scheme, rest = link.uri.split(":", 1)
        assert scheme in ("https", "http", "tel", "mailto")
        assert rest
        assert link.uri.isascii()
        assert not any(letter.isspace() for letter in link.uri)
