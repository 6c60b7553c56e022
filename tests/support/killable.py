"""An installation in production's shape, a web server and a worker, whose processes are killed without warning."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import monotonic
from types import TracebackType
from typing import Self

import requests

_REPOSITORY = Path(__file__).parents[2]
_SECONDS_TO_START = 60
_LOOK_EVERY = 0.05
_WEB = (
    *("granian", "--interface", "wsgi", "--http", "1", "--no-ws", "--log-level", "warning"),
    *("--blocking-threads", "4", "--host", "127.0.0.1"),
)
_WORKER = ("walletpass", "worker")


@dataclass
class Killable:
    """A process with all its children. What it writes is appended to `log`."""

    module: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *self.module],
                env=self.environment,
                cwd=_REPOSITORY,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    @property
    def has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None


class Installation:
    """All that is left of it is killed on leaving."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        inherited = os.environ  # noqa: TID251 - what any program started from here would get
        whole = {**inherited, **environment}
        web = (*_WEB, "--port", environment["PORT"], "wsgi:app")
        self.url = f"http://127.0.0.1:{environment['PORT']}"
        self._processes = {
            "web": Killable(web, whole, folder / "web.log"),
            "worker": Killable(_WORKER, whole, folder / "worker.log"),
        }

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self, *names: str) -> None:
        """Those, or all; returns when the web server answers."""
        for name in names or tuple(self._processes):
            self._processes[name].start()
        deadline = monotonic() + _SECONDS_TO_START
        while not self._answers():
            assert not self._processes["web"].has_ended, "The web server ended by itself."
            assert monotonic() < deadline, "The web server does not answer."
            Event().wait(_LOOK_EVERY)

    def kill(self, *names: str) -> None:
        """Those, or all."""
        for name in names or tuple(self._processes):
            self._processes[name].kill()

    @property
    def said(self) -> str:
        """All that its processes wrote."""
        return "".join(each.log.read_text(errors="replace") for each in self._processes.values())

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/healthz", timeout=5).ok
        except requests.RequestException:
            return False
