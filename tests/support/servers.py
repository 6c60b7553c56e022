"""The real server as a process of its own, on a free port and with a data folder of its own."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

COMMAND = (sys.executable, "-m", "walletpass")
READY = "walletpass answers on"
SECONDS_TO_START = 60
SECONDS_TO_END = 20


@dataclass
class RunningServer:
    """A server that said it answers."""

    url: str
    data_dir: Path
    process: subprocess.Popen[str]
    log: list[str] = field(default_factory=list)

    def end(self, by: signal.Signals = signal.SIGTERM) -> int:
        """The exit code."""
        self.process.send_signal(by)
        return self.process.wait(SECONDS_TO_END)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_server(
    data_dir: Path,
    *options: str,
    command: tuple[str | Path, ...] = COMMAND,
    cwd: Path | None = None,
    group_of_its_own: bool = False,
    **settings: str,
) -> Iterator[RunningServer]:
    """`walletpass serve` with `options`. On leaving it is ended and its log is printed, for a test that fails."""
    port = settings.setdefault("PORT", str(free_port()))
    inherited = os.environ  # noqa: TID251 - what any program started from here would get
    with subprocess.Popen(
        [*command, "serve", *options],
        env={**inherited, "DATA_DIR": str(data_dir), **settings},
        cwd=cwd,
        start_new_session=group_of_its_own,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        server = RunningServer(f"http://127.0.0.1:{port}", data_dir, process)
        settled = threading.Event()
        reader = threading.Thread(target=_keep_log, args=(server, settled), daemon=True)
        reader.start()
        try:
            assert settled.wait(SECONDS_TO_START), "The server neither answers nor ends."
            assert process.poll() is None, "The server ended by itself."
            yield server
        finally:
            process.kill()
            reader.join(SECONDS_TO_END)  # not for ever: a process left behind would hold the log open
            print("".join(server.log))


def _keep_log(server: RunningServer, settled: threading.Event) -> None:
    """Until the server has ended, which settles the matter as well."""
    assert server.process.stdout is not None
    for line in server.process.stdout:
        server.log.append(line)
        if READY in line:
            settled.set()
    settled.set()


@pytest.fixture(scope="session")
def _demo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with running_server(tmp_path_factory.mktemp("demo"), "--demo") as server:
        yield server


@pytest.fixture
def demo_server(_demo_server: RunningServer) -> Iterator[RunningServer]:
    """The demo, started once and shared by all tests: add to it, but rely on nothing that another may change."""
    lines_before = len(_demo_server.log)
    yield _demo_server
    print("".join(_demo_server.log[lines_before:]))
