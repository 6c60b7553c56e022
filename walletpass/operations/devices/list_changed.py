"""Which passes of a phone changed since it last asked."""

import re
from dataclasses import dataclass

from walletpass.operations.services import Services
from walletpass.store import changes

_EPOCH_DIGITS, _NUMBER_DIGITS = 10, 20
_TAG = re.compile(rf"[0-9]{{{_EPOCH_DIGITS}}}[0-9]{{{_NUMBER_DIGITS}}}")


@dataclass(frozen=True, slots=True)
class Changed:
    serials: list[str]
    tag: str
    """To ask with next: digits only, of fixed width, the database's epoch before the number."""


def list_changed(services: Services, library_id: str, pass_type: str, tag: str | None) -> Changed:
    """All serials of the device where the tag is missing, unreadable or of another database."""
    with services.reading() as tx:
        epoch = changes.get_epoch(tx)
        serials, next_number = changes.list_changed(tx, library_id, pass_type, _read_tag(tag, epoch))
    return Changed(serials, f"{epoch:0{_EPOCH_DIGITS}}{next_number:0{_NUMBER_DIGITS}}")


def _read_tag(tag: str | None, epoch: int) -> int:
    if tag is None or not _TAG.fullmatch(tag) or int(tag[:_EPOCH_DIGITS]) != epoch:
        return 0
    return min(int(tag[_EPOCH_DIGITS:]), 2**63 - 1)
