"""A service account's key file: taken as it is downloaded, and otherwise everything wrong with it is said in words."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st
from support.local_google import EMAIL, KEY_ID, account_key, key_document, key_pem

from walletpass.gpay.service_account import (
    MESSAGES,
    ServiceAccountRefused,
    parse_service_account,
    read_service_account,
)


def refusals(content: bytes, is_development: bool = False) -> list[str]:
    with pytest.raises(ServiceAccountRefused) as refused:
        parse_service_account(content, is_development)
    assert str(refused.value)  # every sentence has what its holes need
    return [reason.code for reason in refused.value.reasons]


def changed(**members: Any) -> bytes:
    return json.dumps(key_document(**members)).encode()


def test_a_downloaded_key_is_taken_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    path.write_text(json.dumps(key_document(), indent=2))
    account = read_service_account(path)
    assert (account.email, account.signer.key_id) == (EMAIL, KEY_ID)
    assert account.token_uri == "https://oauth2.googleapis.com/token"


def test_a_key_saved_by_an_editor_with_a_byte_order_mark_is_taken() -> None:
    assert parse_service_account(b"\xef\xbb\xbf" + changed()).email == EMAIL


def test_an_account_shows_nothing_of_its_key() -> None:
    account = parse_service_account(changed())
    secret = str(account_key().private_numbers().d)
    assert EMAIL in repr(account)
    for shown in (repr(account), repr(account.signer)):
        assert "PRIVATE" not in shown
        assert secret not in shown


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_json"),
        (b"\x30\x82\x09\x51\x02\x01\x03", "not_json"),  # a .p12, which the console offers too
        (b'{"type": "service_account"', "not_json"),
        (b"[" * 40_000, "not_json"),
        (b"[]", "wrong_type"),
        (b'{"installed": {"client_id": "x"}}', "wrong_type"),
        (b'{"type": "authorized_user"}', "wrong_type"),
        (b" " * 50_001, "file_too_large"),
    ],
)
def test_a_file_that_is_no_key_is_refused(content: bytes, code: str) -> None:
    assert refusals(content) == [code]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ServiceAccountRefused) as refused:
        read_service_account(tmp_path / "none.json")
    assert refused.value.reasons[0].code == "unreadable_file"


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"private_key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"}, "damaged_key"),
        ({"private_key": "x"}, "damaged_key"),
        ({"private_key": 7}, "missing_member"),
        ({"private_key": ""}, "missing_member"),
        ({"client_email": "nobody"}, "wrong_member"),
        ({"client_email": f"{EMAIL}\nX: y"}, "wrong_member"),
        ({"private_key_id": None}, "missing_member"),
        ({"private_key_id": "a b"}, "wrong_member"),
        ({"token_uri": "http://oauth2.googleapis.com/token"}, "wrong_member"),
        ({"token_uri": "https://"}, "wrong_member"),
        ({"token_uri": "https://[::1/token"}, "wrong_member"),
        ({"token_uri": "https://169.254.169.254/token"}, "foreign_token_uri"),
        ({"token_uri": "https://oauth2.googleapis.com.evil.example/token"}, "foreign_token_uri"),
        ({"token_uri": "https://oauth2.googleapis.com:8443/token"}, "foreign_token_uri"),
        ({"token_uri": "https://a@oauth2.googleapis.com/token"}, "foreign_token_uri"),
        ({"universe_domain": "example.com"}, "foreign_universe"),
        ({"universe_domain": ["%(x)s"]}, "foreign_universe"),
    ],
)
def test_a_damaged_or_foreign_key_is_refused(members: dict[str, Any], code: str) -> None:
    assert refusals(changed(**members)) == [code]


def test_a_key_whose_line_breaks_were_escaped_is_named_as_such() -> None:
    """It happens when a key goes through an environment variable or a web form."""
    assert refusals(changed(private_key=key_pem().replace("\n", "\\n"))) == ["escaped_key"]


def test_keys_that_google_does_not_give_are_refused() -> None:
    short = rsa.generate_private_key(65537, 1024)
    assert refusals(changed(private_key=key_pem(short))) == ["key_too_short"]
    assert refusals(changed(private_key=key_pem(ec.generate_private_key(ec.SECP256R1())))) == ["key_not_rsa"]


def test_everything_wrong_is_said_at_once() -> None:
    content = changed(client_email="", private_key="x", token_uri="https://evil.example/")
    assert refusals(content) == ["missing_member", "foreign_token_uri", "damaged_key"]


def test_in_development_tokens_may_come_from_anywhere() -> None:
    content = changed(token_uri="http://127.0.0.1:1/token")
    assert parse_service_account(content, is_development=True).token_uri == "http://127.0.0.1:1/token"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.fixed_dictionaries(
        {"private_key": _JSON}, optional=dict.fromkeys(key_document().keys() - {"private_key"}, _JSON)
    )
)
def test_whatever_a_file_says_it_is_refused_with_known_reasons(members: dict[str, Any]) -> None:
    assert set(refusals(changed(**members))) <= MESSAGES.keys()
