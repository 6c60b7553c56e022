"""How far the last published change has come; a panel on the pages that publish."""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from walletpass.context import services
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.roll_outs.control import pause, resume
from walletpass.operations.roll_outs.progress import find_progress
from walletpass.operations.staffing.sign_in import StaffRole
from walletpass.web.page import merchant_id, requires

roll_out_pages = Blueprint("roll_out", __name__, url_prefix="/roll-out")

DESIGN, RULES, PLACES = "design", "rules", "places"
_PAGES = {
    DESIGN: "merchant.design.versions",
    RULES: "merchant.rules.show",
    PLACES: "merchant.locations.show",
}
"""Pages with the panel."""


def describe_roll_out(page: str) -> Mapping[str, object]:
    """What `merchant/roll_out.html` needs on that page."""
    return {
        "roll_out": find_progress(services(), merchant_id()),
        "zone": get_rules(services(), merchant_id()).program.zone,
        "roll_out_page": page,
        "roll_out_address": url_for(_PAGES[page]),
    }


@roll_out_pages.get("/")
@requires(StaffRole.OWNER)
def show() -> str:
    """The panel alone: the page's script asks for it."""
    return render_template("merchant/roll_out.html", **describe_roll_out(_page(request.args)))


@roll_out_pages.post("/pause")
@requires(StaffRole.OWNER)
def hold() -> Response:
    pause(services(), merchant_id())
    return _back()


@roll_out_pages.post("/resume")
@requires(StaffRole.OWNER)
def go_on() -> Response:
    resume(services(), merchant_id())
    return _back()


def _page(given: Mapping[str, str]) -> str:
    page = given.get("back", "")
    return page if page in _PAGES else DESIGN


def _back() -> Response:
    return redirect(url_for(_PAGES[_page(request.form)]), 303)
