"""Apple's pass types as they were first used here, and which of them shops brought."""

from sqlalchemy import Column, String, Table, exists, or_, select

from walletpass.store.accounts import accounts
from walletpass.store.columns import key, metadata, to
from walletpass.store.compiled import Record
from walletpass.store.devices import passes
from walletpass.store.merchants import merchants, programs
from walletpass.store.session import Transaction
from walletpass.store.statements import change, rows, upsert

pass_types = Table(
    "pass_types",
    metadata,
    key(),
    Column("pass_type_identifier", String(200), nullable=False, unique=True),
    to(
        "merchant_id", "merchants", nullable=True
    ),  # who brought it last, even if given up; None: the operator's
)


def list_pass_types(tx: Transaction) -> list[Record]:
    """In the order in which they came into use."""
    return rows(tx, select(pass_types).order_by(pass_types.c.id))


def note_issued(tx: Transaction, pass_type: str) -> None:
    """What nobody brought is the operator's."""
    statement = upsert(tx, pass_types).values(pass_type_identifier=pass_type)
    tx.execute(statement.on_conflict_do_nothing(index_elements=["pass_type_identifier"]))


def give_to_merchant(tx: Transaction, merchant_id: int, pass_type: str) -> None:
    """New passes of the merchant are of this type."""
    statement = upsert(tx, pass_types).values(pass_type_identifier=pass_type, merchant_id=merchant_id)
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=["pass_type_identifier"], set_={"merchant_id": merchant_id}
        )
    )
    change(tx, merchants, merchant_id, pass_type_identifier=pass_type)


def take_from_merchant(tx: Transaction, merchant_id: int) -> None:
    change(tx, merchants, merchant_id, pass_type_identifier=None)


def list_held(tx: Transaction, merchant_id: int) -> set[str]:
    """Those of which a merchant's customers have passes, unless another shop has brought them since."""
    c = pass_types.c
    of_customer = (
        select(passes.c.id)
        .join_from(passes, accounts)
        .join(programs, programs.c.id == accounts.c.program_id)
        .where(programs.c.merchant_id == merchant_id, passes.c.pass_type_identifier == c.pass_type_identifier)
    )
    # Types first, of which there are few: one customer of each is enough, of a million.
    query = select(c.pass_type_identifier).where(
        or_(c.merchant_id.is_(None), c.merchant_id == merchant_id), exists(of_customer)
    )
    return set(tx.execute(query).scalars())
