"""Who is signed in."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from walletpass.loyalty.identifiers import read_email
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.services import Services
from walletpass.operations.staffing.passwords import is_password
from walletpass.store import staff


class StaffRole(StrEnum):
    OPERATOR = "operator"
    """Runs the installation; belongs to no merchant."""
    OWNER = "owner"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    merchant_id: int | None
    role: StaffRole
    name: str
    email: str
    language: str
    session_number: int
    location_id: int | None
    """Where this person works."""

    @classmethod
    def of(cls, row: Any) -> Self:
        return cls(
            row.id,
            row.merchant_id,
            StaffRole(row.role),
            row.name,
            row.email,
            row.language,
            row.session_number,
            row.location_id,
        )


def sign_in(services: Services, email: str, password: str) -> Person:
    """Raises Refusal wrong_sign_in, which never tells which of the two was wrong."""
    try:
        address = read_email(email)
    except Refusal:
        address = ""
    with services.reading() as tx:
        row = staff.find_staff_by_email(tx, address)
    if not is_password(row.password_hash if row is not None else None, password):
        raise Refusal("wrong_sign_in")
    if row is None or not row.active:
        raise Refusal("wrong_sign_in")
    return Person.of(row)


def find_signed_in(services: Services, staff_id: int, session_number: int) -> Person | None:
    """The person of a session, unless they were removed or signed out everywhere since."""
    with services.reading() as tx:
        row = staff.find_staff(tx, staff_id)
    if row is None or not row.active or row.session_number != session_number:
        return None
    return Person.of(row)
