"""Who works here."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from walletpass.context import reader, services
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.locations.list_locations import list_open_names
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.staffing.invite import deactivate, invite, list_people, send_password_link
from walletpass.operations.staffing.sign_in import StaffRole
from walletpass.operations.staffing.workplace import set_workplace
from walletpass.web.merchant.choices import chosen_language, whole_number
from walletpass.web.page import LANGUAGE_NAMES, merchant_id, requires

people_pages = Blueprint("people", __name__, url_prefix="/people")

_FIELD_OF = {"bad_email": "email", "email_taken": "email", "bad_name": "name"}
"""Refusal -> the field that it is about."""


@people_pages.get("/")
@requires(StaffRole.OWNER)
def show() -> str:
    return _page({}, {})


@people_pages.post("/")
@requires(StaffRole.OWNER)
def add() -> Response | tuple[str, int]:
    form = request.form
    role = StaffRole.OWNER if form.get("role") == StaffRole.OWNER else StaffRole.STAFF
    language = chosen_language(form, get_rules(services(), merchant_id()).merchant_language)
    try:
        link = invite(services(), merchant_id(), role, form.get("name", ""), form.get("email", ""), language)
    except Refusal as refusal:
        return _page(form, {_FIELD_OF.get(refusal.code, ""): reader().say(refusal.sentence)}), 400
    _tell("invited", link)
    return redirect(url_for("merchant.people.show"), 303)


@people_pages.post("/<int:person_id>/link")
@requires(StaffRole.OWNER)
def send_link(person_id: int) -> Response:
    person = _find(person_id)
    if person["invited"]:
        role, language = StaffRole(person["role"]), get_rules(services(), merchant_id()).merchant_language
        link: str | None = invite(services(), merchant_id(), role, person["name"], person["email"], language)
    else:
        link = send_password_link(services(), person["email"])
    _tell("link_sent", link)
    return redirect(url_for("merchant.people.show"), 303)


@people_pages.post("/<int:person_id>/remove")
@requires(StaffRole.OWNER)
def remove(person_id: int) -> Response:
    deactivate(services(), g.person, person_id)
    flash("removed", "done")
    return redirect(url_for("merchant.people.show"), 303)


@people_pages.post("/<int:person_id>/place")
@requires(StaffRole.OWNER)
def place(person_id: int) -> Response:
    given = request.form.get("location", "")
    set_workplace(services(), merchant_id(), person_id, whole_number(given, 0) if given else None)
    flash("placed", "done")
    return redirect(url_for("merchant.people.show"), 303)


def _tell(what: str, link: str | None) -> None:
    """Where no mail is sent, the link is shown here, once."""
    flash(what, "done")
    if link and not services().settings.smtp_url:
        flash(link, "link")


def _find(person_id: int) -> dict[str, str]:
    """Raises Refusal unknown_person, also for somebody of another shop."""
    for person in list_people(services(), merchant_id()):
        if person["id"] == person_id and person["active"]:
            return dict(person)
    raise Refusal("unknown_person")


def _page(given: dict[str, str], problems: dict[str, str]) -> str:
    return render_template(
        "merchant/people.html",
        people=list_people(services(), merchant_id()),
        branches=list_open_names(services(), merchant_id()),
        given=given,
        problems=problems,
        languages=LANGUAGE_NAMES,
    )
