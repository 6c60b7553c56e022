"""What a pass talks to: its web service, an app, an NFC reader.

https://developer.apple.com/documentation/walletpasses/adding-a-web-service-to-update-passes
"""

import re
from base64 import b64decode
from collections.abc import Iterator

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from walletpass.pkpass.certificates import PassCertificate
from walletpass.pkpass.check.catalogue import found
from walletpass.pkpass.check.findings import Finding

_SHORTEST_TOKEN = 16
_LONGEST_NFC_MESSAGE = 64
_URL = "pass.json webServiceURL"
_TOKEN = "pass.json authenticationToken"  # noqa: S105 - a place, not a secret
_URL_SAFE = re.compile(r"[A-Za-z0-9._~-]+")
_TEAM = re.compile(r"[A-Z0-9]{10}")


def check_identifiers(document: dict[str, object]) -> Iterator[Finding]:
    pass_type, team = document.get("passTypeIdentifier"), document.get("teamIdentifier")
    serial = document.get("serialNumber")
    if isinstance(pass_type, str) and not pass_type.startswith("pass."):
        yield found("pass_type_form", "pass.json passTypeIdentifier", text=pass_type)
    if isinstance(team, str) and not _TEAM.fullmatch(team):
        yield found("team_form", "pass.json teamIdentifier", text=team)
    if isinstance(serial, str) and not _URL_SAFE.fullmatch(serial):
        yield found("serial_not_url_safe", "pass.json serialNumber", text=serial)


def check_web_service(document: dict[str, object], *, allow_http: bool) -> Iterator[Finding]:
    url, token = document.get("webServiceURL"), document.get("authenticationToken")
    if (url is None) != (token is None):
        missing = "webServiceURL" if url is None else "authenticationToken"
        yield found("web_service_half", "pass.json", missing=missing)
    if isinstance(url, str):
        scheme = url.partition(":")[0].lower()
        if scheme != "https" and not (allow_http and scheme == "http"):
            yield found("web_service_not_https", _URL)
        if url.rstrip("/").endswith("/v1"):
            yield found("web_service_version", _URL)
    if isinstance(token, str) and len(token) < _SHORTEST_TOKEN:
        yield found("token_short", _TOKEN, count=len(token), least=_SHORTEST_TOKEN)
    if "appLaunchURL" in document and "associatedStoreIdentifiers" not in document:
        yield found("app_unknown", "pass.json appLaunchURL")


def check_nfc(
    document: dict[str, object], names: frozenset[str], leaf: x509.Certificate | None
) -> Iterator[Finding]:
    nfc = document.get("nfc")
    if "personalization.json" in names:
        yield found(
            "personalization" if nfc is not None else "personalization_without_nfc", "personalization.json"
        )
    if not isinstance(nfc, dict):
        return
    message, key = nfc.get("message"), nfc.get("encryptionPublicKey")
    if isinstance(message, str) and len(message.encode()) > _LONGEST_NFC_MESSAGE:
        yield found("nfc_message_long", "pass.json nfc.message", most=_LONGEST_NFC_MESSAGE)
    if isinstance(key, str) and not _is_p256_key(key):
        yield found("nfc_key", "pass.json nfc.encryptionPublicKey")
    if leaf is not None and not PassCertificate(leaf, None, None).nfc:
        yield found("nfc_certificate", "signature")


def _is_p256_key(text: str) -> bool:
    try:
        key = load_der_public_key(b64decode(text, validate=True))
    except (ValueError, UnsupportedAlgorithm):
        return False
    return isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1)
