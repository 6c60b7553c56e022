"""`walletpass simulate apns`, started as somebody who writes a sender starts it."""

import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.apns_senders import TOKEN, TOPIC, FrameSender, sender_context
from support.servers import COMMAND, SECONDS_TO_END

from walletpass.pkpass.development import FOLDER

BUSY = "--refusal TooManyRequests"
NONSENSE = {
    "--refusal Nonsense": "APNs has no reason 'Nonsense'",
    "--goaway-every often": "Invalid value for '--goaway-every'",
    "--what": "No such option",
    "'": "No closing quotation",
}
"""What may be typed, and what is said to it."""


@dataclass
class Terminal:
    process: subprocess.Popen[str]
    folder: Path

    def read(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().rstrip("\n")

    def type(self, line: str) -> str:
        """What is said to it."""
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        return self.read()

    def connect(self, port: int) -> FrameSender:
        return FrameSender(port, sender_context(self.folder, shows=self.folder))


def _heed_interrupts() -> None:
    """Whoever is started in the background ignores them, and so do its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    inherited = os.environ  # noqa: TID251 - what any program started from here would get
    with subprocess.Popen(
        [*COMMAND, "simulate", "apns", "--port", "0", *BUSY.split()],
        env={**inherited, "DATA_DIR": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=_heed_interrupts,
    ) as process:
        yield Terminal(process, tmp_path / FOLDER)
        process.kill()


def test_it_is_told_what_to_do_at_the_start_and_while_it_runs(terminal: Terminal) -> None:
    """It prints its address and the root to trust, obeys each line, shows each push and never a whole token."""
    assert terminal.read() == "Behaves: refusal=TooManyRequests"
    address = terminal.read()
    assert terminal.read() == f"Trust {terminal.folder / 'root.pem'}"
    with terminal.connect(int(address.rpartition(":")[2])) as sender:
        assert sender.push().status == 429
        assert terminal.type("") == "Behaves: well"
        assert sender.push().status == 200
        assert terminal.read() == f"{TOPIC} {TOKEN[:6]}…"
        assert terminal.type(f"--end-token {TOKEN}") == "Behaves: well"
        assert sender.push().status == 410
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.process.wait(SECONDS_TO_END) == 0


def test_a_line_that_makes_no_sense_changes_nothing(terminal: Terminal) -> None:
    """It says what is wrong and goes on."""
    for _ in range(3):
        terminal.read()
    for line, said in NONSENSE.items():
        assert said in terminal.type(line)
    assert terminal.type(BUSY) == "Behaves: refusal=TooManyRequests"
