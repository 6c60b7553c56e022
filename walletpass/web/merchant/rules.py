"""Stamps, rewards, and what the join page asks."""

from collections.abc import Mapping
from itertools import zip_longest

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from walletpass.context import services
from walletpass.loyalty.program import LONGEST_REWARD, MOST_GOAL, Asks, Milestone
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.wording import sentence
from walletpass.operations.enrolment.applicant import FIELD_NAMES
from walletpass.operations.programs.publish import publish_rules
from walletpass.operations.programs.rules import Rules, get_rules
from walletpass.operations.staffing.sign_in import StaffRole
from walletpass.web.merchant.choices import whole_number
from walletpass.web.merchant.roll_outs import RULES, describe_roll_out
from walletpass.web.page import merchant_id, requires

rules_pages = Blueprint("rules", __name__, url_prefix="/rules")

_ASKING: Mapping[str, bool | None] = {"no": None, "may": False, "must": True}
_BLANK_ROWS = 2

Row = tuple[str, str]
"""Stamps and reward as typed."""


@rules_pages.get("/")
@requires(StaffRole.OWNER)
def show() -> str:
    rules = get_rules(services(), merchant_id())
    rows = [(str(milestone.at), milestone.reward) for milestone in rules.program.milestones]
    asked = {field: _spell_asking(getattr(rules.program.asks, field)) for field in FIELD_NAMES}
    return _page(rules, rows, asked, None)


@rules_pages.post("/")
@requires(StaffRole.OWNER)
def publish() -> Response | tuple[str, int]:
    form = request.form
    rows = list(zip_longest(form.getlist("at"), form.getlist("reward"), fillvalue=""))[:MOST_GOAL]
    try:
        asks = Asks(**{field: _ASKING.get(form.get(field, ""), None) for field in FIELD_NAMES})
        publish_rules(services(), merchant_id(), _number(form), _read_milestones(rows), asks)
    except Refusal as refusal:
        return _page(get_rules(services(), merchant_id()), rows, form, refusal), 400
    flash("published")
    return redirect(url_for("merchant.rules.show"), 303)


def _number(form: MultiDict[str, str]) -> int:
    return whole_number(form.get("number", ""), 0)


def _read_milestones(rows: list[Row]) -> list[Milestone]:
    """In the order of their places; rows without a word in them are left out. Raises Refusal missing_field."""
    milestones = []
    for at, reward in ((at.strip(), reward.strip()) for at, reward in rows):
        if at and not reward:
            raise Refusal("missing_field", field=sentence("Reward"))
        if at or reward:
            milestones.append(Milestone(whole_number(at, 0), reward))
    return sorted(milestones, key=lambda milestone: milestone.at)


def _spell_asking(needed: bool | None) -> str:
    return next(word for word, meaning in _ASKING.items() if meaning is needed)


def _page(rules: Rules, rows: list[Row], asked: Mapping[str, str], refusal: Refusal | None) -> str:
    filled = [row for row in rows if any(row)]
    blank = [("", "")] * min(_BLANK_ROWS, MOST_GOAL - len(filled))
    return render_template(
        "merchant/rules.html",
        rules=rules,
        rows=filled + blank,
        asked=asked,
        field_names=FIELD_NAMES,
        problem=refusal,
        most=MOST_GOAL,
        longest=LONGEST_REWARD,
        **describe_roll_out(RULES),
    )
