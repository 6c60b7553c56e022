"""By which rules an account is treated: the newest, or those that it was promised."""

from typing import Any, NamedTuple

from walletpass.loyalty.ledger import EntryKind
from walletpass.loyalty.program import Migration, Program
from walletpass.loyalty.units import Unit
from walletpass.operations.posting.request import Desk, Posting
from walletpass.operations.programs.versions import load_version
from walletpass.operations.services import Services
from walletpass.store import merchants
from walletpass.store.session import Transaction


class Rules(NamedTuple):
    program: Program
    version_id: int
    newest_id: int


def choose_rules(services: Services, tx: Transaction, account: Any, opening: Any = None) -> Rules:
    """The newest, which an opening knows. A card in progress keeps its own until it is full or a version is published
    that moves all."""
    newest = opening or merchants.get_newest_version(tx, account.program_id)
    version_id = newest.newest_id
    in_progress = account.stamps > 0 or account.points > 0
    if (
        newest.newest_id != account.program_version_id
        and in_progress
        and newest.migration == Migration.KEEP_PROMISE
    ):
        promised = account.program_version_id
        version_id = merchants.find_moved_to(tx, account.program_id, promised) or promised
    return Rules(load_version(services, tx, version_id), version_id, newest.newest_id)


def find_next_version(desk: Desk, posting: Posting) -> int:
    """Id of the rules that the card has from then on: with a full card its promise has been kept."""
    lines = (*posting.lines, *(grant.cost for grant in posting.grants))
    full = any(line and line.kind is EntryKind.CONVERT and line.unit is Unit.STAMPS for line in lines)
    return desk.newest_id if full else desk.version_id
