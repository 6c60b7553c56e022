"""Whether cards can be issued, and for how long."""

from flask import Blueprint, render_template

from walletpass.context import services
from walletpass.operations.delivery.standings import count_standings
from walletpass.operations.health import check_health
from walletpass.operations.staffing.sign_in import StaffRole
from walletpass.web.page import merchant_id, requires

health_pages = Blueprint("health", __name__, url_prefix="/health")


@health_pages.get("")
@requires(StaffRole.OWNER)
def show() -> str:
    return render_template(
        "merchant/health.html",
        checks=check_health(services(), merchant_id()),
        standings=count_standings(services(), merchant_id()),
    )
