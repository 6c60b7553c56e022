"""A service account's JSON key, as the Google Cloud console gives it out: read, and every problem said in words.

https://cloud.google.com/iam/docs/keys-create-delete
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from google.auth.crypt import RSASigner

from walletpass.gpay.addresses import check_address
from walletpass.gpay.reasons import Message, Reason

MESSAGES = {
    "unreadable_file": Message("The key file cannot be read: %(error)s."),
    "file_too_large": Message("The file is too large to be a service account’s key."),
    "not_json": Message(
        "The file is not a JSON key. In the Google Cloud console create a key of type JSON for the service account."
    ),
    "wrong_type": Message(
        "The file is the key of something else than a service account. In the Google Cloud console choose "
        "the service account, and under Keys create a key of type JSON."
    ),
    "missing_member": Message(
        "The key file lacks “%(member)s”. Download the key again and leave it as it is."
    ),
    "wrong_member": Message(
        "“%(member)s” in the key file is damaged. Download the key again and leave it as it is."
    ),
    "damaged_key": Message(
        "The private key in the file is damaged. Download the key again and leave it as it is."
    ),
    "escaped_key": Message(
        "The private key in the file was damaged when it was copied: its line breaks have become the characters \\n. "
        "Use the file as it was downloaded."
    ),
    "key_not_rsa": Message("The private key in the file is not an RSA key; Google accepts no other."),
    "key_too_short": Message("The private key in the file has %(bits)s bits; at least %(least)s are needed."),
    "foreign_token_uri": Message(
        "“token_uri” in the key file leads to %(host)s, which is not Google. Use the file as it was downloaded."
    ),
    "foreign_universe": Message("The key belongs to %(universe)s; Google Wallet is at %(google)s only."),
}

_MAX_BYTES = 50_000
_LEAST_BITS = 2048
_UNIVERSE = "googleapis.com"
_TOKEN_HOSTS = frozenset({"oauth2.googleapis.com", "accounts.google.com", "www.googleapis.com"})
"""A merchant's key may come from anybody, and what it names is asked for tokens from inside our network."""
_REQUIRED = {
    "client_email": re.compile(r"[A-Za-z0-9._-]{1,100}@[A-Za-z0-9.-]{1,150}"),
    "private_key_id": re.compile(r"[A-Za-z0-9._-]{1,100}"),
    "token_uri": re.compile(r"[!-~]{1,200}"),
}


class ServiceAccountRefused(Exception):
    """A key that cannot be used, with all that is wrong with it."""

    def __init__(self, *reasons: Reason) -> None:
        self.reasons = reasons
        super().__init__(" ".join(str(reason) for reason in reasons))


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    email: str
    token_uri: str
    signer: RSASigner = field(repr=False, compare=False)
    """Signs with RS256; its `key_id` names the key."""


def read_service_account(path: Path, is_development: bool = False) -> ServiceAccount:
    """Raises ServiceAccountRefused."""
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise _refused("unreadable_file", error=str(error.strerror)) from None
    return parse_service_account(content, is_development)


def parse_service_account(content: bytes, is_development: bool = False) -> ServiceAccount:
    """In development, tokens may come from anywhere, also over http. Raises ServiceAccountRefused."""
    if len(content) > _MAX_BYTES:
        raise _refused("file_too_large")
    try:
        told = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise _refused("not_json") from None
    if not isinstance(told, dict) or told.get("type") != "service_account":
        raise _refused("wrong_type")
    faults, key = _find_faults(told, is_development), _read_key(told.get("private_key"))
    if isinstance(key, Reason):
        raise ServiceAccountRefused(*faults, key)
    if found := tuple(faults):
        raise ServiceAccountRefused(*found)
    return ServiceAccount(told["client_email"], told["token_uri"], RSASigner(key, told["private_key_id"]))


def _find_faults(told: Mapping[str, Any], is_development: bool) -> Iterator[Reason]:
    for member, pattern in _REQUIRED.items():
        value = told.get(member)
        if not value:
            yield _reason("missing_member", member=member)
        elif not isinstance(value, str) or not pattern.fullmatch(value):
            yield _reason("wrong_member", member=member)
        elif member == "token_uri" and not is_development:
            yield from _find_token_uri_faults(value)
    universe = told.get("universe_domain", _UNIVERSE)
    if universe != _UNIVERSE:
        yield _reason("foreign_universe", universe=str(universe)[:100], google=_UNIVERSE)


def _read_key(pem: object) -> RSAPrivateKey | Reason:
    if not isinstance(pem, str) or not pem:
        return _reason("missing_member", member="private_key")
    try:
        key = load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return _reason("escaped_key" if "\\n" in pem else "damaged_key")
    if not isinstance(key, RSAPrivateKey):
        return _reason("key_not_rsa")
    if key.key_size < _LEAST_BITS:
        return _reason("key_too_short", bits=str(key.key_size), least=str(_LEAST_BITS))
    return key


def _find_token_uri_faults(address: str) -> Iterator[Reason]:
    try:
        host = urlsplit(check_address(address, is_development=False)).netloc
    except ValueError:
        yield _reason("wrong_member", member="token_uri")
        return
    if host not in _TOKEN_HOSTS:
        yield _reason("foreign_token_uri", host=host[:100])


def _reason(code: str, **values: str) -> Reason:
    return Reason(code, MESSAGES[code], values)


def _refused(code: str, **values: str) -> ServiceAccountRefused:
    return ServiceAccountRefused(_reason(code, **values))
