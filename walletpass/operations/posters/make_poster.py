"""A poster that invites to join, in the published look and a language of choice."""

from walletpass.artwork.poster import Paper, PosterText, print_poster
from walletpass.artwork.typesetting import Unprintable
from walletpass.loyalty.goals import full_card
from walletpass.loyalty.program import Program
from walletpass.loyalty.program_document import load_program
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.telling import list_promises, main_unit, tell_summary
from walletpass.loyalty.wording import sentence
from walletpass.operations.cards.load_card import show_progress
from walletpass.operations.designs.document import from_document
from walletpass.operations.designs.load_design import load_pictures
from walletpass.operations.services import Services
from walletpass.store import designs, merchants
from walletpass.translations import translator

SOURCE = "poster"
"""What customers who join through the poster are counted under."""
_SHOWN = 0.4
"""How full the card on the poster is: enough to see what a stamp looks like."""
_PROMISE = sentence("Collect stamps on your phone. No app needed.")
_STEPS = (
    sentence("Scan the code with your phone’s camera."),
    sentence("Put the card into your wallet."),
    sentence("Show it at every visit."),
)


def make_poster(
    services: Services, merchant_id: int, paper: Paper, language: str, *, as_picture: bool = False
) -> bytes:
    """PDF of one page, or a PNG of it. Raises Refusal unknown_program, unprintable."""
    with services.snapshot() as tx:
        row = merchants.find_program_of_merchant(tx, merchant_id)
        version = designs.find_newest_design(tx, row.id) if row is not None else None
        if row is None or version is None:
            raise Refusal("unknown_program")
        design = from_document(version.document)
        pictures = load_pictures(tx, design)
    program, join = load_program(row.rules), services.links.join(row.code)
    text = _write(program, design.organization, join, language)
    progress = show_progress(program, _shown(program))
    try:
        address = f"{join}?from={SOURCE}"
        return print_poster(text, address, paper, design, progress, pictures, as_picture=as_picture)
    except Unprintable as unprintable:
        raise Refusal("unprintable") from unprintable


def _write(program: Program, name: str, join: str, language: str) -> PosterText:
    say = translator(language).say
    link = join.partition("://")[2]
    return PosterText(
        language=language,
        name=name,
        deal=tuple(say(promise) for promise in list_promises(program)),
        promise=say(_PROMISE),
        steps=tuple(say(step) for step in _STEPS),
        type_in=say(sentence("Or go to:")),
        link=link,
        code_alt=say(sentence("QR code that opens %(link)s", link=link)),
        strip_alt=say(tell_summary(program, {main_unit(program): _shown(program)})),
    )


def _shown(program: Program) -> int:
    return round(full_card(program) * _SHOWN)
