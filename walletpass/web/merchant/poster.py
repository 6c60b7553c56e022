"""The poster for the counter, to print."""

import re

from flask import Blueprint, Response, render_template, request

from walletpass.artwork.poster import Paper
from walletpass.context import services
from walletpass.operations.posters.make_poster import make_poster
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.staffing.sign_in import StaffRole
from walletpass.web.merchant.choices import chosen_language
from walletpass.web.page import merchant_id, requires

poster_pages = Blueprint("poster", __name__, url_prefix="/poster")


@poster_pages.get("/")
@requires(StaffRole.OWNER)
def show() -> str:
    rules = get_rules(services(), merchant_id())
    link = services().links.join(rules.code)
    papers = {paper.value: paper.name for paper in Paper}
    return render_template("merchant/poster.html", rules=rules, link=link, papers=papers)


@poster_pages.get("/poster.pdf")
@requires(StaffRole.OWNER)
def pdf() -> Response:
    paper = request.args.get("paper")
    size = Paper(paper) if paper in set(Paper) else Paper.A4
    rules = get_rules(services(), merchant_id())
    language = chosen_language(request.args, rules.merchant_language)
    answer = Response(make_poster(services(), merchant_id(), size, language), mimetype="application/pdf")
    name = re.sub(r"[^a-z0-9]+", "-", f"poster-{rules.code}-{size}-{language}")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


@poster_pages.get("/poster.png")
@requires(StaffRole.OWNER)
def picture() -> Response:
    language = get_rules(services(), merchant_id()).merchant_language
    png = make_poster(services(), merchant_id(), Paper.A4, language, as_picture=True)
    return Response(png, mimetype="image/png")
