"""A published design with its pictures."""

from walletpass.artwork import draw_images
from walletpass.card.card import Progress
from walletpass.card.design import Design
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.designs.document import from_document
from walletpass.operations.services import Services
from walletpass.store import designs
from walletpass.store.session import Transaction

Pictures = dict[str, bytes]
"""Digest -> bytes of the images that a design names."""


def load_design(tx: Transaction, design_version_id: int) -> tuple[Design, Pictures]:
    row = designs.find_design(tx, design_version_id)
    if row is None:
        raise Refusal("unknown_design")
    design = from_document(row.document)
    return design, load_pictures(tx, design)


def load_pictures(tx: Transaction, design: Design) -> Pictures:
    return designs.get_images(tx, list(design.images.values()))


def draw_card_images(
    services: Services, design_version_id: int, progress: Progress
) -> dict[str, dict[int, bytes]]:
    """Every image of a card at that progress."""
    with services.reading() as tx:
        design, pictures = load_design(tx, design_version_id)
    return draw_images(design, progress, pictures)
