"""A holder signs up in the wallet. Passes that ask have NFC, and none is issued yet: here they are marked by hand."""

import json
import zipfile
from io import BytesIO
from typing import Any

import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from flask.testing import FlaskClient
from support.handsets import Handset, Issued, find_pass
from support.shops import Shop

from walletpass.operations.customers.load_customer import load_customer
from walletpass.operations.passes.issue import ASKED
from walletpass.store import devices
from walletpass.store.statements import change

TOKEN = "AAAA1234-token+of/Wallet=="
GIVEN = {"fullName": "Bo Lund", "emailAddress": "Bo@Example.com", "phoneNumber": "+45 12 34 56 78"}


@pytest.fixture
def asking(shop: Shop, held: Issued) -> Issued:
    """A nameless member's pass, marked to ask."""
    with shop.services.transaction() as tx:
        pass_id = find_pass(shop, held.account_id, held.pass_type).id
        change(tx, devices.passes, pass_id, personalisation=ASKED)
    return held


def send(client: FlaskClient, held: Issued, given: object, token: object = TOKEN) -> Any:
    body = {"personalizationToken": token, "requiredPersonalizationInfo": given}
    return client.post(f"/wallet/v1/passes/{held.pass_type}/{held.serial}/personalize", json=body)


def files(phone: Handset, held: Issued) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(phone.fetch(held).data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_a_pass_that_asks_brings_its_form_until_it_was_filled_in(
    shop: Shop, client: FlaskClient, phone: Handset, asking: Issued
) -> None:
    before = files(phone, asking)
    form = json.loads(before["personalization.json"])
    assert form["requiredPersonalizationFields"] == [
        "PKPassPersonalizationFieldName",
        "PKPassPersonalizationFieldEmailAddress",
    ]
    assert form["description"]
    assert {"personalizationLogo@2x.png", "personalizationLogo@3x.png"} < set(before)
    assert send(client, asking, GIVEN).status_code == 200
    after = files(phone, asking)
    assert not [name for name in after if name.startswith("personalization")]
    assert set(json.loads(before["manifest.json"])) - set(json.loads(after["manifest.json"])) == {
        "personalization.json",
        "personalizationLogo@2x.png",
        "personalizationLogo@3x.png",
    }


def test_the_token_is_answered_with_a_detached_signature_of_the_passes_signer(
    shop: Shop, client: FlaskClient, asking: Issued
) -> None:
    answer = send(client, asking, GIVEN)
    assert answer.content_type == "application/octet-stream"
    signed = cms.ContentInfo.load(answer.data)["content"]
    assert signed["encap_content_info"]["content"].native is None
    (info,) = signed["signer_infos"]
    attributes = {
        attribute["type"].native: attribute["values"][0].native for attribute in info["signed_attrs"]
    }
    digest = hashes.Hash(hashes.SHA256())
    digest.update(TOKEN.encode())
    assert attributes["message_digest"] == digest.finalize()
    (signer,) = shop.services.signers
    key = signer.certificate.leaf.public_key()
    assert isinstance(key, RSAPublicKey)
    key.verify(
        info["signature"].native, info["signed_attrs"].untag().dump(), padding.PKCS1v15(), hashes.SHA256()
    )


def test_what_the_holder_told_is_kept_where_nothing_was_known(
    shop: Shop, client: FlaskClient, asking: Issued
) -> None:
    """Anna gave her name when she joined. The programme does not ask for telephones."""
    send(client, asking, GIVEN)
    customer = load_customer(shop.services, shop.merchant_id, asking.account_id, "en")
    assert customer.card.member == "Anna"
    assert customer.contacts == {"email": "bo@example.com"}


def test_an_address_of_another_member_stays_theirs(shop: Shop, client: FlaskClient, asking: Issued) -> None:
    shop.join("Bo", "bo@example.com")
    assert send(client, asking, GIVEN).status_code == 200
    assert load_customer(shop.services, shop.merchant_id, asking.account_id, "en").contacts == {}


def test_sent_again_it_is_answered_again_and_changes_nothing_more(
    shop: Shop, client: FlaskClient, asking: Issued
) -> None:
    """Wallet may not have heard the first answer."""
    send(client, asking, GIVEN)
    version = load_customer(shop.services, shop.merchant_id, asking.account_id, "en").card.version
    again = send(client, asking, {"emailAddress": "another@example.com"})
    assert (again.status_code, len(again.data) > 0) == (200, True)
    customer = load_customer(shop.services, shop.merchant_id, asking.account_id, "en")
    assert (customer.card.version, customer.contacts["email"]) == (version, "bo@example.com")


def test_a_pass_that_asks_nothing_answers_like_one_that_does_not_exist(
    client: FlaskClient, held: Issued
) -> None:
    nothing = send(client, held, GIVEN)
    unknown = send(client, Issued(0, held.pass_type, "unknown", ""), GIVEN)
    assert (nothing.status_code, nothing.data) == (unknown.status_code, unknown.data)
    assert nothing.status_code == 404


@pytest.mark.parametrize(
    "token",
    [
        '{"pass.json": "da39a3ee5e6b4b0d3255bfef95601890afd80709"}',
        " {",
        "{",
        "",
        "a\n",
        "æ",
        "a" * 4097,
        7,
        None,
    ],
)
def test_what_could_be_a_manifest_is_never_signed(client: FlaskClient, asking: Issued, token: object) -> None:
    """A manifest is signed in the same way: whoever got one signed could make passes in the merchant's name."""
    assert send(client, asking, GIVEN, token).status_code == 400


@pytest.mark.parametrize("given", [{"emailAddress": "nobody"}, {"fullName": "a" * 81}, [], "x", None])
def test_what_cannot_be_kept_is_refused_and_may_be_sent_again(
    client: FlaskClient, asking: Issued, given: object
) -> None:
    assert send(client, asking, given).status_code == 400
    assert (
        send(client, asking, {"givenName": "Bo", "familyName": "Lund", "emailAddress": 7}).status_code == 200
    )
