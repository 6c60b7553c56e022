"""One function per endpoint. Every answer that is not a pass or a list is empty."""

import logging
import re

from flask import Blueprint, Response, jsonify, request
from werkzeug.http import http_date

from walletpass.context import services
from walletpass.operations.devices.authenticate import NotAuthenticated
from walletpass.operations.devices.fetch import fetch_pass
from walletpass.operations.devices.list_changed import list_changed
from walletpass.operations.devices.register import register, unregister

log = logging.getLogger(__name__)

webservice = Blueprint("webservice", __name__, url_prefix="/wallet/v1")

_SCHEMES = ("ApplePass", "AndroidPass")
_MOST_BODY = 64 * 1024
_LONGEST_NAME = 120
_LONGEST_PUSH_TOKEN = 400
_PUSH_TOKEN = re.compile(r"[A-Za-z0-9+/=_\-]+")
_MOST_LOG_LINES, _LONGEST_LOG_LINE = 50, 500

_REGISTRATION = "/devices/<library_id>/registrations/<pass_type>/<serial>"


@webservice.before_request
def _limit_body() -> None:
    request.max_content_length = _MOST_BODY


@webservice.errorhandler(NotAuthenticated)
def _unauthorized(_: NotAuthenticated) -> Response:
    return Response(status=401)


# https://developer.apple.com/documentation/walletpasses/register-a-pass-for-update-notifications
@webservice.post(_REGISTRATION)
def register_device(library_id: str, pass_type: str, serial: str) -> Response:
    body = request.get_json(silent=True)
    push_token = body.get("pushToken") if isinstance(body, dict) else None
    if not _is_push_token(push_token) or len(library_id) > _LONGEST_NAME:
        return Response(status=400)
    is_new = register(services(), library_id, pass_type, serial, _token(), str(push_token))
    return Response(status=201 if is_new else 200)


# https://developer.apple.com/documentation/walletpasses/get-the-list-of-updatable-passes
@webservice.get("/devices/<library_id>/registrations/<pass_type>")
def list_passes(library_id: str, pass_type: str) -> Response:
    changed = list_changed(services(), library_id, pass_type, request.args.get("passesUpdatedSince"))
    if not changed.serials:
        return Response(status=204)
    return jsonify(serialNumbers=changed.serials, lastUpdated=changed.tag)


# https://developer.apple.com/documentation/walletpasses/send-an-updated-pass
@webservice.get("/passes/<pass_type>/<serial>")
def send_pass(pass_type: str, serial: str) -> Response:
    file = fetch_pass(services(), pass_type, serial, _token(), request.if_modified_since)
    if file is None:
        return Response(status=304)
    answer = Response(file.content, mimetype=file.media_type)
    answer.headers["Last-Modified"] = http_date(file.changed_at)
    return answer


# https://developer.apple.com/documentation/walletpasses/unregister-a-pass-for-update-notifications
@webservice.delete(_REGISTRATION)
def unregister_device(library_id: str, pass_type: str, serial: str) -> Response:
    unregister(services(), library_id, pass_type, serial, _token())
    return Response(status=200)


# https://developer.apple.com/documentation/walletpasses/log-a-message
@webservice.post("/log")
def keep_log() -> Response:
    body = request.get_json(silent=True)
    lines = body.get("logs") if isinstance(body, dict) else None
    if not isinstance(lines, list):
        return Response(status=400)
    for line in lines[:_MOST_LOG_LINES]:
        log.warning("device.log", extra={"line": str(line)[:_LONGEST_LOG_LINE]})
    return Response(status=200)


def _token() -> str:
    """What stands behind `ApplePass` (or `AndroidPass`) in Authorization; nothing is nobody's token."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme in _SCHEMES else ""


def _is_push_token(token: object) -> bool:
    return (
        isinstance(token, str)
        and 0 < len(token) <= _LONGEST_PUSH_TOKEN
        and _PUSH_TOKEN.fullmatch(token) is not None
    )
