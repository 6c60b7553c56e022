"""Designs: the draft and the published versions of each programme, and images by their digest."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    select,
    update,
)

from walletpass.store.columns import Document, Instant, key, metadata, to
from walletpass.store.compiled import Record
from walletpass.store.session import Transaction
from walletpass.store.statements import find, upsert

images = Table(
    "images",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("bytes", LargeBinary, nullable=False),
)

design_versions = Table(
    "design_versions",
    metadata,
    key(),
    to("program_id", "programs"),
    Column("number", Integer, nullable=False),
    Column("document", Document, nullable=False),
    Column("published_at", Instant, nullable=False),
    Column("rolls_back_to", Integer),  # number of the version whose document this one repeats
    UniqueConstraint("program_id", "number"),
)

design_drafts = Table(
    "design_drafts",
    metadata,
    key(),
    to("program_id", "programs"),
    Column("revision", Integer, nullable=False),
    Column("document", Document, nullable=False),
    Column("changed_at", Instant, nullable=False),
    UniqueConstraint("program_id"),
)


_BY_ID = select(design_versions).where(design_versions.c.id == bindparam("design_version_id"))


def keep_image(tx: Transaction, digest: str, content: bytes) -> None:
    """Equal bytes are kept once, also when two bring them at the same time."""
    if tx.execute(select(images.c.digest).where(images.c.digest == digest)).one_or_none() is None:
        tx.execute(upsert(tx, images).values(digest=digest, bytes=content).on_conflict_do_nothing())


def get_images(tx: Transaction, digests: list[str]) -> dict[str, bytes]:
    query = select(images.c.digest, images.c.bytes).where(images.c.digest.in_(digests))
    return {row.digest: row.bytes for row in tx.execute(query)}


def find_design(tx: Transaction, design_version_id: int) -> Record | None:
    return find(tx, _BY_ID, design_version_id=design_version_id)


def list_designs(tx: Transaction, program_id: int) -> list[Record]:
    """Newest first."""
    c = design_versions.c
    return list(
        tx.execute(select(design_versions).where(c.program_id == program_id).order_by(c.number.desc()))
    )


def find_newest_design(tx: Transaction, program_id: int) -> Record | None:
    c = design_versions.c
    query = select(design_versions).where(c.program_id == program_id).order_by(c.number.desc()).limit(1)
    return find(tx, query)


def find_draft(tx: Transaction, program_id: int) -> Record | None:
    return find(tx, select(design_drafts).where(design_drafts.c.program_id == program_id))


def change_draft(
    tx: Transaction, program_id: int, revision: int, document: dict[str, Any], now: datetime
) -> bool:
    """Whether the draft was still at that revision; if not, nothing is changed."""
    c = design_drafts.c
    statement = (
        update(design_drafts)
        .where(c.program_id == program_id, c.revision == revision)
        .values(document=document, revision=revision + 1, changed_at=now)
    )
    return tx.execute(statement).rowcount == 1
