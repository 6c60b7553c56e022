"""The counter: one page for people, five verbs that answer its script in JSON and a plain form in HTML."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, g, jsonify, redirect, render_template, request, url_for
from msgspec import to_builtins
from werkzeug.wrappers import Response as AnyResponse

from walletpass.artwork.qr import draw_qr
from walletpass.context import reader, services, wants_json
from walletpass.loyalty.refusals import Kind, Refusal
from walletpass.loyalty.units import UnitNames
from walletpass.loyalty.wording import Money, Sentence
from walletpass.operations.cards.counter_view import shorten_name, view_after, view_at_counter
from walletpass.operations.cards.find_card import find_card
from walletpass.operations.earning import stamp as stamping
from walletpass.operations.earning import undo as undoing
from walletpass.operations.enrolment.join import new_form_key
from walletpass.operations.locations.list_locations import list_open_names
from walletpass.operations.posting.outcome import Done, Outcome
from walletpass.operations.posting.request import Post
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.rewards import redeem as redeeming
from walletpass.operations.rewards.tell_use import tell_last_use
from walletpass.operations.staffing.sign_in import StaffRole
from walletpass.translations.amounts import read_amount
from walletpass.web.page import merchant_id, requires
from walletpass.web.staff.body import Body
from walletpass.web.staff.branch import choose_branch, present_branch, settle_branch
from walletpass.web.staff.telling import tell_card, tell_outcome, tell_progress, tell_quote

staff_pages = Blueprint("staff", __name__, url_prefix="/staff")
Answer = Response | str | tuple[str, int]
at_the_counter = requires(StaffRole.STAFF, StaffRole.OWNER)


@staff_pages.get("/")
@at_the_counter
def show() -> str:
    return _scan_page("")


@staff_pages.post("/branch")
@at_the_counter
def choose() -> AnyResponse:
    choose_branch(list_open_names(services(), merchant_id()), request.form.get("branch", ""))
    return redirect(url_for("staff.show"), 303)


@staff_pages.get("/join")
@at_the_counter
def join_code() -> str:
    rules = get_rules(services(), merchant_id())
    link = services().links.join(rules.code, present_branch())
    return render_template("staff/join.html", rules=rules, link=link, qr=draw_qr(link))


@staff_pages.get("/manifest.webmanifest")
def manifest() -> Response:
    """https://www.w3.org/TR/appmanifest/: lets the page be pinned to a home screen."""
    icon = {"src": url_for("static", filename="icon.svg"), "sizes": "any", "type": "image/svg+xml"}
    answer = jsonify(
        name=reader().catalogue.ugettext("Counter"),
        start_url=url_for("staff.show"),
        scope=url_for("staff.show"),
        display="standalone",
        icons=[icon],
    )
    answer.mimetype = "application/manifest+json"
    return answer


@staff_pages.post("/card")
@at_the_counter
def card() -> Answer:
    code = Body.of_request().code
    try:
        found = view_at_counter(services(), merchant_id(), code)
    except Refusal as refusal:
        if wants_json() or refusal.kind not in (Kind.UNKNOWN, Kind.CONFLICT):
            raise
        return _scan_page(reader().say(refusal.sentence)), 404
    if wants_json():
        names = _unit_names()
        return _json(to_builtins(found), tell_card(found, names), names)
    return _card_page(code, "plain", "")


@staff_pages.post("/stamp")
@at_the_counter
def stamp() -> Answer:
    def act(body: Body) -> Outcome:
        return stamping.stamp(services(), _post(body, adding=body.adding), body.adding, body.reason)

    return _answer(act)


@staff_pages.post("/redeem")
@at_the_counter
def redeem() -> Answer:
    def act(body: Body) -> Outcome:
        order = _read_order(body).minor if body.order else 0
        request = _post(body, reward=body.reward_id, order=order)
        return redeeming.redeem(services(), request, body.reward_id, order_minor=order)

    return _answer(act)


@staff_pages.post("/quote")
@at_the_counter
def quote() -> Answer:
    """What a coupon takes off an order; to a form without an order, one that asks for it."""
    body = Body.of_request()
    account_id, reward_id = find_card(services(), merchant_id(), body.code), body.reward_id
    if not body.order and not wants_json():
        return _card_page(body.code, "order", "")
    try:
        order = _read_order(body)
        off = redeeming.quote(services(), merchant_id(), account_id, reward_id, order.minor)
    except Refusal as refusal:
        if wants_json() or refusal.kind not in (Kind.CONFLICT, Kind.INVALID):
            raise
        return _card_page(body.code, "order", reader().say(refusal.sentence)), 409
    told = reader().say(tell_quote(order, off))
    return jsonify(sentence=told) if wants_json() else _card_page(body.code, "quoted", told)


@staff_pages.post("/undo")
@at_the_counter
def undo() -> Answer:
    return _answer(lambda body: undoing.undo(services(), _post(body, undo=True)))


@staff_pages.get("/<any(card, stamp, quote, redeem, undo, branch):verb>")
@at_the_counter
def start_over(verb: str) -> AnyResponse:
    """Where the answer to a form is opened as an address: in another language, say."""
    return redirect(url_for("staff.show"))


def _post(body: Body, **asked: Any) -> Post:
    account_id = find_card(services(), merchant_id(), body.code, reason=body.reason)
    asked |= {"account": account_id, "reason": body.reason}
    return Post(merchant_id(), account_id, body.key, asked, g.person.id, present_branch(), body.reason)


def _answer(act: Callable[[Body], Outcome]) -> Answer:
    body = Body.of_request()
    try:
        outcome = act(body)
    except Refusal as refusal:
        if wants_json() or refusal.kind is not Kind.CONFLICT:
            raise
        return _card_page(body.code, refusal.code, reader().say(refusal.sentence)), 409
    names = _unit_names()
    off = tell_last_use(services(), body.reward_id) if outcome.done is Done.REDEEMED else None
    told = tell_outcome(outcome, names, off)
    if wants_json():
        after = view_after(services(), outcome)
        facts = {**outcome.document(), "member": shorten_name(outcome.member), **to_builtins(after._asdict())}
        return _json(facts, told, names)
    return _card_page(body.code, "repeated" if outcome.repeat else "done", reader().say(told))


def _read_order(body: Body) -> Money:
    """Raises Refusal bad_request, bad_amount."""
    currency = get_rules(services(), merchant_id()).program.currency
    return Money(read_amount(body.order, currency), currency)


def _unit_names() -> UnitNames:
    """As the shop says now, whatever rules a card still has."""
    return get_rules(services(), merchant_id()).program.unit_names


def _json(facts: dict[str, Any], told: Sentence, names: UnitNames) -> Response:
    progress = tell_progress(facts["stamps"], facts["goal"], facts["points"], names)
    return jsonify(**facts, progress=reader().say(progress), sentence=reader().say(told))


def _scan_page(problem: str) -> str:
    opened = list_open_names(services(), merchant_id())
    branch = settle_branch(opened)
    none_yet = {"": reader().catalogue.ugettext("Choose …")} if branch is None else {}
    branches = none_yet | {str(location_id): name for location_id, name in opened.items()}
    choices = branches if len(opened) > 1 else {}
    return render_template("staff/scan.html", problem=problem, branches=choices, branch=str(branch or ""))


def _card_page(code: str, state: str, said: str) -> str:
    """`state`: plain, order, quoted, done, repeated, or a refusal's code."""
    shown = view_at_counter(services(), merchant_id(), code)
    return render_template(
        "staff/card.html",
        code=shown.code,
        card=shown,
        progress=tell_progress(shown.stamps, shown.goal, shown.points, _unit_names()),
        state=state,
        said=said,
        new_key=new_form_key,
    )
