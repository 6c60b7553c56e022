"""The list of a merchant's customers."""

from dataclasses import dataclass
from datetime import datetime

from walletpass.loyalty.people import MemberStatus
from walletpass.operations.customers.identifiers import digest_readings
from walletpass.operations.services import Services
from walletpass.store import accounts

PAGE = 50
ORDERS = tuple(accounts.ORDERS)
"""newest, visit, stamps, points, name, status, opened."""


@dataclass(frozen=True, slots=True)
class CustomerLine:
    account_id: int
    name: str
    state: str
    stamps: int
    lifetime_stamps: int
    points: int
    joined_at: datetime
    last_stamped_at: datetime | None
    status: MemberStatus
    page_opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class CustomerPage:
    lines: list[CustomerLine]
    total: int


def list_customers(
    services: Services, merchant_id: int, *, search: str = "", order: str = ORDERS[0], page: int = 1
) -> CustomerPage:
    """`search`: part of a name, or a whole e-mail address, telephone number or number in the till."""
    with services.reading() as tx:
        rows = accounts.list_customers(
            tx,
            merchant_id,
            search=search.strip(),
            digests=digest_readings(services, search),
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
            row.points,
            row.joined_at,
            row.last_stamped_at,
            MemberStatus(row.member_status),
            row.page_opened_at,
        )
        for row in rows
    ]
    return CustomerPage(lines, rows[0].total if rows else 0)
