"""What Google's servers ask of us: pictures of cards, and to be heard when a card was saved or removed."""

from flask import Blueprint, Response, request

from walletpass.context import services
from walletpass.operations.google.keep_event import keep_event
from walletpass.operations.google.pictures import get_picture
from walletpass.web.page import FOR_GOOD, for_all

google_pages = Blueprint("google", __name__)


@google_pages.get("/pictures/<digest>.png")
@for_all(FOR_GOOD)
def picture(digest: str) -> Response:
    """Named by its content, so it never changes."""
    return Response(get_picture(services(), digest), mimetype="image/png")


@google_pages.post("/google/callback")
def callback() -> tuple[str, int]:
    """Signed by Google, not by a form of ours; what is wrong with it is told by status and code alone."""
    keep_event(services(), services().google_keys, request.get_data())
    return "", 204
