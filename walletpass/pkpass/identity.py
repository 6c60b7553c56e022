"""What makes one installed pass itself: its names, its secret, and what its issuer allows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_MIN_TOKEN_CHARACTERS = 16


@dataclass(frozen=True, slots=True)
class Nfc:
    """For a contactless reader; needs a certificate that Apple issued for it.

    https://developer.apple.com/documentation/walletpasses/pass/nfc
    """

    message: str
    """At most 64 bytes; Wallet cuts the rest."""
    encryption_public_key: str
    """Base64 of the SubjectPublicKeyInfo of a P-256 key."""
    requires_authentication: bool = False


@dataclass(frozen=True, slots=True)
class PassIdentity:
    """Pass type, serial number and token never change during the life of a pass."""

    pass_type_identifier: str
    team_identifier: str
    serial_number: str
    authentication_token: str = field(repr=False)
    """At least 16 characters."""
    web_service_url: str
    """Base of the web service; phones append `/v1/…`."""
    sharing_prohibited: bool = False
    nfc: Nfc | None = None
    user_info: Mapping[str, Any] | None = None
    """JSON for companion apps; not shown."""

    def __post_init__(self) -> None:
        if len(self.authentication_token) < _MIN_TOKEN_CHARACTERS:
            raise ValueError(f"an authentication token has at least {_MIN_TOKEN_CHARACTERS} characters")
        if self.web_service_url.rstrip("/").endswith("/v1"):
            raise ValueError("the web service's address ends before /v1, which phones append")
