"""Service accounts: who they are, which issuers they may write for, and the tokens they were given."""

from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_urlsafe
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from walletpass.clock import SystemClock
from walletpass.simulator.google.calls import Answer, Call, answer_with, refusal
from walletpass.simulator.google.signed_tokens import InvalidToken, read_token

SCOPE = "https://www.googleapis.com/auth/wallet_object.issuer"
_AUDIENCE = "https://oauth2.googleapis.com/token"
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_SECONDS_A_TOKEN_LASTS = 3600


@dataclass(frozen=True, slots=True)
class _Token:
    email: str
    ends_at: float


class ServiceAccounts:
    """Tokens live by the machine's clock, since that is what callers sign their requests by."""

    def __init__(self) -> None:
        self._keys: dict[str, RSAPublicKey] = {}
        """By e-mail address."""
        self._issuers: dict[str, set[str]] = {}
        """Those that an account may write for, by its e-mail address."""
        self._trusted: set[str] = set()
        """Accounts that may write for every issuer."""
        self._tokens: dict[str, _Token] = {}
        self._clock = SystemClock()
        self._lock = Lock()

    def admit(self, key_file: Mapping[str, Any], *issuers: str) -> None:
        """Let the account of the key file's contents write for the issuers as well; without any, for all there are."""
        private = load_pem_private_key(key_file["private_key"].encode(), None)
        assert isinstance(private, RSAPrivateKey)
        with self._lock:
            self._keys[key_file["client_email"]] = private.public_key()
            self._issuers.setdefault(key_file["client_email"], set()).update(issuers)
            if not issuers:
                self._trusted.add(key_file["client_email"])

    def dismiss(self, email: str) -> None:
        """Its key was deleted: neither tokens nor links that it signs are good."""
        with self._lock:
            self._keys.pop(email, None)
            self._tokens = {text: token for text, token in self._tokens.items() if token.email != email}

    def forbid(self, email: str, issuer: str) -> None:
        """It is no longer among the issuer's users."""
        with self._lock:
            self._issuers[email].discard(issuer)

    def grant(self, call: Call) -> Answer:
        """Answer the token endpoint. https://developers.google.com/identity/protocols/oauth2/service-account"""
        form = dict(parse_qsl(call.body.decode("latin-1")))
        if form.get("grant_type") != _GRANT:
            return answer_with({"error": "unsupported_grant_type"}, 400)
        try:
            claims = self.read_signed(form.get("assertion", ""))
        except InvalidToken as invalid:
            return answer_with({"error": "invalid_grant", "error_description": str(invalid)}, 400)
        if problem := self._find_problem(claims):
            return answer_with({"error": "invalid_grant", "error_description": problem}, 400)
        text = token_urlsafe(32)
        with self._lock:
            self._tokens[text] = _Token(claims["iss"], self._now() + _SECONDS_A_TOKEN_LASTS)
        return answer_with(
            {"access_token": text, "expires_in": _SECONDS_A_TOKEN_LASTS, "token_type": "Bearer"}
        )

    def identify(self, call: Call) -> str:
        """The caller's e-mail address. Raises GoogleFault."""
        text = call.headers.get("authorization", "").removeprefix("Bearer ")
        with self._lock:
            token = self._tokens.get(text)
        if token is None or token.ends_at <= self._now():
            raise refusal(401, "authError", "Request had invalid authentication credentials.")
        return token.email

    def end_tokens(self) -> None:
        """All that were given out so far, as if their hour was over."""
        with self._lock:
            self._tokens.clear()

    def permit(self, email: str, resource_id: str) -> None:
        """Raises GoogleFault where the account is no user of the id's issuer."""
        with self._lock:
            allowed = email in self._trusted or resource_id.partition(".")[0] in self._issuers.get(email, ())
        if not allowed:
            raise refusal(
                403, "permissionDenied", f"{email} does not have permission to access {resource_id}."
            )

    def read_signed(self, text: str) -> dict[str, Any]:
        """The claims of what an account known here signed (RS256). Raises InvalidToken."""
        token = read_token(text)
        with self._lock:
            key = self._keys.get(str(token.claims.get("iss")))
        if key is None:
            raise InvalidToken("Its issuer is no service account with a key.")
        token.check(key)
        return token.claims

    def _find_problem(self, claims: Mapping[str, Any]) -> str:
        now = self._now()
        issued, ends = claims.get("iat"), claims.get("exp")
        if claims.get("aud") != _AUDIENCE:
            return "Invalid JWT: wrong audience."
        if SCOPE not in str(claims.get("scope")).split():
            return "Empty or missing scope not allowed."
        if not isinstance(issued, int) or not isinstance(ends, int) or not issued - 300 <= now < ends:
            return "Invalid JWT: Token must be a short-lived token."
        return ""

    def _now(self) -> float:
        return self._clock.now().timestamp()
