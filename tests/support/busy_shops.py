"""A shop without limits, put into an installation whose server is yet to start: many stamps in little time."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from walletpass.loyalty.program import Limits, Milestone, Program
from walletpass.operations.enrolment.applicant import Applicant
from walletpass.operations.enrolment.join import join, new_form_key
from walletpass.operations.installation.add_merchant import NewMerchant, add_merchant
from walletpass.operations.installation.init import add_person
from walletpass.operations.programs.rules import add_version, get_rules
from walletpass.operations.services import Services
from walletpass.operations.staffing.sign_in import StaffRole

GOAL = 30
PASSWORD = "a password for many stamps"
SIMULATOR_FOLDER = "simulator"
"""In the data folder: where pushes of a development installation learn where APNs answers."""

_MILESTONES = (Milestone(GOAL, "Free coffee"),)
_ZONE = ZoneInfo("UTC")
_NO_LIMITS = Limits(repeat_window=0, cool_down=0, most_per_day=1_000_000, per_shop_per_minute=0)


@dataclass(frozen=True)
class BusyShop:
    merchant_id: int
    code: str
    """In the join address."""
    staff: tuple[str, ...]
    """Their addresses; the password is PASSWORD."""


def open_busy_shop(services: Services, staff: int) -> BusyShop:
    addresses = tuple(f"staff{number}@busy.example" for number in range(staff))
    with services.transaction() as tx:
        new = NewMerchant("Busy Coffee", "coffee-bar", "en", _ZONE, _MILESTONES)
        merchant_id = add_merchant(services, tx, new)
        for address in addresses:
            add_person(services, tx, merchant_id, StaffRole.STAFF, "Staff", address, PASSWORD, "en")
    rules = get_rules(services, merchant_id)
    with services.transaction() as tx:
        add_version(services, tx, rules.program_id, 2, Program(_MILESTONES, _ZONE, _NO_LIMITS))
    return BusyShop(merchant_id, rules.code, addresses)


def join_shop(services: Services, shop: BusyShop) -> str:
    """The key of a new customer's page."""
    return join(services, shop.code, Applicant(name="", email=""), "en", "", new_form_key()).page_key
