"""A merchant's locations, where members go, and the lists of places that cards show."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    bindparam,
    func,
    select,
    update,
)

from walletpass.store.accounts import accounts, all_of_holder
from walletpass.store.columns import Document, Instant, Key, key, metadata, to
from walletpass.store.compiled import Record
from walletpass.store.ledger import activities
from walletpass.store.session import Transaction
from walletpass.store.statements import add, find, get_value, rows

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
_PRESENT = select(place_lists.c.id).where(
    place_lists.c.merchant_id == bindparam("merchant_id"),
    place_lists.c.usual_location_id.is_not_distinct_from(bindparam("location_id", type_=Key)),
    place_lists.c.replaced_by_id.is_(None),
)
_LIST = select(place_lists.c.document).where(place_lists.c.id == bindparam("place_list_id"))


def list_locations(tx: Transaction, merchant_id: int) -> list[Record]:
    """As they were entered."""
    return rows(tx, _LOCATIONS, merchant_id=merchant_id)


def find_location(tx: Transaction, merchant_id: int, location_id: int) -> Record | None:
    """None also where it is another merchant's."""
    return find(tx, _LOCATION, merchant_id=merchant_id, location_id=location_id)


def count_stamps_at(tx: Transaction, account_id: int, location_id: int) -> tuple[int, datetime | None]:
    """How many of a card's were not taken back, and when the last one was; from the ledger."""
    a = activities.c
    stands = (
        a.account_id.in_(all_of_holder(account_id)),
        a.location_id == location_id,
        a.kind == "stamped",
        a.undone_at.is_(None),
    )
    count, last_at = tx.execute(select(func.count(), func.max(a.happened_at)).where(*stands)).one()
    return count, last_at


def get_present_list(tx: Transaction, merchant_id: int, usual_location_id: int | None) -> int:
    """Of those whose usual branch that is."""
    return int(get_value(tx, _PRESENT, merchant_id=merchant_id, location_id=usual_location_id))


def get_place_list(tx: Transaction, place_list_id: int) -> dict[str, Any]:
    """{"places": [{location_id, latitude, longitude, texts, beacon}], "max_distance"}"""
    document: dict[str, Any] = tx.execute(_LIST, {"place_list_id": place_list_id}).scalar_one()
    return document


def list_present_lists(tx: Transaction, merchant_id: int) -> list[Record]:
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
