"""What phones send, read with suspicion."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import orjson
from flask import request

from walletpass.loyalty.refusals import Refusal


class Scheme(StrEnum):
    """How a wallet signs its requests; in lower case."""

    APPLE = "applepass"
    ANDROID = "androidpass"  # third-party wallets, which APNs does not reach


MOST_BYTES = 64 * 1024
_LONGEST_NAMES = {"library_id": 120, "pass_type": 200, "serial": 40}
_PUSH_TOKEN = re.compile(r"[A-Za-z0-9+/=_:\-]{1,400}")


def judge_names(names: Mapping[str, str]) -> None:
    """Raises Refusal not_found for what no database could hold as a name."""
    for kind, name in names.items():
        if len(name) > _LONGEST_NAMES[kind] or not name.isprintable():
            raise Refusal("not_found")


def read_authorization() -> tuple[Scheme, str]:
    """The scheme, and the token behind it; an empty token is nobody's."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    try:
        return Scheme(scheme.lower()), token.strip()
    except ValueError:
        return Scheme.APPLE, ""


def read_push_token() -> str:
    """Raises Refusal bad_request. The vendor promises no length."""
    token = read_body().get("pushToken")
    if not isinstance(token, str) or not _PUSH_TOKEN.fullmatch(token):
        raise Refusal("bad_request")
    return token


def read_sign_up() -> tuple[str, dict[str, str]]:
    """Wallet's token, and what its holder told of themselves: name, email, phone. Raises Refusal bad_request."""
    body = read_body()
    token, info = body.get("personalizationToken"), body.get("requiredPersonalizationInfo")
    if not isinstance(token, str) or not isinstance(info, dict):
        raise Refusal("bad_request")
    told = {key: value for key, value in info.items() if isinstance(value, str)}
    parts = (told.get("givenName", ""), told.get("familyName", ""))
    name = told.get("fullName") or " ".join(filter(None, parts))
    return token, {"name": name, "email": told.get("emailAddress", ""), "phone": told.get("phoneNumber", "")}


def read_body() -> dict[str, Any]:
    """The JSON object, under whatever Content-Type. Raises Refusal bad_request."""
    try:
        body = orjson.loads(request.get_data(cache=False))
    except orjson.JSONDecodeError as error:
        raise Refusal("bad_request") from error
    if not isinstance(body, dict):
        raise Refusal("bad_request")
    return body
