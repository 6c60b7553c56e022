"""Which passes of a phone changed since it last asked."""

import re
from dataclasses import dataclass

from walletpass.operations.services import Services
from walletpass.store import changes

_EPOCH_DIGITS, _NUMBER_DIGITS = 10, 20
_TAG = re.compile(rf"([0-9]{{{_EPOCH_DIGITS}}})([0-9]{{{_NUMBER_DIGITS}}})")
_LARGEST = 2**63 - 1
_NO_EPOCH = -1


@dataclass(frozen=True, slots=True)
class Changed:
    serials: list[str]
    tag: str
    """To ask with next: digits only, of fixed width, the database's epoch before the number."""


def list_changed(services: Services, library_id: str, pass_type: str, tag: str | None) -> Changed:
    """All serials of the device where the tag is missing, unreadable or of another database."""
    (epoch, since), now = _read_tag(tag), services.clock.now()
    with services.reading() as tx:
        listed = changes.list_changed(tx, library_id, pass_type, epoch, since, now)
    if listed.topic_id is not None:
        services.sightings.note(listed.topic_id, now)
    return Changed(listed.serials, f"{listed.epoch:0{_EPOCH_DIGITS}}{listed.next_tag:0{_NUMBER_DIGITS}}")


def _read_tag(tag: str | None) -> tuple[int, int]:
    """Epoch and number."""
    read = _TAG.fullmatch(tag or "")
    return (int(read[1]), min(int(read[2]), _LARGEST)) if read else (_NO_EPOCH, 0)
