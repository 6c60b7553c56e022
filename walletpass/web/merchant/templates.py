"""The looks to start from, each drawn with the shop's own name and deal."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from walletpass.context import language, services
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.designs.draft import get_draft, start_from_template
from walletpass.operations.designs.preview import preview_template
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.staffing.sign_in import StaffRole
from walletpass.web.merchant.choices import whole_number
from walletpass.web.page import merchant_id, requires

template_pages = Blueprint("templates", __name__, url_prefix="/design/templates")

_A_WHILE = 3600


@template_pages.get("/")
@requires(StaffRole.OWNER)
def show() -> str:
    draft = get_draft(services(), merchant_id())
    templates = services().templates
    return render_template(
        "merchant/templates.html",
        draft=draft,
        texts={name: template.texts[language()] for name, template in templates.items()},
    )


@template_pages.get("/<name>.png")
@requires(StaffRole.OWNER)
def picture(name: str) -> Response:
    if name not in services().templates:
        raise Refusal("unknown_template")
    rules = get_rules(services(), merchant_id())
    shop = get_draft(services(), merchant_id()).design.organization
    png = preview_template(services(), name, shop, rules.program, language())
    answer = Response(png, mimetype="image/png")
    answer.cache_control.private = True
    answer.cache_control.max_age = _A_WHILE
    return answer


@template_pages.post("/<name>")
@requires(StaffRole.OWNER)
def choose(name: str) -> AnyResponse:
    revision = whole_number(request.form.get("revision", ""), 0)
    start_from_template(services(), merchant_id(), name, revision)
    flash("template")
    return redirect(url_for("merchant.design.show"), 303)
