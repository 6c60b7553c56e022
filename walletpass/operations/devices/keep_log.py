"""What phones log, kept for whoever looks for a fault. Anybody may send it, so it is bounded in every way."""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from walletpass.operations.devices.log_line import read_line
from walletpass.operations.services import Services
from walletpass.store import device_logs

log = logging.getLogger(__name__)

MOST_LINES = 50
"""Of one request."""
KEPT_FOR = timedelta(days=90)
MOST_KNOWN, MOST_UNKNOWN = 9_000, 1_000
"""Lines kept. What names no registered pass may come from anybody, and cannot push the others out."""


def keep_log(services: Services, lines: Sequence[str]) -> None:
    now, read = services.clock.now(), [read_line(line) for line in lines[:MOST_LINES]]
    if not read:
        return
    with services.transaction() as tx:
        for line in read:
            pass_id = device_logs.find_registered(tx, line.pass_type, line.serial)
            device_logs.add_line(tx, now, line.kind, pass_id, line.pass_type, line.text)
        device_logs.trim(tx, now - KEPT_FOR, MOST_KNOWN, MOST_UNKNOWN)
    log.warning("device.logged", extra={"kinds": dict(Counter(line.kind for line in read))})
