"""How far a roll-out is."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from walletpass.loyalty.wording import Sentence, counted, sentence
from walletpass.operations.services import Services
from walletpass.store import merchants, roll_outs
from walletpass.store.roll_outs import Reason, State

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
_TOLD_IN_HOURS = timedelta(minutes=90)


@dataclass(frozen=True, slots=True)
class Progress:
    reason: Reason
    state: State
    moved: int
    total: int
    """Cards to move when it began; those that a stamp moved meanwhile need no moving any more."""
    started_at: datetime
    ended_at: datetime | None
    rate: float
    """Cards a second."""

    @property
    def left(self) -> timedelta:
        """While it is running."""
        return timedelta(seconds=(self.total - self.moved) / self.rate)

    @property
    def sentence(self) -> Sentence:
        cards = sentence("%(moved)s of %(total)s cards", moved=self.moved, total=self.total)
        if self.state is State.PAUSED:
            return sentence("%(cards)s, paused", cards=cards)
        return sentence("%(cards)s, %(left)s", cards=cards, left=_tell_left(self.left))


def find_progress(services: Services, merchant_id: int) -> Progress | None:
    """Of the last roll-out; None where there was never anything to move."""
    with services.reading() as tx:
        program = merchants.find_program_of_merchant(tx, merchant_id)
        row: Any = roll_outs.find_last(tx, program.id) if program is not None else None
    return None if row is None else _read(row)


def list_progress(services: Services) -> list[tuple[str, Progress]]:
    """Of what is running or paused, with the shop's name."""
    with services.reading() as tx:
        return [(row.merchant_name, _read(row)) for row in roll_outs.list_present(tx)]


def _read(row: Any) -> Progress:
    return Progress(
        reason=Reason(row.reason),
        state=State(row.state),
        moved=row.moved,
        total=row.total,
        started_at=row.started_at,
        ended_at=row.ended_at,
        rate=row.rate,
    )


def _tell_left(left: timedelta) -> Sentence:
    if left < _MINUTE:
        return sentence("less than a minute left")
    if left < _TOLD_IN_HOURS:
        return counted("about %(n)s minute left", "about %(n)s minutes left", math.ceil(left / _MINUTE))
    return sentence("about %(n)s hours left", n=round(left / _HOUR))
