"""Where somebody works."""

from walletpass.loyalty.refusals import Refusal
from walletpass.operations.services import Services
from walletpass.store import locations, staff
from walletpass.store.statements import change


def set_workplace(services: Services, merchant_id: int, staff_id: int, location_id: int | None) -> None:
    """None: nowhere in particular. Raises Refusal unknown_person, unknown_location, also for another merchant's."""
    with services.transaction() as tx:
        row = staff.find_staff(tx, staff_id)
        if row is None or row.merchant_id != merchant_id:
            raise Refusal("unknown_person")
        if location_id is not None and locations.find_location(tx, merchant_id, location_id) is None:
            raise Refusal("unknown_location")
        change(tx, staff.staff, staff_id, location_id=location_id)
