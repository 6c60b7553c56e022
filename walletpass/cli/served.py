"""What a server process loads: the app, bound to the life of the process that started it."""

import atexit
import multiprocessing
import os
import sys
import threading
from multiprocessing.connection import wait

from walletpass.app import open_app, start_relay, start_simulator


def _end_with_parent() -> None:
    """A server process whose parent was killed would go on answering on the port."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)


def _leave_at_once() -> None:
    """A thread of the server that still answers somebody who left would come back to an interpreter that is being
    torn down, and abort the process. Nothing here needs tearing down: it may be killed at any moment."""
    sys.stdout.flush()
    os._exit(0)


# Out of the terminal's reach: told to end by Ctrl-C and by its parent, granian waits for idle connections.
os.setpgid(0, 0)
threading.Thread(target=_end_with_parent, daemon=True).start()
app = open_app()
start_simulator(app)
start_relay(app)
atexit.register(_leave_at_once)
