"""Who may correct by hand."""

from walletpass.loyalty.refusals import Refusal
from walletpass.operations.staffing.sign_in import StaffRole
from walletpass.store import staff
from walletpass.store.session import Transaction


def require_right(tx: Transaction, merchant_id: int, staff_id: int) -> None:
    """Raises Refusal not_allowed."""
    person = staff.find_staff(tx, staff_id)
    at_work = person is not None and person.active and person.merchant_id == merchant_id
    if person is None or not at_work or person.role != StaffRole.OWNER:
        raise Refusal("not_allowed")
