"""An owner who signed in, with a browser."""

from dataclasses import dataclass

from support.people import PASSWORD, add_person
from support.shops import Shop
from support.visitors import Visitor, open_app, read_inputs
from werkzeug.test import TestResponse

from walletpass.operations.staffing.sign_in import StaffRole


def sign_in(shop: Shop, merchant_id: int | None, email: str, role: StaffRole = StaffRole.OWNER) -> "Owner":
    """A new person of that merchant at the start page."""
    add_person(shop, merchant_id, role, "Robin", email)
    owner = Owner(open_app(shop).test_client())
    owner.send("/sign-in", email=email, password=PASSWORD)
    return owner


@dataclass(frozen=True)
class Owner(Visitor):
    def press(self, page: str, address: str, /, **fields: object) -> TestResponse:
        """Send another form of a page: its token, and these fields."""
        token = read_inputs(self.get(page).text)["csrf_token"]
        return self.client.post(address, data={"csrf_token": token, **fields})
