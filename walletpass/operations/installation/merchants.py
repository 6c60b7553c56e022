"""The operator's view: which merchants are here, and letting one in."""

from dataclasses import dataclass

from walletpass.operations.installation.add_merchant import NewMerchant, add_merchant
from walletpass.operations.services import Services
from walletpass.operations.staffing.invite import invite_within
from walletpass.operations.staffing.sign_in import StaffRole
from walletpass.store import merchants


@dataclass(frozen=True, slots=True)
class MerchantLine:
    id: int
    name: str
    join_link: str
    pass_type_identifier: str | None
    """Of the merchant's own certificate; None: the operator's."""
    members: int


def list_merchants(services: Services) -> list[MerchantLine]:
    with services.reading() as tx:
        return [
            MerchantLine(
                row.id, row.name, services.links.join(row.code), row.pass_type_identifier, row.members
            )
            for row in merchants.list_with_members(tx)
        ]


def let_in(services: Services, new: NewMerchant, owner_name: str, owner_email: str) -> str:
    """Make the merchant and invite its owner: both or neither. The invitation's link.

    Raises Refusal: those of `add_merchant` and `invite`.
    """
    with services.transaction() as tx:
        merchant_id = add_merchant(services, tx, new)
        return invite_within(
            services, tx, merchant_id, StaffRole.OWNER, owner_name, owner_email, new.language
        )
