"""What phones logged, for the people who look for a fault."""

from dataclasses import dataclass
from datetime import datetime

from walletpass.loyalty.wording import Sentence, sentence
from walletpass.operations.services import Services
from walletpass.store import device_logs

_MOST_OF_CARD, _MOST = 20, 200

KIND_NAMES = {
    "register": sentence("Could not register"),
    "list": sentence("Could not ask for changes"),
    "fetch": sentence("Could not fetch the card"),
    "unchanged": sentence("Was told of a change that was none"),
    "other": sentence("Something else"),
}
"""Of walletpass.operations.devices.log_line.KINDS."""


@dataclass(frozen=True, slots=True)
class LoggedLine:
    at: datetime
    told: Sentence
    """Its kind, in a few words."""
    text: str
    """A stranger's words."""
    account_id: int | None
    """Where the line names a pass that a phone is registered for."""


def read_log(
    services: Services, *, kind: str | None = None, account_id: int | None = None
) -> list[LoggedLine]:
    """Newest first, of one kind or one card or of all. Whose card it is was judged before."""
    most = _MOST if account_id is None else _MOST_OF_CARD
    with services.reading() as tx:
        lines = device_logs.list_lines(tx, most, kind=kind, account_id=account_id)
    return [LoggedLine(line.at, KIND_NAMES[line.kind], line.text, line.account_id) for line in lines]
