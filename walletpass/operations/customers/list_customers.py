"""The list of a merchant's customers."""

from dataclasses import dataclass
from datetime import datetime

from walletpass.loyalty.identifiers import read_email
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.services import Services
from walletpass.store import accounts

PAGE = 50
ORDERS = tuple(accounts.ORDERS)
"""newest, visit, stamps, name."""


@dataclass(frozen=True, slots=True)
class CustomerLine:
    account_id: int
    name: str
    state: str
    stamps: int
    lifetime_stamps: int
    joined_at: datetime
    last_stamped_at: datetime | None


@dataclass(frozen=True, slots=True)
class CustomerPage:
    lines: list[CustomerLine]
    total: int


def list_customers(
    services: Services, merchant_id: int, *, search: str = "", order: str = ORDERS[0], page: int = 1
) -> CustomerPage:
    """`search`: part of a name, or a whole e-mail address."""
    with services.reading() as tx:
        rows = accounts.list_customers(
            tx,
            merchant_id,
            search=search.strip(),
            email_digest=_digest_email(services, search),
            order=order if order in ORDERS else ORDERS[0],
            limit=PAGE,
            offset=(max(page, 1) - 1) * PAGE,
        )
    lines = [
        CustomerLine(
            row.id,
            row.member_name,
            row.state,
            row.stamps,
            row.lifetime_stamps,
            row.joined_at,
            row.last_stamped_at,
        )
        for row in rows
    ]
    return CustomerPage(lines, rows[0].total if rows else 0)


def _digest_email(services: Services, search: str) -> bytes:
    try:
        return services.vault.digest("email", read_email(search))
    except Refusal:
        return b""
