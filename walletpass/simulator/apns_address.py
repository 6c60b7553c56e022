"""Where the simulated APNs of an installation answers: a file, because a worker is another process."""

from pathlib import Path

NOWHERE = "https://127.0.0.1:0"
"""Nothing can answer there, so pushes are tried again later."""
_FILE = "apns-address"


def write_address(folder: Path, address: str) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / _FILE).write_text(address)


def read_address(folder: Path) -> str:
    try:
        return (folder / _FILE).read_text()
    except FileNotFoundError:
        return NOWHERE
