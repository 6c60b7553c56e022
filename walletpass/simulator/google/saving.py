"""What an Android phone knows by itself, in a file beside the iPhone's; its cards are kept by Google."""

import json
from pathlib import Path

from walletpass.simulator.google.android import AndroidPhone
from walletpass.simulator.relevance import Position

_STATE = "android.json"


def save_android(phone: AndroidPhone, folder: Path) -> None:
    """Whole or not at all."""
    position = phone.position and (phone.position.latitude, phone.position.longitude)
    draft = folder / f"{_STATE}.new"
    draft.write_text(json.dumps({"cleared": phone.cleared, "position": position}))
    draft.replace(folder / _STATE)


def restore_android(phone: AndroidPhone, folder: Path) -> None:
    """Make a new phone the saved one, if one was saved there."""
    if not (folder / _STATE).exists():
        return
    state = json.loads((folder / _STATE).read_bytes())
    phone.cleared = state["cleared"]
    phone.position = Position(*state["position"]) if state["position"] else None
