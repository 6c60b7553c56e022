"""Pages for owners: the card's look, the rules, customers, locations, people, poster, health."""

from flask import Blueprint

from walletpass.web.merchant.customers import customer_pages
from walletpass.web.merchant.design import design_pages
from walletpass.web.merchant.health import health_pages
from walletpass.web.merchant.locations import location_pages
from walletpass.web.merchant.people import people_pages
from walletpass.web.merchant.poster import poster_pages
from walletpass.web.merchant.roll_outs import roll_out_pages
from walletpass.web.merchant.rules import rules_pages
from walletpass.web.merchant.start import start_pages
from walletpass.web.merchant.templates import template_pages

merchant_pages = Blueprint("merchant", __name__, url_prefix="/merchant")
for pages in (
    start_pages,
    design_pages,
    template_pages,
    rules_pages,
    roll_out_pages,
    customer_pages,
    location_pages,
    people_pages,
    poster_pages,
    health_pages,
):
    merchant_pages.register_blueprint(pages)
