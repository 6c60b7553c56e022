"""What is known of where a change of a card has got to."""

from typing import Any

from sqlalchemy import Row, and_, case, func, select

from walletpass.store.accounts import accounts
from walletpass.store.devices import device_topics, passes, registrations
from walletpass.store.merchants import programs
from walletpass.store.outbox import push_outbox
from walletpass.store.session import Transaction
from walletpass.store.statements import rows


def list_passes(tx: Transaction, account_id: int) -> list[Row[Any]]:
    c = passes.c
    query = select(c.id, c.pass_type_identifier, c.handed_version, c.fetched_version, c.fetched_at)
    return rows(tx, query.where(c.account_id == account_id).order_by(c.id))


def list_phones(tx: Transaction, account_id: int) -> list[Row[Any]]:
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
        .join(
            device_topics,
            and_(t.device_id == r.device_id, t.pass_type_identifier == passes.c.pass_type_identifier),
            isouter=True,
        )
        .join(push_outbox, push_outbox.c.topic_id == t.id, isouter=True)
        .where(passes.c.account_id == account_id)
    )
    return rows(tx, query.order_by(r.id))


def count_standings(tx: Transaction, merchant_id: int | None) -> Row[Any]:
    """Of the active cards, of one merchant or of all: `current`, `behind`, and `alone` (on no phone)."""
    p = passes.c
    is_installed = select(registrations.c.id).where(registrations.c.pass_id == p.id).exists()
    newest = func.max(case((p.fetched_version > p.handed_version, p.fetched_version), else_=p.handed_version))
    installed = select(p.account_id, newest.label("version")).where(is_installed).group_by(p.account_id)
    held = installed.subquery()
    has = held.c.version
    query = (
        select(
            func.count(case((has >= accounts.c.card_version, 1))).label("current"),
            func.count(case((has < accounts.c.card_version, 1))).label("behind"),
            func.count(case((has.is_(None), 1))).label("alone"),
        )
        .join_from(accounts, held, held.c.account_id == accounts.c.id, isouter=True)
        .where(accounts.c.state == "active")
    )
    if merchant_id is not None:
        mine = select(programs.c.id).where(programs.c.merchant_id == merchant_id)
        query = query.where(accounts.c.program_id.in_(mine))
    return rows(tx, query)[0]
