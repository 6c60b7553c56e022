"""Joining a shop's programme, and finding one's card again."""

from flask import Blueprint, render_template

from walletpass.context import services
from walletpass.operations.programs.rules import get_rules_by_code

join_pages = Blueprint("join", __name__, url_prefix="/join")


@join_pages.get("/<code>")
def show(code: str) -> str:
    rules = get_rules_by_code(services(), code)
    return render_template("customer/join.html", rules=rules)
