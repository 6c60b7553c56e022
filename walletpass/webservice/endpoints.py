"""One function per endpoint. Every answer that is not a pass, a list or a signature is empty; a refusal is JSON."""

import orjson
from flask import Blueprint, Response, request
from werkzeug.http import http_date

from walletpass.context import services
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.devices.authenticate import HeldPass, NotAuthenticated, authenticate
from walletpass.operations.devices.fetch import fetch_pass, note_fetched
from walletpass.operations.devices.keep_log import keep_log
from walletpass.operations.devices.list_changed import list_changed
from walletpass.operations.devices.personalise import personalise
from walletpass.operations.devices.register import register, unregister
from walletpass.webservice import requests
from walletpass.webservice.limits import MOST_PER_SECOND, Tally

webservice = Blueprint("webservice", __name__, url_prefix="/wallet/v1")

_asked = Tally()
_REGISTRATION = "/devices/<library_id>/registrations/<pass_type>/<serial>"


@webservice.before_request
def _judge_frame() -> None:
    request.max_content_length = requests.MOST_BYTES
    requests.judge_names(request.view_args or {})
    if request.view_args and _asked.count(request.path, services().clock.now()) > MOST_PER_SECOND:
        raise Refusal("too_many")


@webservice.errorhandler(NotAuthenticated)
def _unauthorized(_: NotAuthenticated) -> Response:
    return Response(status=401)


# https://developer.apple.com/documentation/walletpasses/register-a-pass-for-update-notifications
@webservice.post(_REGISTRATION)
def register_device(library_id: str, pass_type: str, serial: str) -> Response:
    held, scheme = _authenticate(pass_type, serial)
    is_new = register(
        services(),
        held,
        library_id,
        requests.read_push_token(),
        takes_pushes=scheme is requests.Scheme.APPLE,
    )
    return Response(status=201 if is_new else 200)


# https://developer.apple.com/documentation/walletpasses/get-the-list-of-updatable-passes
@webservice.get("/devices/<library_id>/registrations/<pass_type>")
def list_passes(library_id: str, pass_type: str) -> Response:
    changed = list_changed(services(), library_id, pass_type, request.args.get("passesUpdatedSince"))
    if not changed.serials:
        return Response(status=204)
    body = orjson.dumps({"serialNumbers": changed.serials, "lastUpdated": changed.tag})
    return Response(body, mimetype="application/json")


# https://developer.apple.com/documentation/walletpasses/send-an-updated-pass
@webservice.get("/passes/<pass_type>/<serial>")
def send_pass(pass_type: str, serial: str) -> Response:
    held, _ = _authenticate(pass_type, serial)
    file = fetch_pass(services(), held, request.if_modified_since)
    if file is None:
        return Response(status=304)
    if request.method == "GET":  # some phones ask with HEAD, which gives them nothing
        note_fetched(services(), held, file)
    answer = Response(file.content, mimetype=file.media_type)
    answer.headers["Last-Modified"] = http_date(file.changed_at)
    return answer


# https://developer.apple.com/documentation/walletpasses/unregister-a-pass-for-update-notifications
@webservice.delete(_REGISTRATION)
def unregister_device(library_id: str, pass_type: str, serial: str) -> Response:
    held, _ = _authenticate(pass_type, serial)
    unregister(services(), held, library_id)
    return Response(status=200)


# https://developer.apple.com/documentation/walletpasses/personalize
@webservice.post("/passes/<pass_type>/<serial>/personalize")
def sign_up(pass_type: str, serial: str) -> Response:
    token, given = requests.read_sign_up()
    signature = personalise(services(), pass_type, serial, token, given)
    return Response(signature, mimetype="application/octet-stream")


# https://developer.apple.com/documentation/walletpasses/log-a-message
@webservice.post("/log")
def take_log() -> Response:
    lines = requests.read_body().get("logs")
    if not isinstance(lines, list):
        raise Refusal("bad_request")
    keep_log(services(), [line for line in lines if isinstance(line, str)])
    return Response(status=200)


def _authenticate(pass_type: str, serial: str) -> tuple[HeldPass, requests.Scheme]:
    scheme, token = requests.read_authorization()
    return authenticate(services(), pass_type, serial, token), scheme
