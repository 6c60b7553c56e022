"""By which rules an account is treated: the newest, or those that it was promised."""

from typing import Any, NamedTuple

from walletpass.loyalty.program import Program
from walletpass.operations.programs.versions import load_version
from walletpass.operations.services import Services
from walletpass.store import merchants
from walletpass.store.session import Transaction


class Rules(NamedTuple):
    version_id: int
    program: Program


def choose_rules(services: Services, tx: Transaction, account: Any) -> Rules:
    """The newest; a card in progress keeps its own until a version is published that moves all."""
    newest = merchants.get_newest_version(tx, account.program_id)
    version_id = newest.id
    in_progress = account.stamps > 0 or account.points > 0
    if newest.id != account.program_version_id and in_progress and newest.migration == "keep_promise":
        moved = merchants.was_moved_since(tx, account.program_id, account.program_version_id)
        version_id = newest.id if moved else account.program_version_id
    return Rules(version_id, load_version(services, tx, version_id))
