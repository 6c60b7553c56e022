"""Who is let in: the token endpoint of the simulated Google, and what a token is good for."""

import pytest
import requests
from google.auth import crypt, jwt
from google.auth.exceptions import RefreshError
from support.googles import Issuer, full

from walletpass.clock import SystemClock
from walletpass.simulator.google.accounts import SCOPE
from walletpass.simulator.google.issuer import make_key_file
from walletpass.simulator.google.server import SimulatedGoogle

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
AUDIENCE = "https://oauth2.googleapis.com/token"


def ask(issuer: Issuer, key_file: dict[str, str] | None = None, grant: str = GRANT, **changes: object) -> str:
    """For a token; what is wrong, or empty."""
    now = SystemClock().now().timestamp()
    wanted = {
        "iss": issuer.key_file["client_email"],
        "aud": AUDIENCE,
        "scope": SCOPE,
        "iat": int(now),
        "exp": int(now) + 3600,
    }
    signer = crypt.RSASigner.from_service_account_info(key_file or issuer.key_file)
    assertion = jwt.encode(signer, {**wanted, **changes})
    answer = requests.post(
        issuer.google.token_address, {"grant_type": grant, "assertion": assertion}, timeout=10
    ).json()
    return str(answer.get("error_description") or answer.get("error") or "")


def test_an_assertion_is_checked_in_every_part(issuer: Issuer) -> None:
    assert ask(issuer) == ""
    assert ask(issuer, make_key_file("")) == "Invalid JWT Signature."
    assert "no service account" in ask(issuer, iss="stranger@elsewhere.example")
    assert "audience" in ask(issuer, aud="https://elsewhere.example/token")
    assert "scope" in ask(issuer, scope="https://www.googleapis.com/auth/drive")
    assert "short-lived" in ask(issuer, exp=1)
    assert ask(issuer, grant="password") == "unsupported_grant_type"


def test_without_a_token_nothing_is_told(issuer: Issuer) -> None:
    for headers in ({}, {"Authorization": "Bearer made-up"}):
        address = f"{issuer.google.address}/walletobjects/v1/loyaltyClass/{full('club')}"
        answer = requests.get(address, headers=headers, timeout=10)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, 401)


def test_an_ended_token_is_renewed_by_itself(issuer: Issuer, google: SimulatedGoogle) -> None:
    """As google-auth does after 401."""
    issuer.insert_class()
    google.service.accounts.end_tokens()
    assert issuer.insert_object().ok
    assert google.log.counts["token"] == 2


def test_a_deleted_key_opens_nothing(issuer: Issuer, google: SimulatedGoogle) -> None:
    issuer.insert_class()
    google.service.accounts.dismiss(issuer.key_file["client_email"])
    with pytest.raises(RefreshError, match="no service account"):
        issuer.insert_object()


def test_the_issuer_s_account_can_be_looked_up(issuer: Issuer) -> None:
    number = full("").rstrip(".")
    assert issuer.send("GET", f"issuer/{number}").json()["issuerId"] == number
    assert issuer.send("GET", "issuer/3388000000000000009").status_code == 403
