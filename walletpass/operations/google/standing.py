"""How cards stand at Google."""

from dataclasses import dataclass
from datetime import datetime

from walletpass.operations.services import Services
from walletpass.store import google
from walletpass.store.google_outbox import google_outbox
from walletpass.store.halts import google_halts, list_halts
from walletpass.store.lanes import count_waiting


@dataclass(frozen=True, slots=True)
class GoogleHalt:
    issuer_id: str
    cause: str
    since: datetime
    retry_at: datetime


@dataclass(frozen=True, slots=True)
class GoogleStanding:
    saved: int
    """Cards that somebody has in their wallet now."""
    offered: int
    """Cards that Google knows and nobody holds."""
    waiting: int
    """Changes that Google was not told of yet."""
    oldest: datetime | None
    """Since when the first of them waits."""
    problems: dict[str, int]
    """Google's reason for not taking a card -> how many cards."""
    halts: tuple[GoogleHalt, ...]


def show_standing(services: Services) -> GoogleStanding:
    with services.snapshot() as tx:
        counts = google.count_objects(tx)
        waits = count_waiting(tx, google_outbox)
        return GoogleStanding(
            saved=counts.saved,
            offered=counts.offered,
            waiting=waits.waiting,
            oldest=waits.oldest,
            problems=google.count_problems(tx),
            halts=tuple(
                GoogleHalt(row.whom, row.reason, row.since, row.retry_at)
                for row in list_halts(tx, google_halts)
            ),
        )
