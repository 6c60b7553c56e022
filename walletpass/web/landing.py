"""The start page: where to go on a trial installation, and little on a live one."""

from flask import Blueprint, render_template

from walletpass.context import services
from walletpass.operations.programs.list_shops import list_shops
from walletpass.settings import WalletMode

landing_pages = Blueprint("landing", __name__)


@landing_pages.get("/")
def show() -> str:
    """Shops are named in development only: who else is a customer of the operator is nobody's business."""
    developing = services().settings.apple_wallet is WalletMode.DEVELOPMENT
    return render_template("landing.html", shops=list_shops(services()) if developing else ())
