"""Publish the draft, or an earlier version again: every card follows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from walletpass.loyalty.refusals import Refusal
from walletpass.operations.designs.draft import read_draft
from walletpass.operations.roll_outs.start import start
from walletpass.operations.services import Services
from walletpass.store import designs
from walletpass.store.roll_outs import Reason
from walletpass.store.session import Transaction
from walletpass.store.statements import add


@dataclass(frozen=True, slots=True)
class DesignVersion:
    number: int
    published_at: datetime
    rolls_back_to: int | None


def list_versions(services: Services, merchant_id: int) -> list[DesignVersion]:
    """Newest first."""
    with services.reading() as tx:
        rows = designs.list_designs(tx, read_draft(tx, merchant_id).program_id)
    return [DesignVersion(row.number, row.published_at, row.rolls_back_to) for row in rows]


def publish_draft(services: Services, merchant_id: int, revision: int) -> int:
    """The new version's number. Raises Refusal stale_page if the draft changed since that revision."""
    with services.transaction() as tx:
        draft = read_draft(tx, merchant_id)
        if draft.revision != revision:
            raise Refusal("stale_page")
        if draft.is_published:
            return draft.published_number
        row: Any = designs.find_draft(tx, draft.program_id)
        return publish(services, tx, draft.program_id, row.document)


def roll_back(services: Services, merchant_id: int, number: int) -> int:
    """Publish that version's document once more; the draft becomes it too. Raises Refusal unknown_design."""
    with services.transaction() as tx:
        draft = read_draft(tx, merchant_id)
        versions = {row.number: row for row in designs.list_designs(tx, draft.program_id)}
        if number not in versions:
            raise Refusal("unknown_design")
        document = versions[number].document
        designs.change_draft(tx, draft.program_id, draft.revision, document, services.clock.now())
        return publish(services, tx, draft.program_id, document, rolls_back_to=number)


def publish(
    services: Services,
    tx: Transaction,
    program_id: int,
    document: dict[str, Any],
    rolls_back_to: int | None = None,
) -> int:
    now = services.clock.now()
    newest = designs.find_newest_design(tx, program_id)
    number = newest.number + 1 if newest is not None else 1
    values = {"number": number, "document": document, "published_at": now, "rolls_back_to": rolls_back_to}
    add(tx, designs.design_versions, program_id=program_id, **values)
    start(services, tx, program_id, Reason.DESIGN)
    return number
