"""The simulated Google of an installation: what it keeps, where it answers, and the key it gives to issuers.

All of it are files, because a worker is another process.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from walletpass.clock import Clock
from walletpass.simulator.google.issuer import DEVELOPMENT_ISSUER, make_key_file
from walletpass.simulator.google.server import SimulatedGoogle

NOWHERE = "http://127.0.0.1:9"
"""Nothing answers there."""
ISSUER_ID = DEVELOPMENT_ISSUER
_PLACE, _MEMORY = "google.json", "google-memory.json"


@dataclass(frozen=True, slots=True)
class Place:
    address: str
    save_page: str
    """What save links begin with."""
    keys_address: str
    key: bytes
    """Contents of the service account's key file."""


def start_google(folder: Path, clock: Clock, save_page: str = "") -> SimulatedGoogle:
    """With what it kept and, if that is free, on the port it had; an issuer's key is the same at every start.

    `save_page`: a page of ours that save links shall lead to instead of Google's own.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    known = _read(folder)
    google = _start_on(known.get("port", 0), clock, folder / _MEMORY)
    key = {**(known.get("key") or make_key_file("")), "token_uri": google.token_address}
    google.admit(key)  # also for the issuers that shops bring
    told = {"port": google.port, "key": key, "save_page": save_page or google.save_page}
    path = folder / _PLACE
    path.touch(mode=0o600)
    path.write_text(json.dumps({**told, "address": google.address, "keys_address": google.keys_address}))
    return google


def find_place(folder: Path) -> Place | None:
    """None before it was started."""
    told = _read(folder)
    if not told:
        return None
    key = json.dumps(told["key"]).encode()
    return Place(told["address"], told["save_page"], told["keys_address"], key)


def find_address(folder: Path) -> str:
    place = find_place(folder)
    return place.address if place else NOWHERE


def _start_on(port: int, clock: Clock, file: Path) -> SimulatedGoogle:
    try:
        google = SimulatedGoogle(port, clock, file=file)
        google.start()
    except OSError:  # somebody has taken it meanwhile
        google = SimulatedGoogle(clock=clock, file=file)
        google.start()
    return google


def _read(folder: Path) -> dict[str, Any]:
    """Empty where there is nothing to be read."""
    try:
        told = json.loads((folder / _PLACE).read_text())
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
