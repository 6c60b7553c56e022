"""Whom a gift card is for, by what a giver knows of them."""

from walletpass.loyalty.identifiers import read_email
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.services import Services
from walletpass.store import people


def find_recipient(services: Services, merchant_id: int, email: str) -> int:
    """The member's id. Raises Refusal: bad_email, unknown_person."""
    digest = services.vault.digest("email", read_email(email))
    with services.reading() as tx:
        found = people.find_identifier(tx, merchant_id, "email", digest)
    if found is None:
        raise Refusal("unknown_person")
    return int(found.member_id)
