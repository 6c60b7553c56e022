"""The ledger: activities, their entries, and outcomes kept under idempotency keys.

Entries are only ever inserted.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    ForeignKey,
    FromClause,
    Index,
    Integer,
    LargeBinary,
    ScalarSelect,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    exists,
    func,
    insert,
    literal_column,
    select,
)

from walletpass.store.accounts import all_of_holder
from walletpass.store.columns import Document, Instant, Key, index_where_set, key, metadata, to
from walletpass.store.compiled import Record
from walletpass.store.rewards import issued_rewards
from walletpass.store.session import Transaction
from walletpass.store.staff import staff
from walletpass.store.statements import change, find, rows

activities = Table(
    "activities",
    metadata,
    key(),
    to("account_id", "accounts", index=True),
    to("merchant_id", "merchants", nullable=True),
    Column("kind", String(20), nullable=False),  # a value of Done
    Column("external_id", String(80)),  # the till's own
    to("staff_id", "staff", nullable=True),
    to("location_id", "locations", nullable=True),
    Column("reason", String(200), nullable=False, default=""),
    Column("gross_minor", BigInteger, nullable=False, default=0, server_default="0"),
    Column("eligible_minor", BigInteger, nullable=False, default=0, server_default="0"),
    Column("details", Document),  # items, services
    Column("happened_at", Instant, nullable=False),
    Column("received_at", Instant),  # where that was later
    Column("undone_at", Instant),
    # Numbers of its entries; the last is before the first where it has none.
    Column("first_seq", Integer, nullable=False, server_default="1"),
    Column("last_seq", Integer, nullable=False, server_default="0"),
)
index_where_set(
    activities.c.merchant_id, activities.c.external_id, name="ix_activities_external", unique=True
)
# Written out: a database uses an index of some rows only where it sees that the rows asked for are among them.
_STAMPED = activities.c.kind == literal_column("'stamped'")
Index(
    "ix_activities_stamped",
    activities.c.merchant_id,
    activities.c.happened_at,
    sqlite_where=_STAMPED,
    postgresql_where=_STAMPED,
)

ledger_entries = Table(
    "ledger_entries",
    metadata,
    key(),
    to("account_id", "accounts"),
    Column("seq", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("unit", String(10), nullable=False, default="stamps", server_default="stamps"),
    Column("quantity", Integer, nullable=False),
    Column("stamps_after", Integer, nullable=False),  # the balance of that unit
    to("activity_id", "activities"),
    to("program_version_id", "program_versions"),
    Column("rule", String(40), nullable=False, default="", server_default=""),
    Column("breakdown", Document),
    Column("reason", String(40), nullable=False, default="", server_default=""),  # a code
    Column("note_digest", LargeBinary(32)),
    to("reverses_id", "ledger_entries", nullable=True),
    to("issued_reward_id", "issued_rewards", nullable=True),
    to("staff_id", "staff", nullable=True),
    Column("effective_at", Instant),  # where that is not when it was recorded
    Column("recorded_at", Instant, nullable=False),
    Column("hash", LargeBinary(32)),  # of the entry before it and of this one
    UniqueConstraint("account_id", "seq"),
)
index_where_set(ledger_entries.c.reverses_id)
index_where_set(ledger_entries.c.issued_reward_id)

entry_notes = Table(
    "entry_notes",
    metadata,
    Column("entry_id", Key, ForeignKey("ledger_entries.id"), primary_key=True),
    Column("salt", LargeBinary(16), nullable=False),
    Column("text", Text, nullable=False),
)
"""What people wrote. A person is erased by deleting these rows; the entry keeps a digest, so its hash still holds."""

posted_outcomes = Table(
    "posted_outcomes",
    metadata,
    key(),
    to("merchant_id", "merchants"),
    Column("key", String(80), nullable=False),
    Column("request_digest", LargeBinary(32), nullable=False),
    Column("outcome", Document, nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("merchant_id", "key"),
)


def of_activity(entries: FromClause) -> ColumnElement[bool]:
    """Whether that is one of the activity's, by its numbers: the entries have no index of activities."""
    a, e = activities.c, entries.c
    return and_(e.account_id == a.account_id, e.seq.between(a.first_seq, a.last_seq))


_NEWEST_ACTIVITY = (
    select(ledger_entries.c.activity_id)
    .where(ledger_entries.c.account_id == bindparam("account_id"))
    .order_by(ledger_entries.c.seq.desc())
    .limit(1)
    .scalar_subquery()
)
_LATEST = (
    select(ledger_entries, issued_rewards.c.title.label("reward_title"), entry_notes.c.text.label("note"))
    .join_from(activities, ledger_entries, of_activity(ledger_entries))
    .join(issued_rewards, issued_rewards.c.id == ledger_entries.c.issued_reward_id, isouter=True)
    .join(entry_notes, entry_notes.c.entry_id == ledger_entries.c.id, isouter=True)
    .where(activities.c.id == _NEWEST_ACTIVITY)
    .order_by(ledger_entries.c.seq)
)


_LAST_USE = (
    select(ledger_entries)
    .where(ledger_entries.c.issued_reward_id == bindparam("reward_id"), ledger_entries.c.kind == "redeem")
    .order_by(ledger_entries.c.id.desc())
    .limit(1)
)
_a = activities.c
_LAST = (
    select(activities)
    .where(
        _a.account_id == bindparam("account_id"),
        _a.undone_at.is_(None),
        _a.kind.not_in(("expired", "promoted")),
    )
    .order_by(_a.id.desc())
    .limit(1)
)
_LAST_AT_COUNTER = _LAST.where(_a.kind != "given", _a.details["booking"].as_string().is_(None))
_STAMPED_BEFORE = (
    select(activities.c.happened_at)
    .where(
        activities.c.merchant_id == bindparam("merchant_id"),
        _STAMPED,
        activities.c.happened_at > bindparam("since", type_=Instant),
    )
    .order_by(activities.c.happened_at.desc())
    .limit(1)
    .offset(bindparam("newer"))
)


def stamped_since(merchant_id: Any, since: Any) -> ScalarSelect[int]:
    """As a value of a query: how often anybody was stamped there after that."""
    c = activities.c
    of_shop = (c.merchant_id == merchant_id, _STAMPED, c.happened_at > since)
    return select(func.count()).select_from(activities).where(*of_shop).scalar_subquery()


def add_note(tx: Transaction, entry_id: int, salt: bytes, text: str) -> None:
    tx.execute(insert(entry_notes).values(entry_id=entry_id, salt=salt, text=text))


def find_last_activity(tx: Transaction, account_id: int) -> Record | None:
    """The newest that was not undone, other than units that ran out and a change of the tier."""
    return find(tx, _LAST, account_id=account_id)


def find_last_at_counter(tx: Transaction, account_id: int) -> Record | None:
    """The same without what a rule gave by itself: for joining, a birthday, a friend, a booking."""
    return find(tx, _LAST_AT_COUNTER, account_id=account_id)


def find_last_stamped_at(tx: Transaction, account_id: int) -> datetime | None:
    c = activities.c
    query = select(c.happened_at).where(
        c.account_id == account_id, c.undone_at.is_(None), c.kind.in_(("stamped", "earned"))
    )
    at: datetime | None = tx.execute(query.order_by(c.id.desc()).limit(1)).scalar_one_or_none()
    return at


def find_by_external_id(tx: Transaction, merchant_id: int, external_id: str) -> Record | None:
    """The purchase that the merchant's till knows by this."""
    c = activities.c
    return find(tx, select(activities).where(c.merchant_id == merchant_id, c.external_id == external_id))


def list_times(tx: Transaction, account_id: int, since: datetime, most: int) -> list[datetime]:
    """When the card was given something after that, at most so many: the last."""
    c = activities.c
    query = select(c.happened_at).where(c.account_id == account_id).order_by(c.id.desc()).limit(most)
    return [at for at in tx.execute(query).scalars() if at > since]


def find_stamped_before(tx: Transaction, merchant_id: int, since: datetime, newer: int) -> datetime | None:
    """When anybody was stamped there before so many newer ones, if that was after then."""
    row = find(tx, _STAMPED_BEFORE, merchant_id=merchant_id, since=since, newer=newer)
    return row.happened_at if row else None


def leave(tx: Transaction, activity_id: int, basket: dict[str, Any], now: datetime) -> None:
    """Only that much is left of a purchase; with nothing left, it is undone."""
    values: dict[str, Any] = {"details": {"basket": basket}}
    change(tx, activities, activity_id, **values, **({} if basket["quantity"] else {"undone_at": now}))


def list_expired_since(tx: Transaction, account_id: int, since: datetime) -> list[Record]:
    """Entries by which units ran out after that, and have stayed so."""
    e, back = ledger_entries.c, ledger_entries.alias()
    query = select(ledger_entries).where(
        e.account_id == account_id,
        e.kind == "expire",
        e.recorded_at > since,
        ~exists().where(back.c.reverses_id == e.id),
    )
    return rows(tx, query.order_by(e.seq.desc()).limit(_MOST_EXPIRED))


_MOST_EXPIRED = 200


def sum_run_out(tx: Transaction, account_id: int, unit: str) -> int:
    """What ran out and was not given back since, also with cards that were merged into this one."""
    e = ledger_entries.c
    query = select(func.coalesce(-func.sum(e.quantity), 0)).where(
        e.account_id.in_(all_of_holder(account_id)),
        e.unit == unit,
        e.kind.in_(("expire", "reverse_expire")),
    )
    return int(tx.execute(query).scalar_one())


def first_credit(entry: FromClause) -> ColumnElement[int]:
    """Id of the entry that the units of a credit came by: where a merge brought them, one of another ledger."""
    return func.coalesce(entry.c.breakdown["credit"].as_integer(), entry.c.id)


def is_undone(tx: Transaction, entry_id: int) -> bool:
    """Whether what the units of a credit came by was taken back as a whole."""
    e, credit = ledger_entries.c, ledger_entries.alias()
    came_by = select(first_credit(credit)).where(credit.c.id == entry_id).scalar_subquery()
    query = select(activities.c.undone_at).join_from(
        ledger_entries, activities, e.activity_id == activities.c.id
    )
    return tx.execute(query.where(e.id == came_by)).scalar_one() is not None


def find_use(tx: Transaction, reward_id: int) -> Record | None:
    """The entry by which a reward was used last."""
    return find(tx, _LAST_USE, reward_id=reward_id)


def list_reversals_of(tx: Transaction, activity_ids: Collection[int]) -> list[Record]:
    """Entries, of whatever activity, that take back one of these activities'."""
    e = ledger_entries.c
    return rows(tx, select(ledger_entries).where(e.reverses_id.in_(entries_of(activity_ids))).order_by(e.id))


def list_entries_of(tx: Transaction, activity_ids: Collection[int]) -> list[Record]:
    e = ledger_entries.c
    query = select(ledger_entries).join_from(activities, ledger_entries, of_activity(ledger_entries))
    return rows(tx, query.where(activities.c.id.in_(activity_ids), e.reverses_id.is_(None)).order_by(e.seq))


def entries_of(activity_ids: Collection[int]) -> Select[int]:
    """As a part of a query: the ids of their entries."""
    own = ledger_entries.alias()
    query = select(own.c.id).join_from(activities, own, of_activity(own))
    return query.where(activities.c.id.in_(activity_ids))


def list_history(
    tx: Transaction, account_id: int, *, limit: int, before_seq: int | None = None
) -> list[Record]:
    """Newest first, with the staff member's name, what they said why, the note, and the reward's title."""
    query = (
        select(
            ledger_entries,
            staff.c.name.label("staff_name"),
            issued_rewards.c.title.label("reward_title"),
            entry_notes.c.text.label("note"),
            activities.c.reason.label("said"),
            activities.c.undone_at,
        )
        .join_from(ledger_entries, activities, ledger_entries.c.activity_id == activities.c.id)
        .join(staff, staff.c.id == ledger_entries.c.staff_id, isouter=True)
        .join(issued_rewards, issued_rewards.c.id == ledger_entries.c.issued_reward_id, isouter=True)
        .join(entry_notes, entry_notes.c.entry_id == ledger_entries.c.id, isouter=True)
        .where(ledger_entries.c.account_id == account_id)
        .order_by(ledger_entries.c.seq.desc())
        .limit(limit)
    )
    if before_seq is not None:
        query = query.where(ledger_entries.c.seq < before_seq)
    return rows(tx, query)


def is_posted(tx: Transaction, merchant_id: int, key: str) -> bool:
    o = posted_outcomes.c
    return find(tx, select(o.id).where(o.merchant_id == merchant_id, o.key == key)) is not None


def list_latest(tx: Transaction, account_id: int) -> list[Record]:
    """The entries of the newest activity, in order, with the titles of the rewards that they name, and notes."""
    return rows(tx, _LATEST, account_id=account_id)
