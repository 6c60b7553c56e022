"""A merchant's locations, where members go, and the lists of places that cards show."""

from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Table, UniqueConstraint

from walletpass.store.columns import Document, Instant, key, metadata, to

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
)

visits = Table(
    "visits",
    metadata,
    key(),
    to("account_id", "accounts"),
    to("location_id", "locations"),
    Column("count", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
    UniqueConstraint("account_id", "location_id"),
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
