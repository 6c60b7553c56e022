"""Links that save a card: signed by the account, short enough for every browser, without what is nobody's business."""

from base64 import urlsafe_b64decode
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given, settings
from hypothesis import strategies as st
from support.local_google import EMAIL, ISSUER, KEY_ID, account_key, make_account, read_claims

from walletpass.gpay.save_link import (
    LONGEST,
    LinkTooLong,
    build_full_save_link,
    build_save_link,
    sign_jwt,
)

NOW = datetime(2026, 11, 23, 9, 0, 0, 900_000, tzinfo=UTC)
CLASS = f"{ISSUER}.c-5f0c1e7e9d2b4a6f8c3d"
OBJECT = f"{ISSUER}.o-5f0c1e7e9d2b4a6f8c3d"
PAGE = "https://pay.google.com/gp/v/save/"


def whole(**more: Any) -> dict[str, Any]:
    return {
        "id": OBJECT,
        "classId": CLASS,
        "state": "ACTIVE",
        "accountName": "Åse Ærlig",
        "accountId": "AB12CD",
        "barcode": {"type": "QR_CODE", "value": "w1." + "x" * 22},
        "loyaltyPoints": {"label": "Stempler", "balance": {"int": 4}},
        **more,
    }


def test_a_short_link_names_the_card_and_tells_nothing_of_its_holder() -> None:
    link = build_save_link(make_account(), OBJECT, CLASS, NOW)
    header, claims = read_claims(link.removeprefix(PAGE))
    assert header == {"alg": "RS256", "typ": "JWT", "kid": KEY_ID}
    assert claims == {
        "iss": EMAIL,
        "aud": "google",
        "typ": "savetowallet",
        "iat": 1795424400,
        "origins": [],
        "payload": {"loyaltyObjects": [{"id": OBJECT, "classId": CLASS}]},
    }
    assert len(link.removeprefix(PAGE)) < 900


def test_a_link_is_signed_with_the_accounts_key() -> None:
    jwt = build_save_link(make_account(), OBJECT, CLASS, NOW, ["https://cards.example"]).removeprefix(PAGE)
    signed, _, signature = jwt.rpartition(".")
    key = account_key().public_key()
    key.verify(urlsafe_b64decode(signature + "=="), signed.encode(), PKCS1v15(), SHA256())
    assert not set(jwt) & set("=+/")
    assert read_claims(jwt)[1]["origins"] == ["https://cards.example"]


def test_a_token_is_as_short_as_json_can_be() -> None:
    """Other writers spend a tenth on blanks and escapes."""
    claims = sign_jwt(make_account(), {"loyaltyObjects": [whole()]}, NOW).split(".")[1]
    text = urlsafe_b64decode(claims + "==").decode()
    assert "Åse Ærlig" in text
    assert '": ' not in text


def test_a_link_that_browsers_may_cut_is_refused() -> None:
    with pytest.raises(LinkTooLong) as refused:
        build_save_link(make_account(), OBJECT, CLASS, NOW, ["https://cards.example"] * 50)
    assert refused.value.length > LONGEST


def test_a_full_link_carries_the_whole_card_where_there_is_room() -> None:
    claims = read_claims(build_full_save_link(make_account(), whole(), NOW).removeprefix(PAGE))[1]
    assert claims["payload"] == {"loyaltyObjects": [whole()]}


def test_a_full_link_never_carries_the_secret_of_rotating_codes() -> None:
    secret = "3132333435363738393031323334353637383930"
    document = whole(rotatingBarcode={"totpDetails": {"parameters": [{"key": secret}]}})
    claims = read_claims(build_full_save_link(make_account(), document, NOW).removeprefix(PAGE))[1]
    assert secret not in str(claims)
    assert "rotatingBarcode" in document


def test_a_full_link_that_would_be_too_long_keeps_what_matters_most() -> None:
    texts = [{"id": f"t{number}", "header": "Åbningstider", "body": "x" * 200} for number in range(9)]
    image = {"sourceUri": {"uri": "https://cards.example/g/strip.png"}}
    document = whole(textModulesData=texts, heroImage=image, messages=[{"id": "m", "body": "y" * 900}])
    link = build_full_save_link(make_account(), document, NOW)
    assert len(link) <= LONGEST
    assert read_claims(link.removeprefix(PAGE))[1]["payload"] == {"loyaltyObjects": [whole(heroImage=image)]}


def test_a_card_that_is_too_long_for_any_link_is_refused() -> None:
    with pytest.raises(LinkTooLong):
        build_full_save_link(make_account(), whole(accountName="x" * 2000), NOW)


@settings(max_examples=20)
@given(
    st.dictionaries(
        st.sampled_from(["textModulesData", "linksModuleData", "heroImage", "messages", "groupingInfo"]),
        st.text(max_size=900).map(lambda text: {"x": text}),
    )
)
def test_a_full_link_is_short_whatever_is_on_the_card(more: dict[str, Any]) -> None:
    link = build_full_save_link(make_account(), whole(**more), NOW)
    kept = read_claims(link.removeprefix(PAGE))[1]["payload"]["loyaltyObjects"][0]
    assert len(link) < 1800
    assert kept.items() >= whole().items()


def test_links_may_lead_to_a_page_in_googles_place() -> None:
    link = build_save_link(make_account(), OBJECT, CLASS, NOW, save_page="http://127.0.0.1:1/save")
    assert link.startswith("http://127.0.0.1:1/save/ey")
