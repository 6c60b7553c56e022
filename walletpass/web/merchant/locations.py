"""Where the shop is: the places at which cards show themselves."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from walletpass.context import reader, services
from walletpass.loyalty.identifiers import LONGEST_NAME
from walletpass.loyalty.places import LEAST_DISTANCE, LONGEST_TEXT, MOST_DISTANCE, MOST_PLACES
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.locations.add import add_location
from walletpass.operations.locations.change import change_location
from walletpass.operations.locations.details import LONGEST_ADDRESS, Beacon, Details, read_details
from walletpass.operations.locations.distance import set_distance
from walletpass.operations.locations.list_locations import LocationLine, get_location, list_locations
from walletpass.operations.locations.open import set_open
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.staffing.sign_in import StaffRole
from walletpass.web.merchant.roll_outs import PLACES, describe_roll_out
from walletpass.web.page import LANGUAGE_NAMES, merchant_id, requires

location_pages = Blueprint("locations", __name__, url_prefix="/locations")

Answer = Response | tuple[str, int]
_FIELD_OF = {"name_taken": "name", "bad_distance": "distance"}
"""Refusal -> the field that it is about."""


@location_pages.get("/")
@requires(StaffRole.OWNER)
def show() -> str:
    return _list_page({}, {})


@location_pages.post("/distance")
@requires(StaffRole.OWNER)
def keep_distance() -> Answer:
    given = request.form.get("distance", "")
    try:
        cards = set_distance(services(), merchant_id(), given)
    except Refusal as refusal:
        return _list_page({"distance": given}, _spell({_FIELD_OF.get(refusal.code, ""): refusal})), 400
    return _done("distance", cards)


@location_pages.get("/new")
@requires(StaffRole.OWNER)
def new() -> str:
    return _form_page(None, {}, {})


@location_pages.post("/new")
@requires(StaffRole.OWNER)
def add() -> Answer:
    return _keep(None)


@location_pages.get("/<int:location_id>")
@requires(StaffRole.OWNER)
def edit(location_id: int) -> str:
    line = get_location(services(), merchant_id(), location_id)
    return _form_page(line, {**_list_fields(line.details), "revision": line.revision}, {})


@location_pages.post("/<int:location_id>")
@requires(StaffRole.OWNER)
def keep(location_id: int) -> Answer:
    return _keep(get_location(services(), merchant_id(), location_id))


@location_pages.post("/<int:location_id>/close", defaults={"is_open": False}, endpoint="close")
@location_pages.post("/<int:location_id>/open", defaults={"is_open": True}, endpoint="reopen")
@requires(StaffRole.OWNER)
def open_or_close(location_id: int, is_open: bool) -> Answer:
    return _done("opened" if is_open else "closed", set_open(services(), merchant_id(), location_id, is_open))


def _keep(line: LocationLine | None) -> Answer:
    """Add a location, or change that one."""
    form = request.form
    details, problems = read_details(form, get_rules(services(), merchant_id()).merchant_language)
    if details is None:
        return _form_page(line, form, problems), 400
    try:
        if line is None:
            cards = add_location(services(), merchant_id(), details).cards
        else:
            cards = change_location(services(), merchant_id(), line.id, details, form.get("revision", ""))
    except Refusal as refusal:
        return _form_page(line, form, {_FIELD_OF.get(refusal.code, ""): refusal}), 400
    return _done("added" if line is None else "changed", cards)


def _done(what: str, cards: int) -> Response:
    flash(str(cards), what)
    return redirect(url_for("merchant.locations.show"), 303)


def _list_fields(details: Details) -> dict[str, str]:
    """As `read_details` reads them back."""
    beacon = details.beacon or Beacon("")
    return {
        "name": details.name,
        "address": details.address,
        "position": str(details.position),
        **{f"text.{spoken}": text for spoken, text in details.texts.items()},
        "beacon_uuid": beacon.uuid,
        "beacon_major": "" if beacon.major is None else str(beacon.major),
        "beacon_minor": "" if beacon.minor is None else str(beacon.minor),
    }


def _list_page(given: Mapping[str, str], problems: Mapping[str, str]) -> str:
    found = list_locations(services(), merchant_id())
    return render_template(
        "merchant/locations.html",
        locations=found.lines,
        language_of_shop=get_rules(services(), merchant_id()).merchant_language,
        distance=given.get("distance", found.max_distance or ""),
        problems=problems,
        least=LEAST_DISTANCE,
        most=MOST_DISTANCE,
        most_places=MOST_PLACES,
        **describe_roll_out(PLACES),
    )


def _form_page(line: LocationLine | None, given: Mapping[str, str], problems: Mapping[str, Refusal]) -> str:
    """The form as sent; a stale one comes back with the newest revision, so that it can be saved."""
    first = get_rules(services(), merchant_id()).merchant_language
    is_stale = any(problem.code == "stale_page" for problem in problems.values())
    return render_template(
        "merchant/location.html",
        line=line,
        given=given,
        revision=line.revision if line and is_stale else given.get("revision", ""),
        problems=_spell(problems),
        is_stale=is_stale,
        first=first,
        others={code: name for code, name in LANGUAGE_NAMES.items() if code != first},
        longest={"name": LONGEST_NAME, "address": LONGEST_ADDRESS, "text": LONGEST_TEXT},
    )


def _spell(problems: Mapping[str, Refusal]) -> dict[str, str]:
    return {field: reader().say(problem.sentence) for field, problem in problems.items()}
