"""A phone in a folder: `phone.json` and its pass files, so that it survives a restart."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from walletpass.simulator.agenda import Errand, Task
from walletpass.simulator.installed import InstalledPass, PassKey, open_installed
from walletpass.simulator.phone import Phone
from walletpass.simulator.relevance import HeardBeacon, Position
from walletpass.simulator.wallet import Notice

_STATE = "phone.json"


def save_phone(phone: Phone, folder: Path) -> None:
    """Whole or not at all. The folder is readable for its owner only: passes carry their tokens."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    cards = tuple(phone.wallet.cards.values())
    names = {_file_name(card): card for card in cards}
    for name, card in names.items():
        if not (folder / name).exists():
            _write(folder / name, card.file)
    _write(folder / _STATE, json.dumps(_describe(phone, cards), indent=1).encode())
    for left_over in folder.glob("*.pkpass"):
        if left_over.name not in names:
            left_over.unlink()


def is_saved(folder: Path) -> bool:
    return (folder / _STATE).exists()


def saved_language(folder: Path) -> str:
    return str(json.loads((folder / _STATE).read_bytes())["language"])


def restore_phone(phone: Phone, folder: Path) -> None:
    """Make a new phone the saved one. Its passes were checked when they came and are not checked again."""
    state: dict[str, Any] = json.loads((folder / _STATE).read_bytes())
    phone.device.library_id, phone.device.push_token = state["library_id"], state["push_token"]
    phone.asleep, phone.stored_pushes = state["asleep"], set(state["stored_pushes"])
    phone.position = Position(*state["position"]) if state["position"] else None
    phone.heard = tuple(HeardBeacon(*each) for each in state["heard"])
    for saved in state["cards"]:
        card = open_installed((folder / saved["file"]).read_bytes(), phone.wallet.language)
        phone.wallet.put(replace(card, modified=saved["modified"]))
        if saved["quiet"]:
            phone.wallet.quiet.add(card.key)
    phone.wallet.notices += [_restore_notice(each) for each in state["notices"]]
    phone.messenger.tags.update({(service, kind): tag for service, kind, tag in state["tags"]})
    for at, task in state["agenda"]:
        errand = Errand(task.pop("errand"))
        phone.agenda.put(Task(errand, **task), datetime.fromisoformat(at))


def _describe(phone: Phone, cards: Sequence[InstalledPass]) -> Mapping[str, object]:
    wallet = phone.wallet
    return {
        "language": wallet.language,
        "library_id": phone.device.library_id,
        "push_token": phone.device.push_token,
        "asleep": phone.asleep,
        "stored_pushes": sorted(phone.stored_pushes),
        "position": phone.position and (phone.position.latitude, phone.position.longitude),
        "heard": [(each.uuid, each.major, each.minor) for each in phone.heard],
        "cards": [
            {"file": _file_name(card), "modified": card.modified, "quiet": card.key in wallet.quiet}
            for card in cards
        ],
        "notices": [{**asdict(notice), "at": notice.at.isoformat()} for notice in tuple(wallet.notices)],
        "tags": [(*key, tag) for key, tag in tuple(phone.messenger.tags.items())],
        # The process's counter means nothing to the next process.
        "agenda": [(at.isoformat(), asdict(replace(task, since=0.0))) for at, task in phone.agenda],
    }


def _restore_notice(saved: dict[str, Any]) -> Notice:
    return Notice(
        **{**saved, "key": PassKey(**saved["key"]), "at": datetime.fromisoformat(saved["at"])},
    )


def _file_name(card: InstalledPass) -> str:
    return f"{sha256(card.file).hexdigest()[:32]}.pkpass"


def _write(path: Path, content: bytes) -> None:
    draft = path.with_suffix(".new")
    draft.write_bytes(content)
    draft.replace(path)
