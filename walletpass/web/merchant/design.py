"""The card's look: edited in one form beside a picture of the card, saved as a draft, then published."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from walletpass.artwork.uploads import Upload, UploadRefused
from walletpass.card.design import Design, Role, Shape, Word
from walletpass.context import reader, services
from walletpass.loyalty.goals import full_card
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.wording import Sentence, sentence
from walletpass.operations.designs.draft import Draft, get_draft, save_draft
from walletpass.operations.designs.edit import (
    COLOUR_NAMES,
    TEXT_NAMES,
    edit_design,
    list_fields,
    longest,
    read_pictures,
    with_image,
)
from walletpass.operations.designs.preview import Preview, preview_design
from walletpass.operations.designs.publish import list_versions, publish_draft, roll_back
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.staffing.sign_in import StaffRole
from walletpass.web.merchant.choices import chosen_language, whole_number
from walletpass.web.merchant.roll_outs import DESIGN, describe_roll_out
from walletpass.web.page import LANGUAGE_NAMES, merchant_id, requires

design_pages = Blueprint("design", __name__, url_prefix="/design")

_SHAPE_NAMES: dict[Shape, Sentence] = {
    Shape.ROUND: sentence("Round stamps"),
    Shape.SQUARE: sentence("Square stamps"),
    Shape.COUNTER: sentence("A running number"),
}
_PICTURE_NAMES: dict[Role, tuple[Sentence, Sentence]] = {
    Role.LOGO: (
        sentence("Logo"),
        sentence("Wide, at the top of the card. Without one your name stands there."),
    ),
    Role.ICON: (sentence("Icon"), sentence("Square, beside messages on the phone.")),
    Role.STRIP: (sentence("Picture behind the stamps"), sentence("Wide; its edges are cut to fit.")),
    Role.GLYPH: (sentence("Symbol in the stamps"), sentence("Simple and square, without a background.")),
}

_SHOWN = 3
"""Stamps on the example, unless others are asked for."""

Problem = Refusal | UploadRefused


@dataclass(frozen=True, slots=True)
class _Sent:
    """A form as it was sent: the design it makes of the draft, and what is wrong with it."""

    design: Design
    values: Mapping[str, str]
    uploads: Mapping[Role, Upload]
    problems: Mapping[str, Problem]


@design_pages.get("/")
@requires(StaffRole.OWNER)
def show() -> str:
    draft = get_draft(services(), merchant_id())
    return _page(draft, _Sent(draft.design, {}, {}, {}), {})


@design_pages.post("/")
@requires(StaffRole.OWNER)
def save() -> AnyResponse | tuple[str, int]:
    draft = get_draft(services(), merchant_id())
    sent = _read_form(draft)
    if sent.problems:
        return _page(draft, sent, sent.problems), 400
    try:
        saved = save_draft(services(), merchant_id(), _revision(), sent.design, sent.uploads)
        if "publish" in request.form:
            publish_draft(services(), merchant_id(), saved.revision)
    except Refusal as refusal:
        return _page(draft, sent, {"": refusal}), 409
    flash("published" if "publish" in request.form else "saved")
    stamps, language = _view(saved.design)
    return redirect(url_for("merchant.design.show", stamps=stamps, language=language), 303)


@design_pages.post("/preview.png")
@requires(StaffRole.OWNER)
def preview() -> Response:
    """The card as typed so far. `Card-Text` carries its text alternative, percent-encoded."""
    drawn = _draw(_read_form(get_draft(services(), merchant_id())))
    return Response(drawn.png, mimetype="image/png", headers={"Card-Text": quote(drawn.text)})


@design_pages.get("/versions")
@requires(StaffRole.OWNER)
def versions() -> str:
    return render_template(
        "merchant/versions.html",
        versions=list_versions(services(), merchant_id()),
        **describe_roll_out(DESIGN),
    )


@design_pages.post("/versions/<int:number>")
@requires(StaffRole.OWNER)
def put_back(number: int) -> AnyResponse:
    roll_back(services(), merchant_id(), number)
    flash("rolled_back")
    return redirect(url_for("merchant.design.versions"), 303)


def _read_form(draft: Draft) -> _Sent:
    """`offer` is a colour taken from a refusal ("label=#aabbcc"), `take_out` the role of a picture."""
    values = request.form.to_dict()
    field, _, colour = values.get("offer", "").partition("=")
    if field in COLOUR_NAMES:
        values[field] = colour
    design, problems = edit_design(draft.design, values)
    if values.get("take_out") in set(Role):
        design = _without(design, Role(values["take_out"]))
    files = {role: request.files.get(f"picture.{role.value}") for role in Role}
    uploads, refused = read_pictures({role: file.read() for role, file in files.items() if file})
    return _Sent(design, values, uploads, {**problems, **refused})


def _without(design: Design, role: Role) -> Design:
    """Back to the template's picture; without that one as well, if it is there already."""
    template = services().templates.get(design.template)
    original = template.roles.get(role) if template is not None else None
    return with_image(design, role, original if design.images.get(role) != original else None)


def _revision() -> int:
    return whole_number(request.form.get("revision", ""), 0)


def _draw(sent: _Sent) -> Preview:
    return preview_design(services(), merchant_id(), sent.design, *_view(sent.design), sent.uploads)


def _view(design: Design) -> tuple[int, str]:
    """How many stamps the example is to show, and in which language."""
    view = request.values
    return whole_number(view.get("stamps", ""), _SHOWN), chosen_language(view, design.language)


def _page(draft: Draft, sent: _Sent, problems: Mapping[str, Problem]) -> str:
    """The form as sent; a stale one comes back with the newest revision, so that it can be saved."""
    stamps, language = _view(sent.design)
    drawn = _draw(sent)
    say = reader().say
    return render_template(
        "merchant/design.html",
        draft=draft,
        values={**list_fields(draft.design), **sent.values},
        design=sent.design,
        lost_pictures=problems and sent.uploads,
        problems={field: say(problem.sentence) for field, problem in problems.items()},
        offers={
            field: problem.sentence.values["offered"]
            for field, problem in problems.items()
            if problem.code == "weak_contrast"
        },
        is_stale=any(problem.code == "stale_page" for problem in problems.values()),
        stamps=stamps,
        card_language=language,
        picture=f"data:image/png;base64,{b64encode(drawn.png).decode()}",
        picture_text=drawn.text,
        goal=full_card(get_rules(services(), merchant_id()).program),
        colours=COLOUR_NAMES,
        texts=TEXT_NAMES,
        longest=longest,
        words=[word.value for word in Word],
        languages=dict(sorted(LANGUAGE_NAMES.items(), key=lambda item: item[0] != draft.design.language)),
        shapes={shape.value: say(name) for shape, name in _SHAPE_NAMES.items()},
        pictures=_PICTURE_NAMES,
        wrong_languages={field.split(".")[1] for field in problems if field.startswith("word.")},
    )
