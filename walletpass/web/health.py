"""Whether the service answers."""

from flask import Blueprint, Response, jsonify

from walletpass.context import services
from walletpass.operations.health import is_ready, name_installation

health_pages = Blueprint("health", __name__)


@health_pages.get("/healthz")
def healthz() -> tuple[Response, int]:
    """200 when requests can be answered, else 503. Names nothing that an outsider should not know.

    `installation` tells by which of several installations it was answered, and nothing else of it.
    """
    ready = is_ready(services())
    told = jsonify(status="ok" if ready else "not ready", installation=name_installation(services().vault))
    return told, 200 if ready else 503
