"""Whether the service answers."""

from flask import Blueprint, Response, jsonify

from walletpass.context import services
from walletpass.operations.health import is_ready

health_pages = Blueprint("health", __name__)


@health_pages.get("/healthz")
def healthz() -> tuple[Response, int]:
    """200 when requests can be answered, else 503. Names nothing that an outsider should not know."""
    ready = is_ready(services())
    return jsonify(status="ok" if ready else "not ready"), 200 if ready else 503
