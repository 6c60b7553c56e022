"""Addresses of a card's pictures: each is drawn once per design and count, and named by its content."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from walletpass.artwork.google import draw_header_logo, draw_hero, draw_round_logo
from walletpass.card.card import Progress
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.designs.load_design import load_design, load_pictures
from walletpass.operations.services import Services
from walletpass.store import google


@dataclass(frozen=True, slots=True)
class PictureAddresses:
    hero: str
    logo: str
    header: str


def find_pictures(services: Services, design_version_id: int, progress: Progress) -> PictureAddresses:
    """Draws what nobody drew before, with no transaction open."""
    names = {"hero": _name_hero(progress), "logo": "logo", "header": "header"}
    with services.reading() as tx:
        known = {role: google.find_drawn(tx, design_version_id, name) for role, name in names.items()}
    missing = {role: names[role] for role, digest in known.items() if digest is None}
    digests = {**known, **_draw(services, design_version_id, progress, missing)}
    return PictureAddresses(**{role: services.links.drawn(str(digest)) for role, digest in digests.items()})


def get_picture(services: Services, digest: str) -> bytes:
    """PNG. Raises Refusal not_found."""
    with services.reading() as tx:
        png = google.find_png(tx, digest)
    if png is None:
        raise Refusal("not_found")
    return png


def _draw(
    services: Services, design_version_id: int, progress: Progress, missing: Mapping[str, str]
) -> dict[str, str]:
    if not missing:
        return {}
    with services.reading() as tx:
        design = load_design(tx, design_version_id)
        pictures = load_pictures(tx, design)
    drawings: dict[str, Callable[[], bytes]] = {
        "hero": lambda: draw_hero(design, progress, pictures),
        "logo": lambda: draw_round_logo(design, pictures),
        "header": lambda: draw_header_logo(design, pictures),
    }
    drawn = {role: drawings[role]() for role in missing}
    digests = {role: hashlib.sha256(png).hexdigest() for role, png in drawn.items()}
    with services.transaction() as tx:
        for role, name in missing.items():
            google.keep_drawn(tx, digests[role], design_version_id, name, drawn[role])
    return digests


def _name_hero(progress: Progress) -> str:
    shown = f"{progress.count}/{progress.goal} {progress.milestones} {progress.counted}"
    return f"hero {hashlib.sha256(shown.encode()).hexdigest()[:32]}"
