"""The draft that an owner works on, and its pictures."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from walletpass.artwork.uploads import Upload
from walletpass.card.design import Design, Role
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.designs.document import from_document, to_document
from walletpass.operations.designs.edit import with_image
from walletpass.operations.services import Services
from walletpass.store import designs, merchants
from walletpass.store.session import Transaction
from walletpass.store.statements import add


@dataclass(frozen=True, slots=True)
class Draft:
    program_id: int
    revision: int
    """Rises with every change; a page that was opened at an older one is stale."""
    design: Design
    published_number: int
    """Of the version customers see; 0 before the first."""
    is_published: bool
    """Whether customers see exactly this."""


def get_draft(services: Services, merchant_id: int) -> Draft:
    """Raises Refusal unknown_program."""
    with services.reading() as tx:
        return read_draft(tx, merchant_id)


def read_draft(tx: Transaction, merchant_id: int) -> Draft:
    program = merchants.find_program_of_merchant(tx, merchant_id)
    row: Any = designs.find_draft(tx, program.id) if program is not None else None
    if program is None or row is None:
        raise Refusal("unknown_program")
    newest = designs.find_newest_design(tx, program.id)
    same = newest is not None and newest.document == row.document
    number = newest.number if newest is not None else 0
    return Draft(program.id, row.revision, from_document(row.document), number, same)


def start_from_template(services: Services, merchant_id: int, name: str, revision: int) -> Draft:
    """The draft becomes the template's look; the merchant's name and contact stay.

    Raises Refusal unknown_template, stale_page.
    """
    template = services.templates.get(name)
    if template is None:
        raise Refusal("unknown_template")
    with services.transaction() as tx:
        draft = read_draft(tx, merchant_id)
        for digest, content in template.images.items():
            designs.keep_image(tx, digest, content)
        design = template.design(draft.design.organization, draft.design.contact, draft.design.language)
        return _save(services, tx, merchant_id, draft.program_id, revision, design)


def save_draft(
    services: Services,
    merchant_id: int,
    revision: int,
    design: Design,
    uploads: Mapping[Role, Upload] = MappingProxyType({}),
) -> Draft:
    """The design with the uploaded pictures in it. Raises Refusal stale_page if somebody saved meanwhile."""
    with services.transaction() as tx:
        draft = read_draft(tx, merchant_id)
        for role, upload in uploads.items():
            designs.keep_image(tx, upload.digest, upload.png)
            design = with_image(design, role, upload.digest)
        return _save(services, tx, merchant_id, draft.program_id, revision, design)


def start_draft(services: Services, tx: Transaction, program_id: int, design: Design) -> None:
    """For a programme that has none yet."""
    values = {"revision": 1, "document": to_document(design), "changed_at": services.clock.now()}
    add(tx, designs.design_drafts, program_id=program_id, **values)


def _save(
    services: Services, tx: Transaction, merchant_id: int, program_id: int, revision: int, design: Design
) -> Draft:
    if not designs.change_draft(tx, program_id, revision, to_document(design), services.clock.now()):
        raise Refusal("stale_page")
    return read_draft(tx, merchant_id)
