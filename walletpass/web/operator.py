"""The operator's page: merchants on this installation, and what the service needs."""

from zoneinfo import ZoneInfo, available_timezones

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from walletpass.card.design import LANGUAGES
from walletpass.context import language, reader, services
from walletpass.loyalty.program import Milestone
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.delivery.standings import count_standings
from walletpass.operations.devices.read_log import KIND_NAMES, read_log
from walletpass.operations.health import check_health
from walletpass.operations.installation.add_merchant import NewMerchant
from walletpass.operations.installation.merchants import let_in, list_merchants
from walletpass.operations.passes.bring_pass_type import list_free
from walletpass.operations.staffing.sign_in import StaffRole
from walletpass.web.page import LANGUAGE_NAMES, requires

operator_pages = Blueprint("operator", __name__, url_prefix="/operator")


@operator_pages.get("/")
@requires(StaffRole.OPERATOR)
def show() -> str:
    return _page({}, {})


@operator_pages.get("/phones")
@requires(StaffRole.OPERATOR)
def show_phones() -> str:
    kind = request.args.get("kind")
    return render_template(
        "operator_phones.html",
        standings=count_standings(services()),
        logged=read_log(services(), kind=kind if kind in KIND_NAMES else None),
        kinds=KIND_NAMES,
        kind=kind,
        zone=ZoneInfo("UTC"),
    )


@operator_pages.post("/merchants")
@requires(StaffRole.OPERATOR)
def add() -> Response | tuple[str, int]:
    form = request.form
    try:
        let_in(services(), _read(form), form.get("owner_name", ""), form.get("owner_email", ""))
    except Refusal as refusal:
        return _page(form, {"": reader().say(refusal.sentence)}), 400
    flash("invited")
    return redirect(url_for("operator.show"), 303)


def _read(form: dict[str, str]) -> NewMerchant:
    zone, goal = form.get("zone", ""), form.get("goal", "")
    if zone not in available_timezones() or form.get("language") not in LANGUAGES or not goal.isdecimal():
        raise Refusal("bad_request")
    return NewMerchant(
        name=form.get("name", ""),
        template=form.get("template", ""),
        language=form["language"],
        zone=ZoneInfo(zone),
        milestones=(Milestone(int(goal[:9]), form.get("reward", "")),),
        pass_type_identifier=form.get("pass_type") or None,
    )


def _page(given: dict[str, str], problems: dict[str, str]) -> str:
    here = services()
    return render_template(
        "operator.html",
        merchants=list_merchants(here),
        checks=check_health(here),
        templates={name: template.texts[language()].title for name, template in here.templates.items()},
        zones={zone: zone for zone in sorted(available_timezones())},
        languages=LANGUAGE_NAMES,
        pass_types=_choose_pass_types(list_free(here)),
        given=given,
        problems=problems,
    )


def _choose_pass_types(names: list[str]) -> dict[str, str]:
    """Nothing to choose where none is free."""
    theirs = {"": reader().catalogue.ugettext("The operator’s")}
    return theirs | {name: name for name in names} if names else {}
