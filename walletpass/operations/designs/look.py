"""How a programme looks now, for pages that are not about one card."""

from dataclasses import dataclass

from walletpass.card.design import Design
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.designs.document import from_document
from walletpass.operations.services import Services
from walletpass.store import designs


@dataclass(frozen=True, slots=True)
class Look:
    design_version_id: int
    design: Design


def get_look(services: Services, program_id: int) -> Look:
    """The newest published design. Raises Refusal unknown_design."""
    with services.reading() as tx:
        row = designs.find_newest_design(tx, program_id)
    if row is None:
        raise Refusal("unknown_design")
    return Look(row.id, from_document(row.document))
