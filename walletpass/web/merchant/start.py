"""The owner's first page: what to do next, how it goes, and the link to join."""

from flask import Blueprint, Response, render_template

from walletpass.artwork.qr import draw_qr
from walletpass.context import services
from walletpass.loyalty.program import units_of
from walletpass.operations.health import Level, check_health
from walletpass.operations.programs.overview import DAYS, load_overview
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.staffing.sign_in import StaffRole
from walletpass.web.page import merchant_id, requires

start_pages = Blueprint("start", __name__)


@start_pages.get("/")
@requires(StaffRole.OWNER)
def show() -> str:
    checks = check_health(services(), merchant_id())
    warnings = [check for check in checks if check.level in (Level.WARNING, Level.ALARM)]
    overview = load_overview(services(), merchant_id())
    units = units_of(overview.rules.program.kind)
    return render_template(
        "merchant/start.html", overview=overview, warnings=warnings, days=DAYS, units=units
    )


@start_pages.get("/join.svg")
@requires(StaffRole.OWNER)
def join_code() -> Response:
    link = services().links.join(get_rules(services(), merchant_id()).code)
    return Response(draw_qr(link), mimetype="image/svg+xml")
