"""The last note: units have run out."""

from datetime import date, datetime

from walletpass.loyalty.expiry_telling import tell_ended
from walletpass.loyalty.notices import Notice
from walletpass.loyalty.units import Unit
from walletpass.loyalty.wording import UnitCount
from walletpass.operations.posting.letters import write_to_member
from walletpass.operations.posting.request import Desk
from walletpass.operations.services import Services
from walletpass.store import due


def send_ended_note(services: Services, desk: Desk, item: due.Item) -> datetime | None:
    told = item.payload or {}
    units = UnitCount(told["quantity"], Unit(told["unit"]), desk.program.unit_names)
    last_day = date.fromisoformat(told["last_day"])

    def tell(shop: str, link: str) -> Notice:
        return tell_ended(shop, units, last_day, link)

    write_to_member(services, desk, tell, desk.now)
    return None
