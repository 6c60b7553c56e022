"""The front of a card as the phone will draw it, from the renderer that makes passes."""

from walletpass.artwork import draw_images
from walletpass.artwork.preview import draw_front
from walletpass.card.card import Card, CardState, ReadyReward
from walletpass.card.design import Design
from walletpass.loyalty.program import Program
from walletpass.loyalty.telling import tell_deal, tell_progress, tell_summary
from walletpass.operations.cards.load_card import show_progress
from walletpass.operations.designs.load_design import load_pictures
from walletpass.operations.services import Services
from walletpass.pkpass.identity import PassIdentity
from walletpass.pkpass.render import render_pass
from walletpass.store import merchants
from walletpass.translations import translator

_NOBODY = PassIdentity(
    "pass.preview", "PREVIEW000", "preview", "preview-preview-preview", "https://example.invalid"
)


def preview_design(services: Services, merchant_id: int, design: Design, stamps: int, language: str) -> bytes:
    """PNG of an example card with so many stamps."""
    with services.reading() as tx:
        row = merchants.find_program_of_merchant(tx, merchant_id)
        pictures = load_pictures(tx, design)
    assert row is not None
    card = example_card(services, Program.load(row.rules), min(max(stamps, 0), 30), language)
    images = draw_images(design, card.progress, pictures)
    return draw_front(render_pass(card, design, _NOBODY), images)


def preview_template(
    services: Services, name: str, organization: str, program: Program, language: str
) -> bytes:
    """PNG of an example card in a template's look."""
    template = services.templates[name]
    design = template.design(organization, language=language)
    card = example_card(services, program, program.goal // 2, language)
    images = draw_images(design, card.progress, template.images)
    return draw_front(render_pass(card, design, _NOBODY), images)


def example_card(services: Services, program: Program, stamps: int, language: str) -> Card:
    say = translator(language).say
    stamps = min(stamps, program.goal)
    return Card(
        version=1,
        changed_at=services.clock.now(),
        state=CardState.ACTIVE,
        language=language,
        member="Anna Kovács",
        scan_code="EXAMPLE0CARD0NOT0VALID000000",
        typed_code="EXAM-PLEC-ARD0",
        progress=show_progress(program, stamps),
        progress_text=say(tell_progress(program, stamps)),
        summary=say(tell_summary(program, stamps, ())),
        next_reward=program.next_milestone(stamps).reward,
        news="",
        deal=say(tell_deal(program)),
        page_url=services.links.public_url,
        ready=(ReadyReward(program.milestones[0].reward),) if stamps == program.goal else (),
    )
