"""What Google takes, and that we would notice when it changes."""

import json

import pytest

from tools.google_contract import BUNDLE, bundle
from walletpass.gpay import contract
from walletpass.gpay.contract.answers import as_request
from walletpass.gpay.contract.overlay import OVERLAY

ISSUER = "3388000000012345678"
IMAGE = {"sourceUri": {"uri": "https://cards.example.com/g/logo.png"}}
CLASS = {
    "id": f"{ISSUER}.club",
    "issuerName": "Bakkerij",
    "programName": "Club",
    "programLogo": IMAGE,
    "reviewStatus": "UNDER_REVIEW",
}
OBJECT = {"id": f"{ISSUER}.m-1", "classId": f"{ISSUER}.club", "state": "ACTIVE"}
TEXT = {"defaultValue": {"language": "en", "value": "Stamps"}}
ROW = {"oneItem": {"item": {"firstValue": {"fields": [{"fieldPath": "object.accountName"}]}}}}


def face(*rows):
    return {"classTemplateInfo": {"cardTemplateOverride": {"cardRowTemplateInfos": list(rows)}}}


def pointing(path):
    return face({"oneItem": {"item": {"firstValue": {"fields": [{"fieldPath": path}]}}}})


def test_the_bundle_is_what_the_installed_package_gives():
    """Drift: `python tools/google_contract.py` renews it, and git shows what Google changed."""
    held, fresh = json.loads(BUNDLE.read_text()), json.loads(bundle())
    assert held == fresh, f"contract.json is of revision {held['revision']}, there is {fresh['revision']}"
    assert BUNDLE.read_text() == bundle()


def test_the_bundle_holds_facts_and_no_text():
    """Origin, revision and licence are noted; Google's sentences stay with Google."""
    held = json.loads(BUNDLE.read_text())
    assert held["license"] == "Apache-2.0"
    assert held["origin"].startswith("https://walletobjects.googleapis.com/")
    assert int(held["revision"]) >= 20260806
    assert '"description": "' not in BUNDLE.read_text()


def test_the_overlay_lies_on_schemas_and_members_that_exist():
    """A rule for a misspelt member would never refuse anything."""
    requests = json.loads(BUNDLE.read_text())["requests"]
    for name, rules in OVERLAY.items():
        assert rules.get("properties", {}).keys() <= requests[name]["properties"].keys()
        assert set(rules.get("required", [])) <= requests[name]["properties"].keys()


def test_the_least_of_each_is_taken():
    """A class and an object with what is required, and nothing else."""
    assert contract.check_class(CLASS) == []
    assert contract.check_object(OBJECT) == []
    assert contract.check_message({"message": {"header": "Hi", "body": "New", "messageType": "TEXT"}}) == []
    assert contract.check_message({}) != []


@pytest.mark.parametrize("member", sorted(CLASS))
def test_a_class_lacks_nothing_required(member):
    """Each of the five by its name."""
    problems = contract.check_class({name: value for name, value in CLASS.items() if name != member})
    assert [(problem.path, member in problem.sentence) for problem in problems] == [("", True)]


@pytest.mark.parametrize("member", sorted(OBJECT))
def test_an_object_lacks_nothing_required(member):
    """Each of the three by its name."""
    problems = contract.check_object({name: value for name, value in OBJECT.items() if name != member})
    assert [(problem.path, member in problem.sentence) for problem in problems] == [("", True)]


def test_a_patch_lacks_what_it_does_not_change():
    """But every change of a class says its review status again."""
    assert contract.check_object_patch({"accountName": "Anna"}) == []
    assert contract.check_class_patch({"programName": "Club", "reviewStatus": "UNDER_REVIEW"}) == []
    assert [problem.sentence for problem in contract.check_class_patch({"programName": "Club"})] == [
        '"reviewStatus" is a required property.'
    ]


GENERATED = [
    ({"hexBackgroundColor": "#ffffff"}, ""),
    ({"rewardsTier": "Gold"}, ""),
    ({"locations": [{"latitude": 1, "longitude": 2}]}, ""),
    ({"notifications": {}}, ""),
    ({"state": "active"}, "state"),
    ({"notifyPreference": "notifyOnUpdate"}, "notifyPreference"),
    ({"barcode": {"type": "QR", "value": "1"}}, "barcode.type"),
    ({"loyaltyPoints": {"balance": {"micros": "1000000"}}}, "loyaltyPoints.balance"),
    ({"loyaltyPoints": {"balance": {"int": "5"}}}, "loyaltyPoints.balance.int"),
    ({"loyaltyPoints": {"balance": {"int": 2**31}}}, "loyaltyPoints.balance.int"),
    ({"validTimeInterval": {"end": "2027-01-01T00:00:00Z"}}, "validTimeInterval.end"),
    ({"merchantLocations": [{"latitude": 1, "longitude": 2, "radius": 9}]}, "merchantLocations[0]"),
]
WRITTEN_BY_HAND = [
    ({"id": f"{ISSUER}.a b"}, "id"),
    ({"classId": f"{ISSUER}.Ærø"}, "classId"),
    ({"linkedObjectIds": [f"{ISSUER}.a b"]}, "linkedObjectIds[0]"),
    ({"linkedOfferIds": ["offer"]}, "linkedOfferIds[0]"),
    ({"smartTapRedemptionValue": "Ærø"}, "smartTapRedemptionValue"),
    ({"linkedObjectIds": [f"{ISSUER}.a"] * 51}, "linkedObjectIds"),
    ({"merchantLocations": [{"latitude": 1, "longitude": 2}] * 11}, "merchantLocations"),
    ({"merchantLocations": [{"latitude": 90.1, "longitude": 2}]}, "merchantLocations[0].latitude"),
    ({"merchantLocations": [{"latitude": 9, "longitude": -181}]}, "merchantLocations[0].longitude"),
    ({"merchantLocations": [{"latitude": 9}]}, "merchantLocations[0]"),
    ({"messages": [{"header": "x"}] * 11}, "messages"),
    ({"textModulesData": [{"body": "x"}] * 11}, "textModulesData"),
    ({"textModulesData": [{"id": "a.b", "body": "x"}]}, "textModulesData[0].id"),
    ({"textModulesData": [{"localizedBody": {"translatedValues": []}}]}, "textModulesData[0].localizedBody"),
    ({"imageModulesData": [{"mainImage": IMAGE}] * 2}, "imageModulesData"),
    ({"valueAddedModuleData": [{"uri": "https://example.com"}] * 16}, "valueAddedModuleData"),
    ({"valueAddedModuleData": [{"header": TEXT}]}, "valueAddedModuleData[0]"),
    ({"loyaltyPoints": {"balance": {}}}, "loyaltyPoints.balance"),
    ({"loyaltyPoints": {"balance": {"int": 1, "string": "1"}}}, "loyaltyPoints.balance"),
    (
        {"heroImage": {**IMAGE, "contentDescription": {"defaultValue": {"language": "en"}}}},
        "heroImage.contentDescription.defaultValue",
    ),
    ({"loyaltyPoints": {"label": "Stamps"}}, "loyaltyPoints"),
    ({"heroImage": {}}, "heroImage"),
    ({"heroImage": {**IMAGE, "privateImageId": "x"}}, "heroImage"),
    ({"heroImage": {"sourceUri": {"uri": "http://cards.example.com/x.png"}}}, "heroImage.sourceUri.uri"),
    ({"linksModuleData": {"uris": [{"uri": "example.com"}]}}, "linksModuleData.uris[0].uri"),
    ({"rotatingBarcode": {"type": "AZTEC"}}, "rotatingBarcode.type"),
    (
        {"rotatingBarcode": {"totpDetails": {"parameters": [{"key": "secret!"}]}}},
        "rotatingBarcode.totpDetails.parameters[0].key",
    ),
    ({"validTimeInterval": {"end": {"date": "31/12/2026"}}}, "validTimeInterval.end.date"),
    (
        {"saveRestrictions": {"restrictToEmailSha256": "x@example.com"}},
        "saveRestrictions.restrictToEmailSha256",
    ),
]


@pytest.mark.parametrize(("wrong", "path"), GENERATED + WRITTEN_BY_HAND)
def test_an_object_that_google_would_not_take(wrong, path):
    """Each is found, and said where it is; the value is not repeated, for it may be a secret."""
    problems = contract.check_object({**OBJECT, **wrong})
    assert path in {problem.path for problem in problems}
    assert "secret!" not in str(problems)


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"logo": IMAGE}, ""),
        ({"id": "club"}, "id"),
        ({"issuerName": ""}, "issuerName"),
        ({"programName": ""}, "programName"),
        ({"reviewStatus": "APPROVED"}, "reviewStatus"),
        ({"hexBackgroundColor": "brown"}, "hexBackgroundColor"),
        ({"callbackOptions": {"url": "ftp://cards.example.com/"}}, "callbackOptions.url"),
        (face(), "classTemplateInfo.cardTemplateOverride.cardRowTemplateInfos"),
        (face(*[ROW] * 4), "classTemplateInfo.cardTemplateOverride.cardRowTemplateInfos"),
        (face({**ROW, "twoItems": {}}), "classTemplateInfo.cardTemplateOverride.cardRowTemplateInfos[0]"),
        (face({}), "classTemplateInfo.cardTemplateOverride.cardRowTemplateInfos[0]"),
    ],
)
def test_a_class_that_google_would_not_take(wrong, path):
    """As with objects."""
    assert path in {problem.path for problem in contract.check_class({**CLASS, **wrong})}


@pytest.mark.parametrize(
    "path", ['object.textModulesData["next"]', "textModulesData", "object.", "object.textModulesData[next]"]
)
def test_a_field_path_that_would_show_nothing(path):
    """Google says no word about these; the row just stays empty."""
    assert contract.check_class({**CLASS, **pointing(path)})
    assert not contract.check_class({**CLASS, **pointing("class.imageModulesData['a-1'].mainImage")})


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000", "0.0.0.0:8000"])
def test_an_address_on_this_machine_is_good_for_trying_out(host):
    """Without https there is no certificate to be had for it, and nothing to keep from others."""
    assert (
        contract.check_object({**OBJECT, "heroImage": {"sourceUri": {"uri": f"http://{host}/x.png"}}}) == []
    )


def test_an_answer_may_say_more_than_a_request():
    """Google adds members at will and keeps old spellings; only what is wrong in kind is found."""
    answer = {**OBJECT, "state": "active", "kind": "walletobjects#loyaltyObject", "newMember": 1}
    assert contract.check_answer("LoyaltyObject", answer) == []
    assert contract.check_answer("LoyaltyObject", {**answer, "hasUsers": "yes"})


def test_what_google_answered_can_be_sent_back():
    """Also below the surface: deprecated and unknown members are left out, all else stays."""
    answer = {
        **OBJECT,
        "kind": "walletobjects#loyaltyObject",
        "infoModuleData": {},
        "linksModuleData": {"uris": [{"kind": "walletobjects#uri", "uri": "https://example.com"}]},
    }
    sent = as_request("LoyaltyObject", answer)
    assert sent == {**OBJECT, "linksModuleData": {"uris": [{"uri": "https://example.com"}]}}
    assert contract.check_object(sent) == []
