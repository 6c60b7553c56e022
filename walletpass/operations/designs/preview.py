"""The front of a card as the phone will draw it, from the renderer that makes passes."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from msgspec import to_builtins

from walletpass.artwork import draw_images
from walletpass.artwork.marks import needs_name
from walletpass.artwork.preview import draw_front
from walletpass.artwork.uploads import Upload
from walletpass.card.card import Card, CardState, ReadyReward
from walletpass.card.design import Design, Role
from walletpass.loyalty.goals import full_card, next_goal
from walletpass.loyalty.program import Program, ProgramKind
from walletpass.loyalty.program_document import load_program
from walletpass.loyalty.telling import main_unit, tell_deal, tell_missing, tell_progress, tell_summary
from walletpass.loyalty.units import Unit
from walletpass.operations.cards.load_card import show_progress
from walletpass.operations.designs.edit import with_image
from walletpass.operations.designs.load_design import load_pictures
from walletpass.operations.services import Services
from walletpass.pkpass.frame import frame_design
from walletpass.pkpass.identity import PassIdentity
from walletpass.pkpass.render import render_pass
from walletpass.store import merchants
from walletpass.translations import translator

_NOBODY = PassIdentity(
    "pass.preview", "PREVIEW000", "preview", "preview-preview-preview", "https://example.invalid"
)
_POINTS = 120
"""Beside the stamps of the example."""


@dataclass(frozen=True, slots=True)
class Preview:
    png: bytes
    text: str
    """What a screen reader says of the card."""


def preview_design(
    services: Services,
    merchant_id: int,
    design: Design,
    stamps: int,
    language: str,
    uploads: Mapping[Role, Upload] = MappingProxyType({}),
) -> Preview:
    """An example card with so many stamps; `uploads` are pictures that were not saved yet."""
    for role, upload in uploads.items():
        design = with_image(design, role, upload.digest)
    with services.reading() as tx:
        row = merchants.find_program_of_merchant(tx, merchant_id)
        pictures = load_pictures(tx, design) | {upload.digest: upload.png for upload in uploads.values()}
    assert row is not None
    return _draw(example_card(services, load_program(row.rules), stamps, language), design, pictures)


def preview_template(
    services: Services, name: str, organization: str, program: Program, language: str
) -> bytes:
    """PNG of an example card in a template's look."""
    template = services.templates[name]
    design = template.design(organization, language=language)
    return _draw(
        example_card(services, program, full_card(program) // 2, language), design, template.images
    ).png


def example_card(services: Services, program: Program, count: int, language: str) -> Card:
    """With so many units of the main kind, at most a full card."""
    say, unit, full = translator(language).say, main_unit(program), full_card(program)
    count = min(max(count, 0), full)
    goal = next_goal(program, unit, count)
    return Card(
        version=1,
        changed_at=services.clock.now(),
        state=CardState.ACTIVE,
        language=language,
        member="Anna Kovács",
        scan_code="EXAMPLE0CARD0NOT0VALID000000",
        typed_code="EXAM-PLEC-ARD0",
        progress=show_progress(program, count),
        progress_text=say(tell_progress(program, unit, count)),
        summary=say(tell_summary(program, {unit: count})),
        next_reward=goal.reward if goal else "",
        missing=say(tell_missing(goal)) if goal else "",
        news="",
        deal=say(tell_deal(program)),
        page_url=services.links.public_url,
        ready=(ReadyReward(program.milestones[0].reward),) if count and count == program.goal else (),
        points=say(tell_progress(program, Unit.POINTS, _POINTS)) if program.kind is ProgramKind.MIXED else "",
    )


def _draw(card: Card, design: Design, pictures: Mapping[str, bytes]) -> Preview:
    content = to_builtins(render_pass(card, frame_design(design, write_name=needs_name(design)), _NOBODY))
    return Preview(draw_front(content, draw_images(design, card.progress, pictures)), content["description"])
