"""What an owner's page was asked to show: values of a query that may be anything."""

from collections.abc import Mapping

from walletpass.card.design import LANGUAGES


def chosen_language(given: Mapping[str, str], otherwise: str) -> str:
    """`language` of a query, for what is shown on the page; the page itself is in the reader's."""
    wanted = given.get("language", "")
    return wanted if wanted in LANGUAGES else otherwise


def whole_number(text: str, otherwise: int, most: int = 10**9) -> int:
    """At most nine digits, else `otherwise`."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else otherwise
    return min(number, most)
