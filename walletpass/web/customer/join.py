"""Joining a shop's programme, and finding one's card again by e-mail."""

import re
from collections.abc import Mapping

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response as AnyResponse

from walletpass.context import language, reader, services
from walletpass.loyalty.goals import full_card
from walletpass.loyalty.local_days import local_day
from walletpass.loyalty.referrals import rewards_friends
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.telling import tell_deal
from walletpass.operations.cards.load_card import show_progress
from walletpass.operations.designs.load_design import draw_card_images
from walletpass.operations.designs.look import get_look
from walletpass.operations.enrolment.applicant import CONSENTS, FIELD_NAMES, read_applicant
from walletpass.operations.enrolment.join import Invitation, join, new_form_key
from walletpass.operations.enrolment.request_code import request_code
from walletpass.operations.enrolment.restore import open_with_code
from walletpass.operations.programs.rules import Rules, get_rules_by_code
from walletpass.operations.referrals.code import check_referral_code
from walletpass.operations.referrals.note import note_click
from walletpass.web.customer.device import get_device
from walletpass.web.page import for_all, guessable
from walletpass.web.theme import theme_address

join_pages = Blueprint("join", __name__, url_prefix="/join")

_SOURCE = re.compile(r"[A-Za-z0-9_.\-]{1,60}")
_ID = re.compile(r"[0-9]{1,15}")
_PICTURES = ("strip", "logo")
_BAD_INVITATION = ("unknown_referral", "too_many")
_AWAITED = "awaited code"
"""In the session: which shop's code is awaited, and sealed whose."""

Problems = Mapping[str, Refusal]


@join_pages.get("/<code>")
def show(code: str) -> str:
    rules = get_rules_by_code(services(), code)
    problems: dict[str, Refusal] = {}
    invitation = _invitation(rules)
    if invitation.code:
        try:
            check_referral_code(services(), code, invitation.code, invitation.sender)
            note_click(services(), code, invitation.code, invitation.device)
        except Refusal as refusal:
            problems["ref"] = refusal
    return _form(rules, {"form_key": new_form_key(), "ref": invitation.code}, problems)


@join_pages.post("/<code>")
def send(code: str) -> AnyResponse | tuple[str, int]:
    rules = get_rules_by_code(services(), code)
    today = local_day(services().clock.now(), rules.program.zone)
    consents = request.form.getlist("consent")
    applicant, problems = read_applicant(rules.program.asks, request.form, consents, today)
    if problems:
        return _form(rules, request.form, problems), 400
    form_key = request.form.get("form_key", "")
    invitation = _invitation(rules)
    try:
        joined = join(services(), code, applicant, language(), _source(), form_key, _place(), invitation)
    except Refusal as refusal:
        if refusal.code not in _BAD_INVITATION:
            raise
        return _form(rules, request.form, {"ref": refusal}), 400
    if joined.page_key:
        return redirect(url_for("card.show", page_key=joined.page_key), 303)
    return _await_code(code, joined.identifier_id or 0)


@join_pages.get("/<code>/find")
def find(code: str) -> str:
    return _page("find", get_rules_by_code(services(), code), {}, {})


@join_pages.post("/<code>/find")
@guessable
def send_find(code: str) -> AnyResponse | tuple[str, int]:
    rules = get_rules_by_code(services(), code)
    try:
        identifier_id = request_code(services(), code, request.form.get("email", ""), language())
    except Refusal as refusal:
        return _page("find", rules, request.form, {"email": refusal}), 400
    return _await_code(code, identifier_id)


@join_pages.get("/<code>/code")
def ask_code(code: str) -> str | AnyResponse:
    if _awaited(code) is None:
        return redirect(url_for("join.find", code=code))
    return _page("code", get_rules_by_code(services(), code), {}, {})


@join_pages.post("/<code>/code")
@guessable
def send_code(code: str) -> AnyResponse | tuple[str, int]:
    identifier_id = _awaited(code)
    if identifier_id is None:
        return redirect(url_for("join.find", code=code), 303)
    try:
        page_key = open_with_code(services(), code, identifier_id, request.form.get("code", ""))
    except Refusal as refusal:
        return _page("code", get_rules_by_code(services(), code), {}, {"code": refusal}), 400
    session.pop(_AWAITED)
    return redirect(url_for("card.show", page_key=page_key), 303)


@join_pages.get("/<code>/<name>.png")
@for_all("public, max-age=86400")
def picture(code: str, name: str) -> Response:
    """Of an example card. The address on the page names the design, so it may be kept."""
    if name not in _PICTURES:
        raise Refusal("not_found")
    rules = get_rules_by_code(services(), code)
    look = get_look(services(), rules.program_id)
    progress = show_progress(rules.program, example_count(rules))
    drawn = draw_card_images(services(), look.design_version_id, progress)
    return Response(drawn[name][3], mimetype="image/png")


def example_count(rules: Rules) -> int:
    """Units on the card that the join page shows: begun, so that one sees how it fills."""
    return max(full_card(rules.program) * 2 // 5, 1)


def _form(rules: Rules, given: Mapping[str, str], problems: Problems) -> str:
    # A code that is not right is taken out of the form: whoever sends it again joins without one.
    ref = "" if "ref" in problems else given.get("ref", "")
    return _page("join", rules, {**given, "ref": ref}, problems)


def _page(name: str, rules: Rules, given: Mapping[str, str], problems: Problems) -> str:
    look = get_look(services(), rules.program_id)
    return render_template(
        f"customer/{name}.html",
        rules=rules,
        look=look,
        design=look.design,
        theme=theme_address(look.design.palette),
        example_count=example_count(rules),
        deal=tell_deal(rules.program),
        field_names=FIELD_NAMES,
        consents=CONSENTS if rules.program.asks.email is not None else {},
        asks_invitation=rewards_friends(rules.program.earn),
        agreed=request.form.getlist("consent"),
        source=_source(),
        at=_place(),
        given=given,
        errors={field: reader().say(problem.sentence) for field, problem in problems.items()},
    )


def _invitation(rules: Rules) -> Invitation:
    """Nothing is kept where friends bring nothing."""
    if not rewards_friends(rules.program.earn):
        return Invitation()
    return Invitation(request.values.get("ref", "").strip(), get_device(), get_remote_address() or "")


def _source() -> str:
    """Where the reader came from: told by a poster's or a receipt's link."""
    source = request.values.get("from", "")
    return source if _SOURCE.fullmatch(source) else ""


def _place() -> int | None:
    """Where the reader is: told by the code that a counter shows."""
    given = request.values.get("at", "")
    return int(given) if _ID.fullmatch(given) else None


def _await_code(code: str, identifier_id: int) -> AnyResponse:
    # A session can be read by who holds it; sealed, a stranger's 0 looks like a member's number.
    sealed = services().vault.seal(f"{identifier_id:020}")
    session[_AWAITED] = [code, sealed]
    return redirect(url_for("join.ask_code", code=code), 303)


def _awaited(code: str) -> int | None:
    awaited_code, sealed = session.get(_AWAITED, ("", b""))
    return int(services().vault.unseal(sealed)) if awaited_code == code else None
