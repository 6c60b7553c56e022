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


def load_design(tx: Transaction, design_version_id: int) -> Design:
    """Raises Refusal unknown_design."""
    row = designs.find_design(tx, design_version_id)
    if row is None:
        raise Refusal("unknown_design")
    return from_document(row.document)


def load_pictures(tx: Transaction, design: Design) -> Pictures:
    return designs.get_images(tx, list(design.images.values()))


def draw_card_images(
    services: Services, design_version_id: int, progress: Progress
) -> dict[str, dict[int, bytes]]:
    """Every image of a card at that progress."""
    with services.reading() as tx:
        design = load_design(tx, design_version_id)
        pictures = load_pictures(tx, design)
    return draw_images(design, progress, pictures)
