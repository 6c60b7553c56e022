"""A demo: three merchants with different looks, people to sign in as, and customers with a history."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from walletpass.loyalty.program import Milestone
from walletpass.operations.earning.stamp import stamp
from walletpass.operations.enrolment.applicant import Applicant
from walletpass.operations.enrolment.join import join, new_form_key
from walletpass.operations.installation.add_merchant import NewMerchant, add_merchant
from walletpass.operations.installation.init import add_person
from walletpass.operations.posting.post import Post
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.services import Services
from walletpass.operations.staffing.sign_in import StaffRole
from walletpass.store import accounts, staff

DEMO_PASSWORD = "walletpass-demo"  # noqa: S105 - known to everybody, and only ever used on loopback


@dataclass(frozen=True, slots=True)
class DemoShop:
    slug: str
    merchant: NewMerchant
    customers: tuple[tuple[str, str, int], ...]
    """Name, language, stamps."""

    def address(self, role: StaffRole) -> str:
        """What the demo's owner or staff member signs in with; the password is DEMO_PASSWORD."""
        return f"{role.value}@{self.slug}.example"


SHOPS = (
    DemoShop(
        "noordlicht",
        NewMerchant(
            "Noordlicht Koffie",
            "coffee-bar",
            "nl",
            ZoneInfo("Europe/Amsterdam"),
            (Milestone(10, "Gratis koffie naar keuze"),),
            "Noordlicht Koffie\nKade 12, Rotterdam\n+31 10 000 00 00",
        ),
        (("Femke de Vries", "nl", 7), ("Jonas Ødegård", "nb", 3), ("Sam Carter", "en", 10)),
    ),
    DemoShop(
        "kovasz",
        NewMerchant(
            "Kovász Pékség",
            "bakery",
            "hu",
            ZoneInfo("Europe/Budapest"),
            (Milestone(4, "Ajándék pogácsa"), Milestone(8, "Ajándék kenyér")),
            "Kovász Pékség\nBartók Béla út 20., Budapest\n+36 1 000 0000",
        ),
        (("Szőke Ödön", "hu", 5), ("Anna Kovács", "hu", 2)),
    ),
    DemoShop(
        "sharp",
        NewMerchant(
            "Sharp & Sons Barbers",
            "barber",
            "en",
            ZoneInfo("Europe/London"),
            (Milestone(6, "A free haircut"),),
            "Sharp & Sons\n4 Mill Lane, Leeds\n+44 113 000 0000",
        ),
        (("Oliver Hart", "en", 4), ("Mikkel Sørensen", "da", 1)),
    ),
)


def load_demo(services: Services) -> None:
    """Make what is missing; a shop that is there already is left as it is."""
    for shop in SHOPS:
        with services.reading() as tx:
            present = staff.find_staff_by_email(tx, shop.address(StaffRole.OWNER)) is not None
        if not present:
            _add_shop(services, shop)


def _add_shop(services: Services, shop: DemoShop) -> None:
    with services.transaction() as tx:
        merchant_id = add_merchant(services, tx, shop.merchant)
        for role, name in ((StaffRole.OWNER, "Robin"), (StaffRole.STAFF, "Kim")):
            address = shop.address(role)
            add_person(services, tx, merchant_id, role, name, address, DEMO_PASSWORD, shop.merchant.language)
    code = get_rules(services, merchant_id).code
    for name, language, stamps in shop.customers:
        _add_customer(services, merchant_id, code, Applicant(name), language, stamps)


def _add_customer(
    services: Services, merchant_id: int, code: str, applicant: Applicant, language: str, stamps: int
) -> None:
    """Somebody who came once a day until yesterday."""
    joined_at = services.clock.now() - timedelta(days=stamps, hours=1)
    page_key = join(_at(services, joined_at), code, applicant, language, "demo", new_form_key()).page_key
    with services.reading() as tx:
        account = accounts.find_account_by_page_key(tx, services.vault.digest("page key", page_key))
    assert account is not None
    for visit in range(stamps):
        came = _at(services, joined_at + timedelta(days=visit))
        stamp(came, Post(merchant_id, account.id, new_form_key(), {"demo": visit}), 1)


def _at(services: Services, now: datetime) -> Services:
    return replace(services, clock=_Stopped(now))


@dataclass(frozen=True, slots=True)
class _Stopped:
    instant: datetime

    def now(self) -> datetime:
        return self.instant
