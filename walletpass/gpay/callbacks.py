"""Callbacks: who saved a card or removed it, verified before anything of it is believed.

https://developers.google.com/wallet/retail/loyalty-cards/use-cases/use-callbacks-for-saves-and-deletions
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

import orjson

from walletpass.gpay.signing_keys import (
    PROTOCOL,
    SENDER,
    Malformed,
    SigningKey,
    read_base64,
    read_milliseconds,
    to_be_signed,
)

MOST_BYTES = 16 * 1024
"""Google's own are about one thousand."""
SENTENCES = {
    "too_large": "The callback is larger than any of Google’s.",
    "malformed": "This is not a callback of Google Wallet.",
    "untrusted_key": "None of Google’s root keys signed the intermediate key.",
    "key_expired": "The intermediate key has expired.",
    "untrusted_message": "The intermediate key did not sign this message for an issuer of ours.",
    "unreadable_message": "Google signed a message that cannot be read.",
    "message_expired": "The message has expired.",
    "foreign_card": "The message is about a card that is not the issuer’s.",
}
_ENVELOPE = {"protocolVersion", "intermediateSigningKey", "signature", "signedMessage"}
_SIGNED_KEY = {"signedKey", "signatures"}
_MOST_SIGNATURES = 8
_ID = re.compile(r"[0-9]{1,19}\.[A-Za-z0-9._-]{1,200}")
_NONCE = re.compile(r"[!-~]{1,80}")


class CallbackKind(StrEnum):
    """As Google spells them."""

    SAVE = "save"
    DELETE = "del"


class CallbackRefused(Exception):
    """`code` is a key of SENTENCES."""

    def __init__(self, code: str) -> None:
        super().__init__(SENTENCES[code])
        self.code = code


@dataclass(frozen=True, slots=True)
class Callback:
    """What Google said. It may say it again: keep `nonce` at least until `expires`, and heed each one once."""

    kind: CallbackKind
    class_id: str
    object_id: str
    nonce: str
    expires: datetime


class RootKeySource(Protocol):
    def current(self, now: datetime) -> Iterable[SigningKey]:
        """Raises RootKeysUnavailable."""

    def refetch(self, now: datetime) -> Iterable[SigningKey]:
        """For a signature that no current key verifies. Raises RootKeysUnavailable."""


@dataclass(frozen=True, slots=True)
class _Envelope:
    """The texts as they were received: written anew they would be signed by nobody."""

    signed_key: str
    key_signatures: tuple[bytes, ...]
    signed_message: str
    signature: bytes


def verify_callback(body: bytes, root_keys: RootKeySource, issuers: Iterable[str], now: datetime) -> Callback:
    """`issuers`: the ids we are configured with. Whether class and object exist is for the caller to find out.

    Raises CallbackRefused, RootKeysUnavailable.
    """
    envelope = _read_envelope(body)
    key = _find_key(envelope, root_keys, now)
    issuer = _find_issuer(envelope, key, issuers)
    callback = _read_message(envelope.signed_message)
    if callback.expires <= now:
        raise CallbackRefused("message_expired")
    if any(_issuer_of(card) != issuer for card in (callback.class_id, callback.object_id)):
        raise CallbackRefused("foreign_card")
    return callback


def _read_envelope(body: bytes) -> _Envelope:
    if len(body) > MOST_BYTES:
        raise CallbackRefused("too_large")
    try:
        return _parse_envelope(body)
    except ValueError:
        raise CallbackRefused("malformed") from None


def _parse_envelope(body: bytes) -> _Envelope:
    document = _of_members(orjson.loads(body), _ENVELOPE)
    key = _of_members(document["intermediateSigningKey"], _SIGNED_KEY)
    signatures = key["signatures"]
    if document["protocolVersion"] != PROTOCOL:
        raise Malformed("another protocol")
    if not isinstance(signatures, list) or len(signatures) > _MOST_SIGNATURES:
        raise Malformed("no list of signatures")
    return _Envelope(
        _text(key["signedKey"]),
        tuple(read_base64(signature) for signature in signatures),
        _text(document["signedMessage"]),
        read_base64(document["signature"]),
    )


def _find_key(envelope: _Envelope, root_keys: RootKeySource, now: datetime) -> SigningKey:
    """The intermediate key, which any of the root keys may have signed."""
    signed = to_be_signed(SENDER, PROTOCOL, envelope.signed_key)
    for ask in (root_keys.current, root_keys.refetch):
        if any(root.verifies(each, signed) for root in ask(now) for each in envelope.key_signatures):
            break
    else:
        raise CallbackRefused("untrusted_key")
    try:
        key = SigningKey.read(_object(orjson.loads(envelope.signed_key)))
    except ValueError:
        raise CallbackRefused("unreadable_message") from None
    if key.expires <= now:
        raise CallbackRefused("key_expired")
    return key


def _find_issuer(envelope: _Envelope, key: SigningKey, issuers: Iterable[str]) -> str:
    """For whom it was signed. Asking the message instead would let in what was told to somebody else."""
    for issuer in issuers:
        signed = to_be_signed(SENDER, issuer, PROTOCOL, envelope.signed_message)
        if key.verifies(envelope.signature, signed):
            return issuer
    raise CallbackRefused("untrusted_message")


def _read_message(text: str) -> Callback:
    """More members may come; those we need must be as they are known."""
    try:
        message = _object(orjson.loads(text))
        return Callback(
            CallbackKind(_text(message.get("eventType"))),
            _text(message.get("classId"), _ID),
            _text(message.get("objectId"), _ID),
            _text(message.get("nonce"), _NONCE),
            read_milliseconds(message.get("expTimeMillis")),
        )
    except ValueError:
        raise CallbackRefused("unreadable_message") from None


def _issuer_of(card: str) -> str:
    return card.partition(".")[0]


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Malformed("not an object")
    return value


def _of_members(value: Any, members: set[str]) -> dict[str, Any]:
    if set(_object(value)) != members:
        raise Malformed("other members")
    return _object(value)


def _text(value: Any, pattern: re.Pattern[str] | None = None) -> str:
    if not isinstance(value, str) or (pattern and not pattern.fullmatch(value)):
        raise Malformed("not such a text")
    return value
