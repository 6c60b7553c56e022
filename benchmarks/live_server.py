"""Servers to be measured over HTTP, as processes of their own."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import monotonic, sleep

SERVE = ("walletpass", "serve")
_SECONDS_TO_START = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def server_environment(folder: Path, **more: str) -> dict[str, str]:
    """Settings of `walletpass serve`. Whoever asks much names another address for each phone: one alone would soon
    be told to slow down."""
    named = {"DATA_DIR": str(folder), "PORT": str(free_port()), "SECRET_KEY": "benchmark"}
    return {**named, "TRUSTED_PROXIES": "1", **more}


@contextmanager
def running_server(
    environment: Mapping[str, str], module: Sequence[str] = SERVE, ready: str = "/healthz"
) -> Iterator[int]:
    """Its port, which is PORT of its environment. Inherits the cores that this process may use."""
    port = int(environment["PORT"])
    process = subprocess.Popen([sys.executable, "-m", *module], env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait_until_ready(port, ready)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(_SECONDS_TO_START)


def _wait_until_ready(port: int, path: str) -> None:
    deadline = monotonic() + _SECONDS_TO_START
    while monotonic() < deadline:
        try:
            if _status(port, path) == 200:
                return
        except (OSError, HTTPException):
            sleep(0.1)
    sys.exit("The server to be measured did not start.")


def _status(port: int, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()
