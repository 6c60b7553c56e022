"""Look after what an account's units do by themselves: warn before they run out, post their end."""

from datetime import datetime

from walletpass.loyalty.expiry import last_valid_day
from walletpass.loyalty.expiry_telling import tell_warning
from walletpass.loyalty.lots import list_ends
from walletpass.loyalty.notices import Notice
from walletpass.loyalty.units import Unit
from walletpass.loyalty.warnings import ExpiryWarning, due_warnings, next_moment
from walletpass.loyalty.wording import UnitCount
from walletpass.operations.posting.books import load_lot
from walletpass.operations.posting.letters import write_to_member
from walletpass.operations.posting.request import Desk
from walletpass.operations.services import Services
from walletpass.store import accounts, due, lots, rewards
from walletpass.store.statements import change


def look_after_units(services: Services, desk: Desk, _item: due.Item) -> datetime | None:
    """What has ended was posted when the desk was opened. Rings again before the next warning or change."""
    moments = [
        lots.next_change(desk.tx, desk.account.id, desk.now),
        rewards.next_end(desk.tx, desk.account.id),
    ]
    moments += [_look_after(services, desk, unit) for unit in Unit]
    again = min((at for at in moments if at is not None), default=None)
    change(desk.tx, accounts.accounts, desk.account.id, rings_at=again)
    return again


def _look_after(services: Services, desk: Desk, unit: Unit) -> datetime | None:
    policy, zone = desk.program.expiry, desk.program.zone
    rolling = getattr(desk.account, f"{unit.value}_roll_to")
    held = [load_lot(row) for row in lots.list_open(desk.tx, desk.account.id, unit.value)]
    ends = [(at, quantity) for at, quantity in list_ends(held, rolling) if at > desk.now]
    used = _load_used(desk, unit, [at for at, _ in ends])
    for warning in due_warnings(held, rolling, policy, zone, desk.now, used):
        _warn(services, desk, unit, warning)
        used.add((warning.expires_at, warning.offset))
    return next_moment(ends, policy, zone, desk.now, used)


def _load_used(desk: Desk, unit: Unit, ends: list[datetime]) -> set[tuple[datetime, str]]:
    sent = due.list_warnings(desk.tx, desk.account.id, unit.value, ends) if ends else []
    return {(row.expires_at, row.offset) for row in sent}


def _warn(services: Services, desk: Desk, unit: Unit, warning: ExpiryWarning) -> None:
    due.add_warning(desk.tx, desk.account.id, unit.value, warning.expires_at, warning.offset, desk.now)
    last_day = last_valid_day(warning.expires_at, desk.program.zone)
    units = UnitCount(warning.quantity, unit, desk.program.unit_names)

    def tell(shop: str, link: str) -> Notice:
        return tell_warning(shop, units, last_day, link, rolls=desk.program.expiry.rolls)

    write_to_member(services, desk, tell, desk.now)
