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
    left: timedelta
    """While it is running."""

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
    if row is None:
        return None
    left = timedelta(seconds=(row.total - row.moved) / row.rate)
    return Progress(
        reason=Reason(row.reason),
        state=State(row.state),
        moved=row.moved,
        total=row.total,
        started_at=row.started_at,
        ended_at=row.ended_at,
        left=left,
    )


def _tell_left(left: timedelta) -> Sentence:
    if left < _MINUTE:
        return sentence("less than a minute left")
    if left < _TOLD_IN_HOURS:
        return counted("about %(n)s minute left", "about %(n)s minutes left", math.ceil(left / _MINUTE))
    return sentence("about %(n)s hours left", n=round(left / _HOUR))
