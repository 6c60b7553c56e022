"""A member's card as a loyalty object."""

from dataclasses import replace

import orjson
import pytest
from hypothesis import given
from support.card_table import AT_SHOP, BOTH, CARDS, COFFEE, DESIGN, POINTS, STAMPS, TEA
from support.cards_at_random import cards

from walletpass.card.card import CardState, ReadyReward
from walletpass.gpay.contract import check_object
from walletpass.gpay.facts import ObjectFacts
from walletpass.gpay.frame import Frame
from walletpass.gpay.ids import ClassId, ObjectId
from walletpass.gpay.object_document import render_object
from walletpass.gpay.totp import describe_rotating_barcode

ISSUER = "3388000000012345678"
FACTS = ObjectFacts(
    ObjectId(ISSUER, "m-1"), ClassId(ISSUER, "club"), "https://cards.example.com/g/5.png", group="club"
)
FRAME = Frame(DESIGN)


def render(card, **facts):
    return render_object(card, FRAME, replace(FACTS, **facts))


def bodies(rendered):
    return {module["id"]: module["body"] for module in rendered["textModulesData"]}


@pytest.mark.parametrize("name", CARDS)
def test_google_takes_every_card_of_the_table(name):
    """With all that may come along, and with nothing of it."""
    full = {
        "rotating": describe_rotating_barcode("7K2M94QXPT3A", b"0" * 20),
        "group": "club",
        "screenshots": False,
    }
    for rendered in (
        render(CARDS[name]),
        render(CARDS[name], **full),
        render(CARDS[name], hero="", group=""),
    ):
        assert check_object(rendered) == []


@given(cards)
def test_google_takes_every_card(card):
    """JSON types only, within the contract, nothing empty, the same each time."""
    rendered = render(card)
    assert check_object(rendered) == []
    assert orjson.loads(orjson.dumps(rendered)) == rendered == render(card)
    assert all(rendered.values())


def test_the_facts_stand_where_they_are_seen():
    """Balance in its own member, which alone can notify; sentences as modules in order of their weight."""
    rendered = render(replace(STAMPS, ready=(COFFEE, TEA), tier="Goud", tier_text="Goud: dubbel."))
    assert rendered["accountName"] == "Ő. Å. Person"
    assert rendered["accountId"] == "7K2M-94QX-PT3A"
    assert rendered["loyaltyPoints"]["label"] == "progress (nl)"
    assert rendered["loyaltyPoints"]["balance"] == {"string": "5 van 8"}
    assert rendered["heroImage"] == {
        "sourceUri": {"uri": "https://cards.example.com/g/5.png"},
        "contentDescription": {"defaultValue": {"language": "nl", "value": "5 van 8"}},
    }
    assert list(bodies(rendered).items()) == [
        ("news", "Gestempeld. 5 van 8."),
        ("summary", "5 van 8 stempels. Hierna: gratis koffie, nog 3."),
        ("next", "Gratis koffie"),
        ("ready", "2 · Gratis koffie"),
        ("rewards", "Gratis koffie, t/m 31 dec 2026\nThee"),
        ("tier", "Goud: dubbel."),
        ("deal", "8 stempels: 1 gratis koffie"),
    ]


def test_points_beside_stamps_are_the_second_balance():
    """Where only points are collected, they are the first, and are not called stamps."""
    both, points = render(BOTH), render(POINTS)
    assert both["secondaryLoyaltyPoints"]["label"] == "balance (nl)"
    assert both["secondaryLoyaltyPoints"]["balance"] == {"string": "340 punten"}
    assert points["loyaltyPoints"]["label"] == "balance (en)"
    assert "secondaryLoyaltyPoints" not in points


def test_labels_speak_the_phones_language_and_sentences_the_members():
    """The default is the member's language; every other of the design's is there too."""
    label = render(replace(STAMPS, language="hu"))["loyaltyPoints"]["localizedLabel"]
    assert label["defaultValue"] == {"language": "hu", "value": "progress (hu)"}
    assert {each["language"] for each in label["translatedValues"]} == {"en", "nl", "nb", "da"}


@pytest.mark.parametrize(
    ("state", "google"),
    [(CardState.ACTIVE, "ACTIVE"), (CardState.EXPIRED, "EXPIRED"), (CardState.VOID, "INACTIVE")],
)
def test_an_ended_card_is_offered_nowhere(state, google):
    """Google files it under expired passes, and tells nobody that the shop is near."""
    rendered = render(replace(STAMPS, state=state, nearby=AT_SHOP))
    assert rendered["state"] == google
    assert ("merchantLocations" in rendered) == (state is CardState.ACTIVE)


def test_ten_places_and_none_for_an_issuer_who_may_not():
    """The first ten: more would be refused, with the whole card. So would be any, for some issuers."""
    many = CARDS["more places than a wallet takes"]
    assert len(render(many)["merchantLocations"]) == 10
    assert "merchantLocations" not in render(many, offered_at_places=False)


def test_a_rotating_code_stands_alone():
    """A static one beside it could be copied, which is what it is there to prevent. The typed one stays."""
    rendered = render(STAMPS, rotating=describe_rotating_barcode("7K2M94QXPT3A", b"0" * 20))
    assert "barcode" not in rendered
    assert rendered["rotatingBarcode"]["alternateText"] == "7K2M-94QX-PT3A"


def test_no_code_no_barcode():
    """A lost card has none until it is replaced."""
    assert "barcode" not in render(replace(STAMPS, scan_code=""))


def test_the_end_of_a_card_is_an_instant():
    """With its offset: without one it would end at the holder's midnight, wherever that is."""
    assert render(CARDS["a card with an end"])["validTimeInterval"] == {
        "end": {"date": "2027-01-01T00:00:00+00:00"}
    }


def test_the_issuers_options():
    """Grouping and screenshots appear when asked for."""
    rendered = render(STAMPS, screenshots=False)
    assert rendered["groupingInfo"] == {"groupingId": "club"}
    assert rendered["passConstraints"] == {"screenshotEligibility": "INELIGIBLE"}
    assert render(STAMPS, group="").keys().isdisjoint({"groupingInfo", "passConstraints"})


def test_a_secret_is_not_shown():
    """Printing the facts does not print the key of the rotating code."""
    secret = describe_rotating_barcode("7K2M94QXPT3A", b"\xab" * 20)
    assert "ABAB" not in repr(replace(FACTS, rotating=secret))


@pytest.mark.parametrize(
    ("next_reward", "titles", "shown"),
    [
        ("Lunch", ["Koffie"], "Koffie"),
        ("Lunch", ["Koffie", "Thee"], "2 · Koffie"),
        ("Lunch", ["Een stuk huisgemaakte chocoladetaart"], "1"),
        ("Een stuk huisgemaakte taart", ["Koffie", "Thee"], "2"),
    ],
)
def test_what_is_ready_leaves_room_for_what_comes_next(next_reward, titles, shown):
    """They share a row of the face; the details list every title."""
    ready = tuple(ReadyReward(title, told=title) for title in titles)
    card = replace(CARDS["everything at once"], next_reward=next_reward, missing="nog 2", ready=ready)
    told = bodies(render(card))
    assert told["ready"] == shown
    assert told.get("rewards", shown).splitlines() == titles


def test_a_reward_without_terms_or_end_is_told_once():
    """Not the same words under the same label below each other."""
    told = bodies(render(replace(CARDS["everything at once"], ready=(ReadyReward("Koffie", told="Koffie"),))))
    assert [name for name, body in told.items() if body == "Koffie"] == ["ready"]


def test_what_is_owed_is_told_once():
    """The summary says it; where that says otherwise, it has a line of its own."""
    card = CARDS["a debt"]
    assert [name for name, body in bodies(render(card)).items() if card.owed in body] == ["summary"]
    both = replace(card, owed="−2 stamps, −15 points until your next visits")
    assert bodies(render(both))["owed"] == both.owed
