"""What is known of where a change of a card has got to."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, distinct, func, or_, select, true

from walletpass.store.accounts import accounts
from walletpass.store.compiled import Record
from walletpass.store.devices import device_topics, passes, registrations
from walletpass.store.google import google_objects
from walletpass.store.merchants import programs
from walletpass.store.outbox import push_outbox
from walletpass.store.session import Transaction
from walletpass.store.statements import rows

_TOLD_BY = and_(
    device_topics.c.device_id == registrations.c.device_id,
    device_topics.c.pass_type_identifier == passes.c.pass_type_identifier,
)


def list_passes(tx: Transaction, account_id: int) -> list[Record]:
    c = passes.c
    query = select(c.id, c.pass_type_identifier, c.handed_version, c.fetched_version, c.fetched_at)
    return rows(tx, query.where(c.account_id == account_id).order_by(c.id))


def list_phones(tx: Transaction, account_id: int) -> list[Record]:
    """The registrations of its passes, oldest first. `topic_id` is none where no push can be sent; `waits_since`
    where none waits to be sent."""
    t, r = device_topics.c, registrations.c
    query = (
        select(
            r.pass_id,
            r.registered_at,
            t.id.label("topic_id"),
            t.pushed_at,
            t.listed_at,
            t.given_up_at,
            push_outbox.c.created_at.label("waits_since"),
        )
        .join_from(registrations, passes)
        .join(device_topics, _TOLD_BY, isouter=True)
        .join(push_outbox, push_outbox.c.topic_id == t.id, isouter=True)
        .where(passes.c.account_id == account_id)
    )
    return rows(tx, query.order_by(r.id))


def count_standings(tx: Transaction, merchant_id: int | None) -> Record:
    """Of the active cards, of one merchant or of all: `current`, `behind`, and `alone` (on no phone)."""
    p = passes.c
    is_installed = select(registrations.c.id).where(registrations.c.pass_id == p.id).exists()
    newest = func.max(case((p.fetched_version > p.handed_version, p.fetched_version), else_=p.handed_version))
    installed = select(p.account_id, newest.label("version")).where(is_installed).group_by(p.account_id)
    g = google_objects.c
    sent = select(g.account_id, func.min(g.sent_version).label("version")).group_by(g.account_id)
    at_apple = installed.subquery()
    at_google = sent.where(g.saved_at.is_not(None), g.removed_at.is_(None)).subquery()
    versions, current = (at_apple.c.version, at_google.c.version), accounts.c.card_version
    is_behind = or_(*(func.coalesce(version < current, False) for version in versions))
    is_alone = and_(*(version.is_(None) for version in versions))
    query = (
        select(
            func.count(case((~(is_behind | is_alone), 1))).label("current"),
            func.count(case((is_behind, 1))).label("behind"),
            func.count(case((is_alone, 1))).label("alone"),
        )
        .join_from(accounts, at_apple, at_apple.c.account_id == accounts.c.id, isouter=True)
        .join(at_google, at_google.c.account_id == accounts.c.id, isouter=True)
        .where(accounts.c.state == "active")
    )
    return rows(tx, query.where(_is_of(merchant_id)))[0]


def count_silent(tx: Transaction, merchant_id: int | None, before: datetime) -> int:
    """Phones that were told of a change of an active card, made before then, and have not asked since."""
    t, r, p, changed_at = device_topics.c, registrations.c, passes.c, accounts.c.card_changed_at
    other = registrations.alias()
    is_other = and_(other.c.pass_id == r.pass_id, other.c.device_id != r.device_id)
    waits = and_(push_outbox.c.topic_id.is_not(None), t.pushed_at < changed_at)
    query = (
        select(func.count(distinct(r.device_id)))
        .join_from(accounts, passes)
        .join(registrations, r.pass_id == p.id)
        .join(device_topics, _TOLD_BY)
        .join(push_outbox, push_outbox.c.topic_id == t.id, isouter=True)
        .where(accounts.c.state == "active", changed_at < before, _is_of(merchant_id))
        .where(r.registered_at < changed_at, or_(t.listed_at.is_(None), t.listed_at < changed_at))
        .where(t.pushed_at.is_not(None), ~waits)
        .where(or_(p.fetched_version < accounts.c.card_version, select(other.c.id).where(is_other).exists()))
    )
    return int(tx.execute(query).scalar_one())


def _is_of(merchant_id: int | None) -> ColumnElement[bool]:
    """Whether an account is of the merchant; none: of any."""
    mine = select(programs.c.id).where(programs.c.merchant_id == merchant_id)
    return true() if merchant_id is None else accounts.c.program_id.in_(mine)
