"""Rewards that time would have brought while a programme was paused: they come when it goes on."""

from collections.abc import Mapping
from datetime import datetime

from walletpass.loyalty.units import Unit
from walletpass.operations.posting.outcome import Done
from walletpass.operations.posting.request import Desk, Post, Posting
from walletpass.operations.posting.shelf import load_shelf
from walletpass.operations.posting.write import write
from walletpass.operations.rewards.reach import reach
from walletpass.operations.services import Services
from walletpass.store import due

HELD_BACK = "held_back"
"""Kind of a due row, of each time at which that happened."""


def hold_back(desk: Desk, before: Mapping[Unit, int]) -> None:
    """`before`: units that had brought their rewards already."""
    due.put(desk.tx, desk.account.id, HELD_BACK, f"{desk.now}", desk.now, {"stamps": before[Unit.STAMPS]})


def give_held_back(services: Services, desk: Desk, item: due.Item) -> datetime | None:
    """On the way to the stamps that there are now; what brought its reward meanwhile does not again."""
    account = desk.account
    stamps = min((item.payload or {})["stamps"], account.stamps)
    before = {Unit.STAMPS: stamps, Unit.POINTS: account.points}
    added = {Unit.STAMPS: account.stamps - stamps, Unit.POINTS: 0}
    if grants := reach(desk, load_shelf(desk), before, added, account.stamps):
        by_itself = Posting(Done.EXPIRED, grants=grants)
        write(services, desk, by_itself, Post(account.merchant_id, account.id, "", {}))
    return None
