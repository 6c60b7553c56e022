"""A demo: three merchants with different looks, people to sign in as, and customers with a history."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle
from zoneinfo import ZoneInfo

from walletpass.loyalty.positions import Position
from walletpass.loyalty.program import Milestone
from walletpass.operations.earning.stamp import stamp
from walletpass.operations.enrolment.applicant import Applicant
from walletpass.operations.enrolment.join import join, new_form_key
from walletpass.operations.installation.add_merchant import NewMerchant, add_merchant
from walletpass.operations.installation.at import at
from walletpass.operations.installation.init import add_person
from walletpass.operations.locations.add import add_location
from walletpass.operations.locations.details import Details
from walletpass.operations.posting.request import Post
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.services import Services
from walletpass.operations.staffing.sign_in import StaffRole
from walletpass.operations.staffing.workplace import set_workplace
from walletpass.store import accounts, staff

DEMO_PASSWORD = "walletpass-demo"  # noqa: S105 - known to everybody, and only ever used on loopback


@dataclass(frozen=True, slots=True)
class DemoShop:
    slug: str
    merchant: NewMerchant
    customers: tuple[tuple[str, str, int], ...]
    """Name, language, stamps."""
    branches: tuple[Details, ...]
    """Staff work at the first."""

    def address(self, role: StaffRole) -> str:
        """What the demo's owner or staff member signs in with; the password is DEMO_PASSWORD."""
        return f"{role.value}@{self.slug}.example"


def _branch(name: str, address: str, latitude: float, longitude: float, **texts: str) -> Details:
    return Details(name, Position(latitude, longitude), texts, address)


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
        (
            _branch(
                "Kade",
                "Kade 12, Rotterdam",
                51.9166,
                4.4869,
                en="Fresh coffee and warm apple pie",
                nl="Verse koffie en warme appeltaart",
                nb="Nykvernet kaffe og varm eplekake",
                hu="Friss kávé és meleg almás pite",
                da="Friskbrygget kaffe og varm æbletærte",
            ),
            _branch(
                "Stationsplein",
                "Stationsplein 3, Rotterdam",
                51.9239,
                4.4699,
                en="Coffee to go in two minutes",
                nl="Koffie voor onderweg in twee minuten",
                nb="Kaffe å ta med på to minutter",
                hu="Kávé elvitelre két perc alatt",
                da="Kaffe med på vejen på to minutter",
            ),
            _branch(
                "Delft",
                "Oude Markt 7, Delft",
                52.0116,
                4.3571,
                en="Open until six, with a terrace in the sun",
                nl="Open tot zes uur, met een terras in de zon",
                nb="Åpent til seks, med uteservering i sola",
                hu="Nyitva hatig, napos terasszal",
                da="Åbent til seks, med terrasse i solen",
            ),
        ),
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
        (
            _branch(
                "Bartók Béla út",
                "Bartók Béla út 20., Budapest",
                47.4797,
                19.0527,
                en="Warm sourdough bread until noon",
                nl="Warm zuurdesembrood tot twaalf uur",
                nb="Varmt surdeigsbrød til klokken tolv",
                hu="Délig meleg kovászos kenyér",
                da="Varmt surdejsbrød til klokken tolv",
            ),
            _branch(
                "Pozsonyi út",
                "Pozsonyi út 14., Budapest",
                47.5150,
                19.0497,
                en="Cheese scones straight from the oven",
                nl="Kaasbroodjes vers uit de oven",
                nb="Osteboller rett fra ovnen",
                hu="Sajtos pogácsa egyenesen a kemencéből",
                da="Osteboller lige fra ovnen",
            ),
        ),
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
            "GBP",
        ),
        (("Oliver Hart", "en", 4), ("Mikkel Sørensen", "da", 1)),
        (
            _branch(
                "Mill Lane",
                "4 Mill Lane, Leeds",
                53.7935,
                -1.5330,
                en="A chair is free most mornings",
                nl="’s Ochtends is er meestal een stoel vrij",
                nb="Som regel en ledig stol om formiddagen",
                hu="Délelőtt többnyire van szabad szék",
                da="Som regel en ledig stol om formiddagen",
            ),
        ),
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
            address, language = shop.address(role), shop.merchant.language
            kim = add_person(services, tx, merchant_id, role, name, address, DEMO_PASSWORD, language)
    branches = [add_location(services, merchant_id, details).location_id for details in shop.branches]
    set_workplace(services, merchant_id, kim, branches[0])
    code = get_rules(services, merchant_id).code
    for (name, language, stamps), branch in zip(shop.customers, cycle(branches), strict=False):
        _add_customer(services, merchant_id, code, Applicant(name), language, stamps, branch)


def _add_customer(
    services: Services,
    merchant_id: int,
    code: str,
    applicant: Applicant,
    language: str,
    stamps: int,
    location_id: int,
) -> None:
    """Somebody who came once a day until yesterday."""
    joined_at = services.clock.now() - timedelta(days=stamps, hours=1)
    page_key = join(at(services, joined_at), code, applicant, language, "demo", new_form_key()).page_key
    with services.reading() as tx:
        account = accounts.find_account_by_page_key(tx, services.vault.digest("page key", page_key))
    assert account is not None
    for visit in range(stamps):
        came = at(services, joined_at + timedelta(days=visit))
        request = Post(merchant_id, account.id, new_form_key(), {"demo": visit}, None, location_id)
        stamp(came, request, 1)
