"""The customers, and one customer's card with everything that happened to it."""

from math import ceil

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from walletpass.context import language, reader, services
from walletpass.loyalty.program import units_of
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.units import UNITS
from walletpass.loyalty.wording import Sentence, sentence
from walletpass.operations.cards.close_card import close_card
from walletpass.operations.customers.list_customers import ORDERS, PAGE, list_customers
from walletpass.operations.customers.load_customer import load_customer
from walletpass.operations.delivery.proof import load_proof
from walletpass.operations.designs.load_design import draw_card_images
from walletpass.operations.devices.read_log import read_log
from walletpass.operations.earning.undo import undo
from walletpass.operations.enrolment.applicant import CONSENTS, FIELD_NAMES
from walletpass.operations.enrolment.join import new_form_key
from walletpass.operations.google.proof import load_google_proof
from walletpass.operations.posting.request import Post
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.staffing.sign_in import StaffRole
from walletpass.web.merchant.choices import whole_number
from walletpass.web.page import merchant_id, requires

customer_pages = Blueprint("customers", __name__, url_prefix="/customers")

_ORDER_NAMES: dict[str, Sentence] = {
    "newest": sentence("Newest first"),
    "visit": sentence("Last visit"),
    "stamps": sentence("Most stamps earned"),
    "points": sentence("Most points earned"),
    "name": sentence("Name"),
    "status": sentence("Status"),
    "opened": sentence("Card looked at last"),
}
_MOST_PAGES = 100_000


@customer_pages.get("/")
@requires(StaffRole.OWNER)
def index() -> str:
    search, order = request.args.get("search", "")[:254], request.args.get("order", ORDERS[0])
    page = max(whole_number(request.args.get("page", ""), 1, _MOST_PAGES), 1)
    found = list_customers(services(), merchant_id(), search=search, order=order, page=page)
    program = get_rules(services(), merchant_id()).program
    units = units_of(program.kind)
    return render_template(
        "merchant/customers.html",
        found=found,
        search=search,
        order=order,
        orders={
            name: reader().say(_ORDER_NAMES[name]) for name in ORDERS if name not in UNITS or name in units
        },
        page=page,
        pages=ceil(found.total / PAGE),
        zone=program.zone,
        units=units,
    )


@customer_pages.get("/<int:account_id>")
@requires(StaffRole.OWNER)
def show(account_id: int) -> str:
    customer = load_customer(services(), merchant_id(), account_id, language())
    return render_template(
        "merchant/customer.html",
        customer=customer,
        proofs=load_proof(services(), account_id),
        at_google=load_google_proof(services(), account_id),
        logged=read_log(services(), account_id=account_id),
        consents=CONSENTS,
        field_names=FIELD_NAMES,
        key=new_form_key(),
    )


@customer_pages.get("/<int:account_id>/strip.png")
@requires(StaffRole.OWNER)
def strip(account_id: int) -> Response:
    customer = load_customer(services(), merchant_id(), account_id, language())
    images = draw_card_images(services(), customer.design_version_id, customer.card.progress)
    return Response(images["strip"][2], mimetype="image/png")


@customer_pages.post("/<int:account_id>/close")
@requires(StaffRole.OWNER)
def close(account_id: int) -> AnyResponse:
    close_card(services(), merchant_id(), account_id)
    return redirect(url_for("merchant.customers.show", account_id=account_id), 303)


@customer_pages.post("/<int:account_id>/undo")
@requires(StaffRole.OWNER)
def take_back(account_id: int) -> AnyResponse:
    key = request.form.get("key", "")
    posting = Post(merchant_id(), account_id, key, {"undo": account_id}, g.person.id)
    try:
        undo(services(), posting, at_any_time=True)
        flash("undone", "done")
    except Refusal as refusal:
        if refusal.code not in ("nothing_to_undo", "reward_already_used"):
            raise
        flash(reader().say(refusal.sentence), "refused")
    return redirect(url_for("merchant.customers.show", account_id=account_id), 303)
