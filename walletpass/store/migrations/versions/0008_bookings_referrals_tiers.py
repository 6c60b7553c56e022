"""Bookings, referrals, tiers, checking in, and when a birthday was entered and celebrated."""

import sqlalchemy as sa
from alembic import op

from walletpass.store.columns import Instant

revision = "0008"
down_revision = "0007"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _add_bookings()
    _add_check_ins()
    _add_referrals()
    _add_device_hints()
    _add_tier_memberships()
    op.add_column("locations", sa.Column("check_in_secret_sealed", sa.LargeBinary()))
    op.add_column("members", sa.Column("birthday_entered_at", Instant()))
    op.add_column("members", sa.Column("birthday_credited_on", sa.Date()))


def _add_bookings() -> None:
    op.create_table(
        "bookings",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("merchant_id", _KEY, nullable=False),
        sa.Column("account_id", _KEY, nullable=False),
        sa.Column("external_id", sa.String(80), nullable=False),
        sa.Column("service", sa.String(80), nullable=False),
        sa.Column("location_id", _KEY),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("noted_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("activity_id", _KEY),
        *_references("bookings", merchant_id="merchants", account_id="accounts"),
        *_references("bookings", location_id="locations", activity_id="activities"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bookings")),
        sa.UniqueConstraint("merchant_id", "external_id", name=op.f("uq_bookings_merchant_id_external_id")),
    )
    op.create_index("ix_bookings_account_id", "bookings", ["account_id"])


def _add_check_ins() -> None:
    op.create_table(
        "check_ins",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("account_id", _KEY, nullable=False),
        sa.Column("location_id", _KEY, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        *_references("check_ins", account_id="accounts", location_id="locations"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_ins")),
        sa.UniqueConstraint("account_id", name=op.f("uq_check_ins_account_id")),
    )


def _add_referrals() -> None:
    op.create_table(
        "referrals",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("referrer_account_id", _KEY, nullable=False),
        sa.Column("friend_account_id", _KEY),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("rejection", sa.String(20), nullable=False),
        sa.Column("device_digest", sa.LargeBinary(32)),
        sa.Column("clicked_at", Instant()),
        sa.Column("joined_at", Instant()),
        sa.Column("hold_until", Instant()),
        sa.Column("referrer_rewarded_at", Instant()),
        *_references("referrals", referrer_account_id="accounts", friend_account_id="accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referrals")),
        sa.UniqueConstraint("friend_account_id", name=op.f("uq_referrals_friend_account_id")),
        sa.UniqueConstraint(
            "referrer_account_id",
            "device_digest",
            name=op.f("uq_referrals_referrer_account_id_device_digest"),
        ),
    )
    op.create_index("ix_referrals_rewarded", "referrals", ["referrer_account_id", "referrer_rewarded_at"])


def _add_device_hints() -> None:
    op.create_table(
        "device_hints",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("account_id", _KEY, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        *_references("device_hints", account_id="accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_hints")),
        sa.UniqueConstraint("account_id", "digest", name=op.f("uq_device_hints_account_id_digest")),
    )


def _add_tier_memberships() -> None:
    op.create_table(
        "tier_memberships",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("account_id", _KEY, nullable=False),
        sa.Column("tier", sa.String(40), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("held_through", sa.Date()),
        sa.Column("ends_at", Instant()),
        sa.Column("manual", sa.Boolean(), nullable=False),
        sa.Column("rewarded", sa.Boolean(), nullable=False),
        sa.Column("left_at", Instant()),
        *_references("tier_memberships", account_id="accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tier_memberships")),
    )
    op.create_index("ix_tier_memberships_account_id", "tier_memberships", ["account_id"])


def _references(table: str, **referred: str) -> tuple[sa.ForeignKeyConstraint, ...]:
    return tuple(
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, other in referred.items()
    )
