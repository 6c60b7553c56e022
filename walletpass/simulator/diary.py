"""What passed between the phone and servers, for people who watch."""

from collections.abc import Iterable
from typing import Any

from walletpass.loyalty.wording import Sentence, sentence
from walletpass.simulator.messenger import Entry

_SHOWN = 14
WORDS: dict[str, Sentence] = {
    "pushed": sentence("A push came"),
    "register": sentence("Registered for a card"),
    "list": sentence("Asked which cards changed"),
    "fetch": sentence("Fetched a card"),
    "unregister": sentence("Unregistered from a card"),
    "log": sentence("Sent a complaint"),
    "updated": sentence("Took over a new version"),
    "unchanged": sentence("The card had not changed"),
    "refused": sentence("Refused a card"),
    "dropped": sentence("Gave up trying"),
    "complained": sentence("Wrote a complaint"),
}


def describe_diary(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """The latest first, as plain JSON values; `what` is a key of WORDS."""
    latest = tuple(entries)[-_SHOWN:]
    return [
        {
            "at": entry.at.isoformat(),
            "what": str(entry.what),
            "status": entry.status,
            "milliseconds": round(entry.seconds * 1000),
            "text": entry.text,
        }
        for entry in reversed(latest)
    ]
