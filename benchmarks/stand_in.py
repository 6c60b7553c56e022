"""`nghttpd` in APNs' place: HTTP/2 with client certificates, on another core than the sender, and how busy it was."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from support.programs import install_from_debian

from benchmarks.cores import other_cores
from walletpass.pkpass.development import ServerFiles

_STREAMS = 1000
_SECONDS_TO_START = 10
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class StandIn:
    address: str
    process: subprocess.Popen[bytes]

    def processor_seconds(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS


@contextmanager
def running_stand_in(files: ServerFiles, folder: Path, push_tokens: Iterable[str]) -> Iterator[StandIn]:
    """Answers with 200 every push to one of these tokens: `folder` gets an empty file for each."""
    devices = folder / "3" / "device"
    devices.mkdir(parents=True)
    for token in push_tokens:
        (devices / token).touch()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ("--verify-client", f"-d{folder}", "-n1", f"-m{_STREAMS}", "-a127.0.0.1")
    process = subprocess.Popen(
        [_nghttpd(), *options, str(port), files.key, files.certificate],
        preexec_fn=lambda: os.sched_setaffinity(0, other_cores()),
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        yield StandIn(f"https://127.0.0.1:{port}", process)
    finally:
        process.kill()
        process.wait()


def _nghttpd() -> str:
    if not shutil.which("nghttpd"):
        install_from_debian("nghttp2-server")
    return shutil.which("nghttpd") or sys.exit("This benchmark needs nghttpd: apt-get install nghttp2-server")


def _wait_for(port: int) -> None:
    deadline = monotonic() + _SECONDS_TO_START
    while monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            sleep(0.05)
        else:
            return
    sys.exit("nghttpd did not start.")
