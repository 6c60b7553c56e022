"""What a server process loads: the app, bound to the life of the process that started it."""

import multiprocessing
import os
import threading
from multiprocessing.connection import wait

from walletpass.app import open_app, start_relay, start_simulator


def _end_with_parent() -> None:
    """A server process whose parent was killed would go on answering on the port."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)


# Out of the terminal's reach: told to end by Ctrl-C and by its parent, granian waits for idle connections.
os.setpgid(0, 0)
threading.Thread(target=_end_with_parent, daemon=True).start()
app = open_app()
start_simulator(app)
start_relay(app)
