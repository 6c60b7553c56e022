"""Signing in and out, and choosing a password through a link."""

import re

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from walletpass.context import reader, services
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.staffing import invite, passwords
from walletpass.operations.staffing import sign_in as staffing
from walletpass.operations.staffing.sign_in import Person, StaffRole
from walletpass.web.page import guessable, keep_signed_in

sign_in_pages = Blueprint("sign_in", __name__)

_HOME = {StaffRole.OPERATOR: "/operator/", StaffRole.OWNER: "/merchant/", StaffRole.STAFF: "/staff/"}
_LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
"""A path of this site. Browsers take \\ for / and leave out control characters, so `/\\t/host` leads elsewhere."""


@sign_in_pages.get("/sign-in")
def show() -> Response | str:
    if g.person is not None:
        return redirect(_destination(g.person))
    return render_template("sign_in/sign_in.html", email="", problems={})


@sign_in_pages.post("/sign-in")
@guessable
def enter() -> Response | tuple[str, int]:
    email = request.form.get("email", "")
    try:
        person = staffing.sign_in(services(), email, request.form.get("password", ""))
    except Refusal as refusal:
        problems = {"": reader().say(refusal.sentence)}
        return render_template("sign_in/sign_in.html", email=email, problems=problems), 403
    keep_signed_in(person)
    return redirect(_destination(person), 303)


@sign_in_pages.post("/sign-out")
def leave() -> Response:
    session.clear()
    return redirect(url_for("sign_in.show"), 303)


@sign_in_pages.get("/password")
def ask() -> str:
    return render_template("sign_in/ask.html", sent=False)


@sign_in_pages.post("/password")
@guessable
def send() -> str:
    """Answers the same whether somebody with this address works here or not."""
    invite.send_password_link(services(), request.form.get("email", ""))
    return render_template("sign_in/ask.html", sent=True)


@sign_in_pages.get("/welcome/<token>", defaults={"purpose": "invitation"}, endpoint="welcome")
@sign_in_pages.get("/password/<token>", defaults={"purpose": "password"}, endpoint="reset")
def choose(purpose: str, token: str) -> str:
    if not invite.is_good_link(services(), purpose, token):
        raise Refusal("bad_link")
    return _choose_page(purpose, {})


@sign_in_pages.post("/welcome/<token>", defaults={"purpose": "invitation"})
@sign_in_pages.post("/password/<token>", defaults={"purpose": "password"})
@guessable
def keep(purpose: str, token: str) -> Response | tuple[str, int]:
    try:
        person = invite.choose_password(services(), purpose, token, request.form.get("password", ""))
    except Refusal as refusal:
        if refusal.code != "weak_password":
            raise
        return _choose_page(purpose, {"password": reader().say(refusal.sentence)}), 400
    keep_signed_in(person)
    return redirect(_HOME[person.role], 303)


def _choose_page(purpose: str, problems: dict[str, str]) -> str:
    return render_template(
        "sign_in/choose.html", invited=purpose == "invitation", least=passwords.LEAST, problems=problems
    )


def _destination(person: Person) -> str:
    wanted = request.args.get("next", "")
    return wanted if _LOCAL.fullmatch(wanted) else _HOME[person.role]
