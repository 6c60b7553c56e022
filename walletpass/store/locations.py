"""A merchant's locations, where members go, and the lists of places that cards show."""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Executable,
    Float,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Row,
    Select,
    String,
    Table,
    bindparam,
    case,
    delete,
    func,
    literal,
    or_,
    select,
    update,
)

from walletpass.store.accounts import accounts, all_of_holder
from walletpass.store.columns import Document, Instant, Key, key, metadata, to
from walletpass.store.ledger import activities
from walletpass.store.merchants import programs
from walletpass.store.session import Transaction
from walletpass.store.statements import add, find, get_value, rows, run, upsert, upserting

locations = Table(
    "locations",
    metadata,
    key(),
    to("merchant_id", "merchants", index=True),
    Column("name", String(80), nullable=False),
    Column("address", String(200), nullable=False, default=""),
    Column("latitude", Float, nullable=False),
    Column("longitude", Float, nullable=False),
    Column("texts", Document, nullable=False),  # language -> what a phone shows when it is near
    Column("beacon_uuid", String(36)),
    Column("beacon_major", Integer),
    Column("beacon_minor", Integer),
    Column("open", Boolean, nullable=False, default=True),
    Column("changed_at", Instant, nullable=False),
    Column("check_in_secret_sealed", LargeBinary),  # None: no till shows codes there yet
)

visits = Table(
    "visits",
    metadata,
    to("account_id", "accounts"),
    to("location_id", "locations"),
    Column("count", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
    PrimaryKeyConstraint("account_id", "location_id"),
    sqlite_with_rowid=False,
)
"""How often a member was stamped where: decides the usual branch without reading the ledger."""

place_lists = Table(
    "place_lists",
    metadata,
    key(),
    to("merchant_id", "merchants"),
    to("usual_location_id", "locations", nullable=True),  # None: of members who have no usual branch yet
    Column("document", Document, nullable=False),
    to("replaced_by_id", "place_lists", nullable=True),  # None: the present one
    Column("made_at", Instant, nullable=False),
    Index("ix_place_lists_merchant", "merchant_id", "usual_location_id"),
)
"""Immutable. A card names its list, so a change of a location moves only cards whose list was replaced."""


_OF_MERCHANT = select(locations).where(locations.c.merchant_id == bindparam("merchant_id"))
_LOCATIONS = _OF_MERCHANT.order_by(locations.c.id)
_LOCATION = _OF_MERCHANT.where(locations.c.id == bindparam("location_id"))
_VISITS = (
    select(visits.c.location_id, visits.c.count.label("times"), visits.c.last_at, locations.c.name)
    .join(locations)
    .where(visits.c.account_id == bindparam("account_id"))
)
_PRESENT = select(place_lists.c.id).where(
    place_lists.c.merchant_id == bindparam("merchant_id"),
    place_lists.c.usual_location_id.is_not_distinct_from(bindparam("location_id", type_=Key)),
    place_lists.c.replaced_by_id.is_(None),
)
_LIST = select(place_lists.c.document).where(place_lists.c.id == bindparam("place_list_id"))


def list_locations(tx: Transaction, merchant_id: int) -> list[Row[Any]]:
    """As they were entered."""
    return rows(tx, _LOCATIONS, merchant_id=merchant_id)


def find_location(tx: Transaction, merchant_id: int, location_id: int) -> Row[Any] | None:
    """None also where it is another merchant's."""
    return find(tx, _LOCATION, merchant_id=merchant_id, location_id=location_id)


def count_visit(tx: Transaction, account_id: int, location_id: int, now: datetime, *, by: int = 1) -> None:
    """`by` 0 notes that somebody was there without a stamp."""
    values = {"account_id": account_id, "location_id": location_id, "count": by, "last_at": now}
    run(tx, _count_visit(tx.dialect.name), **values)


@cache
def _count_visit(dialect: str) -> Executable:
    statement = upserting(dialect, visits)
    new = statement.excluded
    once_more = {"count": visits.c.count + new.count, "last_at": new.last_at}
    return statement.on_conflict_do_update(index_elements=["account_id", "location_id"], set_=once_more)


def recount_visits(tx: Transaction, account_id: int, location_id: int) -> None:
    """From the ledger, after one of them was taken back."""
    c, a = visits.c, activities.c
    stands = (
        a.account_id.in_(all_of_holder(account_id)),
        a.location_id == location_id,
        a.undone_at.is_(None),
    )
    of_ledger = select(func.count(), func.max(a.happened_at)).where(*stands, a.kind == "stamped")
    count, last_at = tx.execute(of_ledger).one()
    counted = {"count": count} if last_at is None else {"count": count, "last_at": last_at}
    tx.execute(update(visits).where(c.account_id == account_id, c.location_id == location_id).values(counted))


def move_visits(tx: Transaction, gone_id: int, kept_id: int) -> None:
    """The one account's are added to the other's."""
    c = visits.c
    here = select(literal(kept_id), c.location_id, c.count, c.last_at).where(c.account_id == gone_id)
    statement = upsert(tx, visits).from_select(["account_id", "location_id", "count", "last_at"], here)
    new = statement.excluded
    later = case((new.last_at > c.last_at, new.last_at), else_=c.last_at)
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=["account_id", "location_id"],
            set_={"count": c.count + new.count, "last_at": later},
        )
    )
    tx.execute(delete(visits).where(c.account_id == gone_id))


def list_visits(tx: Transaction, account_id: int) -> list[Row[Any]]:
    """One row per location: its name, how many `times`, and the last one."""
    return rows(tx, _VISITS, account_id=account_id)


def get_present_list(tx: Transaction, merchant_id: int, usual_location_id: int | None) -> int:
    """Of those whose usual branch that is."""
    return int(get_value(tx, _PRESENT, merchant_id=merchant_id, location_id=usual_location_id))


def _present_list() -> Any:
    c = place_lists.c
    merchant_id = (
        select(programs.c.merchant_id)
        .where(programs.c.id == accounts.c.program_id)
        .correlate(accounts)
        .scalar_subquery()
    )
    present = select(c.id).where(c.merchant_id == merchant_id, c.replaced_by_id.is_(None))
    order = (visits.c.count.desc(), visits.c.last_at.desc(), visits.c.location_id.desc())
    usual = (
        present.join(visits, visits.c.location_id == c.usual_location_id)
        .where(visits.c.account_id == accounts.c.id)
        .order_by(*order)
        .limit(1)
    )
    unknown = present.where(c.usual_location_id.is_(None))
    return func.coalesce(
        usual.correlate(accounts).scalar_subquery(), unknown.correlate(accounts).scalar_subquery()
    )


def present_at(place_list_id: Any, location_id: Any) -> Select[Any]:
    """As a part of a query: that list, if it is present and of that usual branch, which one more visit leaves so."""
    c = place_lists.c
    usual = or_(c.usual_location_id == location_id, location_id.is_(None))
    return select(c.id).where(c.id == place_list_id, c.replaced_by_id.is_(None), usual)


PRESENT_LIST = _present_list()
"""For an UPDATE of accounts: the present list of each card's usual branch.

It repeats the rule of `loyalty.places.choose_usual`: reading the visits first would cost every stamp one more
statement. A test holds the two together.
"""


def get_place_list(tx: Transaction, place_list_id: int) -> dict[str, Any]:
    """{"places": [{location_id, latitude, longitude, texts, beacon}], "max_distance"}"""
    document: dict[str, Any] = tx.execute(_LIST, {"place_list_id": place_list_id}).scalar_one()
    return document


def list_present_lists(tx: Transaction, merchant_id: int) -> list[Row[Any]]:
    """One for each location, and one for members without a usual branch."""
    c = place_lists.c
    query = select(place_lists).where(c.merchant_id == merchant_id, c.replaced_by_id.is_(None))
    return rows(tx, query.order_by(c.id))


def replace_list(
    tx: Transaction, old_id: int | None, merchant_id: int, usual: int | None, document: Any, now: datetime
) -> None:
    values = {"usual_location_id": usual, "document": document, "made_at": now}
    new_id = add(tx, place_lists, merchant_id=merchant_id, **values)
    if old_id is not None:
        tx.execute(update(place_lists).where(place_lists.c.id == old_id).values(replaced_by_id=new_id))


def count_cards(tx: Transaction, merchant_id: int) -> dict[int | None, int]:
    """Usual branch -> cards in use that show its list or an earlier one of it."""
    c = place_lists.c
    query = (
        select(c.usual_location_id, func.count())
        .join_from(accounts, place_lists, accounts.c.place_list_id == c.id)
        .where(c.merchant_id == merchant_id, accounts.c.state == "active")
        .group_by(c.usual_location_id)
    )
    return {row[0]: row[1] for row in tx.execute(query)}
