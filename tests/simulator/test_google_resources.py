"""What the simulated Google does with classes and objects, asked with google-auth over a real socket."""

import pytest
import requests
from support.googles import LOGO, Issuer, a_class, an_object, full, points

from walletpass.gpay.contract import check_answer
from walletpass.simulator.google.behaviour import Behaviour
from walletpass.simulator.google.issuer import DEVELOPMENT_ISSUER
from walletpass.simulator.google.memory import Kind
from walletpass.simulator.google.server import SimulatedGoogle


def reason(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["errors"][0]["reason"]


def test_what_is_inserted_can_be_read(issuer: Issuer) -> None:
    """An object comes with its class, and says whether anybody holds it."""
    assert issuer.insert_class().status_code == 200
    assert issuer.insert_object().status_code == 200
    told = issuer.send("GET", f"loyaltyObject/{full('anna')}").json()
    assert told.pop("classReference") == {**a_class(), "reviewStatus": "APPROVED"}
    assert told.pop("hasUsers") is False
    assert told == an_object()


def test_an_id_is_taken_for_ever(issuer: Issuer) -> None:
    """A second insert is refused and changes nothing; nothing can be deleted."""
    issuer.insert_class()
    issuer.insert_object()
    assert reason(issuer.insert_class(programName="Other")) == (409, "existingResource")
    assert reason(issuer.insert_object(accountName="Bert")) == (409, "existingResource")
    for path in (f"loyaltyObject/{full('anna')}", f"loyaltyClass/{full('club')}"):
        assert issuer.send("DELETE", path).status_code == 404
    assert issuer.send("GET", f"loyaltyObject/{full('anna')}").json()["accountName"] == "Anna"


def test_an_object_needs_a_class_that_is_no_draft(issuer: Issuer) -> None:
    assert reason(issuer.insert_object()) == (404, "classNotFound")
    issuer.insert_class(reviewStatus="DRAFT")
    assert reason(issuer.insert_object()) == (400, "invalidResource")
    changed = issuer.send("PATCH", f"loyaltyClass/{full('club')}", {"reviewStatus": "UNDER_REVIEW"})
    assert changed.json()["reviewStatus"] == "APPROVED"
    assert issuer.insert_object().ok
    back = issuer.send("PATCH", f"loyaltyClass/{full('club')}", {"reviewStatus": "DRAFT"})
    assert reason(back) == (400, "invalidResource")


def test_a_patch_replaces_members_whole(issuer: Issuer) -> None:
    """Lists as well; null takes a member away; what is not named stays."""
    issuer.insert_class()
    modules = [{"id": "a", "header": "A", "body": "1"}, {"id": "b", "header": "B", "body": "2"}]
    issuer.insert_object(textModulesData=modules)
    changes = {"textModulesData": modules[1:], "accountName": None}
    told = issuer.send("PATCH", f"loyaltyObject/{full('anna')}", changes).json()
    assert told["textModulesData"] == modules[1:]
    assert "accountName" not in told
    assert told["loyaltyPoints"] == points("1 of 10")


def test_an_update_clears_what_it_does_not_name(issuer: Issuer) -> None:
    issuer.insert_class()
    issuer.insert_object()
    document = {"id": full("anna"), "classId": full("club"), "state": "INACTIVE"}
    issuer.send("PUT", f"loyaltyObject/{full('anna')}", document)
    told = issuer.send("GET", f"loyaltyObject/{full('anna')}").json()
    assert {name for name in told if name not in ("hasUsers", "classReference")} == {"id", "classId", "state"}


def test_a_class_is_patched_under_review_only(issuer: Issuer) -> None:
    issuer.insert_class()
    refused = issuer.send("PATCH", f"loyaltyClass/{full('club')}", {"programName": "New"})
    assert reason(refused) == (400, "invalidResource")
    changes = {"programName": "New", "reviewStatus": "UNDER_REVIEW"}
    assert issuer.send("PATCH", f"loyaltyClass/{full('club')}", changes).json()["programName"] == "New"


@pytest.mark.parametrize("missing", ["id", "classId", "state"])
def test_an_object_without_what_it_needs_is_refused(issuer: Issuer, missing: str) -> None:
    issuer.insert_class()
    document = {name: value for name, value in an_object().items() if name != missing}
    refused = issuer.send("POST", "loyaltyObject", document)
    assert refused.status_code == 400
    assert missing in refused.text


def test_nothing_is_found_under_a_strange_id(issuer: Issuer) -> None:
    assert reason(issuer.send("GET", f"loyaltyClass/{full('none')}")) == (404, "classNotFound")
    assert reason(issuer.send("GET", f"loyaltyObject/{full('none')}")) == (404, "resourceNotFound")
    assert reason(issuer.send("PATCH", f"loyaltyObject/{full('none')}", {})) == (404, "resourceNotFound")


def test_lists_come_in_pages(issuer: Issuer) -> None:
    issuer.insert_class()
    for number in range(5):
        issuer.insert_object(f"m{number}")
    asked = f"loyaltyObject?classId={full('club')}"
    assert len(issuer.send("GET", asked).json()["resources"]) == 5
    seen, token = [], ""
    for _ in range(3):
        page = issuer.send("GET", f"{asked}&maxResults=2&token={token}").json()
        seen += [each["id"] for each in page["resources"]]
        token = page["pagination"].get("nextPageToken", "")
    assert (seen, token) == ([full(f"m{number}") for number in range(5)], "")
    issuer.insert_class("empty")
    assert "resources" not in issuer.send("GET", f"loyaltyObject?classId={full('empty')}").json()
    assert issuer.send("GET", f"{asked}&maxResults=x").status_code == 400


def test_another_issuer_s_cards_are_out_of_reach(issuer: Issuer, google: SimulatedGoogle) -> None:
    """Also for the list, and once the account is no user of the issuer any more."""
    foreign = a_class(id="3388000000000000009.club")
    assert reason(issuer.send("POST", "loyaltyClass", foreign)) == (403, "permissionDenied")
    assert issuer.send("GET", "loyaltyClass?issuerId=3388000000000000009").status_code == 403
    google.service.accounts.forbid(issuer.key_file["client_email"], full("").rstrip("."))
    assert reason(issuer.insert_class()) == (403, "permissionDenied")


def test_old_spellings_are_answered_on_request(issuer: Issuer, google: SimulatedGoogle) -> None:
    issuer.insert_class()
    google.behave(Behaviour(legacy_spellings=True))
    told = issuer.insert_object().json()
    assert (told["kind"], told["state"]) == ("walletobjects#loyaltyObject", "active")
    assert told["barcode"]["type"] == "qrCode"
    assert told["classReference"]["multipleDevicesAndHoldersAllowedStatus"] == "oneUserAllDevices"


def test_an_image_that_cannot_be_had_fails_the_whole_call(issuer: Issuer, google: SimulatedGoogle) -> None:
    """Named as unreachable, or really asked for."""
    google.behave(Behaviour(unreachable_images=("https://shop.example/*",)))
    refused = issuer.insert_class()
    assert reason(refused) == (400, "invalidResource")
    assert LOGO in refused.text
    google.behave(Behaviour(fetches_images=True))
    for address in ("http://127.0.0.1:9/logo.png", google.keys_address):
        refused = issuer.insert_class(programLogo={"sourceUri": {"uri": address}})
        assert address in refused.text
    assert google.find(Kind.CLASS, full("club")) is None


def test_places_are_refused_to_issuers_that_are_not_on_the_list(
    issuer: Issuer, google: SimulatedGoogle
) -> None:
    issuer.insert_class()
    google.behave(Behaviour(allows_locations=False))
    places = [{"latitude": 52.1, "longitude": 4.3}]
    refused = issuer.insert_object(merchantLocations=places)
    assert reason(refused) == (400, "invalidResource")
    assert "allowlisted" in refused.text
    assert issuer.insert_object().ok


def test_what_is_no_document_is_refused_by_the_front_end(issuer: Issuer) -> None:
    address = f"{issuer.google.address}/walletobjects/v1/loyaltyClass"
    for body in (b"{", b"[]", b"null", b""):
        refused = issuer.session.post(address, data=body, timeout=10)
        assert refused.json()["error"]["status"] == "INVALID_ARGUMENT"


@pytest.mark.parametrize("behaviour", [Behaviour(), Behaviour(legacy_spellings=True)])
def test_answers_are_as_google_describes_them(
    issuer: Issuer, google: SimulatedGoogle, behaviour: Behaviour
) -> None:
    """By the contract's responses, which are Google's own."""
    google.behave(behaviour)
    message = {"message": {"id": "m", "body": "Hello"}}
    answers = {
        "LoyaltyClass": issuer.insert_class(),
        "LoyaltyObject": issuer.insert_object(),
        "LoyaltyObjectAddMessageResponse": issuer.send(
            "POST", f"loyaltyObject/{full('anna')}/addMessage", message
        ),
        "LoyaltyObjectListResponse": issuer.send("GET", f"loyaltyObject?classId={full('club')}"),
        "LoyaltyClassListResponse": issuer.send("GET", f"loyaltyClass?issuerId={DEVELOPMENT_ISSUER}"),
    }
    assert {name: check_answer(name, answer.json()) for name, answer in answers.items()} == {
        name: [] for name in answers
    }


def test_what_the_contract_does_not_know_is_refused(issuer: Issuer) -> None:
    """Where the real one drops it without a word."""
    issuer.insert_class()
    for changes in (
        {"hexBackgroundColor": "#ffffff"},
        {"state": "active"},
        {"loyaltyPoints": {"label": "x"}},
    ):
        assert issuer.insert_object(**changes).status_code == 400
    assert issuer.insert_object().ok
    assert issuer.send("PATCH", f"loyaltyObject/{full('anna')}", {"state": "active"}).status_code == 400
