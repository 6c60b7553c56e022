"""pass.json."""

from dataclasses import replace
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from support.cards_at_random import cards
from support.plain_pass import render_plain

from walletpass.card.card import Beacon, CardState, Nearby, Place, Progress, ReadyReward
from walletpass.pkpass.frame import frame_design
from walletpass.pkpass.identity import Nfc

GROUPS = ("headerFields", "primaryFields", "secondaryFields", "auxiliaryFields", "backFields")


def fields_of(rendered):
    return [field for group in GROUPS for field in rendered["storeCard"].get(group, ())]


@given(cards)
def test_every_card_gives_a_sound_pass(design, identity, card):
    """JSON types only, field keys unique, one announced field, Wallet's limits kept."""
    rendered = render_plain(card, frame_design(design), identity)
    assert orjson.loads(orjson.dumps(rendered)) == rendered
    fields = fields_of(rendered)
    assert len({field["key"] for field in fields}) == len(fields)
    assert [field["key"] for field in fields if "changeMessage" in field] == ["news"]
    assert len(rendered.get("locations", ())) <= 10
    assert len(rendered.get("beacons", ())) <= 10
    row = rendered["storeCard"]["secondaryFields"] + rendered["storeCard"]["auxiliaryFields"]
    assert len(row) <= 4
    assert (
        ("webServiceURL" in rendered) == ("authenticationToken" in rendered) == (not rendered.get("voided"))
    )


def test_no_more_places_than_wallet_takes(card, design, identity):
    """Ten places and ten beacons are the most; the first ones count."""
    many = replace(card, nearby=Nearby((Place(1, 2, "x"),) * 12, (Beacon("u", "x"),) * 12))
    rendered = render_plain(many, frame_design(design), identity)
    assert (len(rendered["locations"]), len(rendered["beacons"])) == (10, 10)


def test_the_facts_stand_where_they_are_seen(card, design, identity):
    """Count while stacked, next and ready reward and name on the front, the rest on the back."""
    store_card = render_plain(card, frame_design(design), identity)["storeCard"]
    shown = {
        group: [(field["label"], field["value"]) for field in fields] for group, fields in store_card.items()
    }
    assert shown == {
        "headerFields": [("progress (en)", "5 van 8")],
        "secondaryFields": [("next (en)", "Gratis koffie"), ("ready (en)", "2 · Koekje")],
        "auxiliaryFields": [("member (en)", "Ő. Å. Person")],
        "backFields": [
            ("news (en)", "Gestempeld. 5 van 8."),
            ("progress (en)", "5 van 8 stempels."),
            ("ready (en)", "Koekje, t/m 31 dec 2026\nThee"),
            ("deal (en)", "8 stempels: 1 gratis koffie"),
            ("contact (en)", "+31 20 000000"),
            ("online (en)", "https://cards.example.com/card/x"),
            ("terms (en)", "terms_text (en)"),
        ],
    }


def test_points_end_and_tier_have_their_places(card, design, identity):
    """Balances while stacked; of four facts below the strip the name gives way to what can be lost."""
    full = replace(
        card,
        progress_text="5 van 8",
        points="340 punten",
        end="40 punten · 31 dec 2026",
        end_text="40 punten, t/m 31 dec 2026.",
        tier="Goud",
        tier_text="Goud. Nog 3 bezoeken.",
    )
    fields = render_plain(full, frame_design(design), identity)["storeCard"]
    shown = {
        group: [(f["key"], f["label"], f["value"]) for f in fields[group]]
        for group in GROUPS
        if group in fields
    }
    assert shown["headerFields"] == [
        ("progress", "progress (en)", "5 van 8"),
        ("points", "balance (en)", "340 punten"),
    ]
    assert shown["auxiliaryFields"] == [("end", "end (en)", "40 punten · 31 dec 2026")]
    assert shown["backFields"][3:6] == [
        ("ends", "end (en)", "40 punten, t/m 31 dec 2026."),
        ("tiers", "tier (en)", "Goud. Nog 3 bezoeken."),
        ("member", "member (en)", "Ő. Å. Person"),
    ]


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        ({"end": "31 dec 2026"}, ["Gratis koffie", "2 · Koekje", "31 dec 2026"]),
        ({"next_reward": "T" * 36}, ["T" * 36, "2 · Koekje"]),
        ({"next_reward": "T" * 42}, ["T" * 42, "2"]),
        ({"next_reward": "T" * 60}, ["2 · Koekje", "Ő. Å. Person"]),
        ({"ready": (ReadyReward("T" * 50),)}, ["Gratis koffie", "1", "Ő. Å. Person"]),
        ({"ready": (), "member": "M" * 40, "tier": "Goud"}, ["Gratis koffie", "Goud"]),
        ({"missing": "nog 8", "tier": "Goud"}, ["Gratis koffie · nog 8", "2 · Koekje", "Goud"]),
        ({"missing": "nog 8", "end": "31 dec 2026"}, ["Gratis koffie", "2 · Koekje", "31 dec 2026"]),
        (
            {"missing": "nog 8", "ready": (ReadyReward("Een koekje"),)},
            ["Gratis koffie · nog 8", "Een koekje"],
        ),
        ({"owed": "−15 punten tot je volgende bezoek"}, ["−15 punten tot je volgende bezoek", "2"]),
        (
            {"owed": "−15 punten tot dan", "next_reward": "Thee"},
            ["−15 punten tot dan", "2 · Koekje", "Ő. Å. Person"],
        ),
    ],
)
def test_the_row_holds_what_can_be_read(facts, shown, card, design, identity):
    """Nothing in it is cut: a long title gives way to a count, a long name to the back."""
    rendered = render_plain(replace(card, **facts), frame_design(design), identity)["storeCard"]
    row = rendered["secondaryFields"] + rendered["auxiliaryFields"]
    assert [field["value"] for field in row] == shown
    names = [field for group in GROUPS for field in rendered.get(group, ()) if field["key"] == "member"]
    assert len(names) == 1


def test_a_running_number_is_no_count_of_stamps(card, design, identity):
    """Where only points are collected, the value names the unit and the label does not say stamps."""
    counted = replace(card, progress=Progress(340, 500, counted=True), progress_text="340 punten")
    header = render_plain(counted, frame_design(design), identity)["storeCard"]["headerFields"]
    assert [(field["label"], field["value"]) for field in header] == [("balance (en)", "340 punten")]


def test_the_strip_stays_free(card, design, identity):
    """A primary field would lie over the stamps."""
    assert "primaryFields" not in render_plain(card, frame_design(design), identity)["storeCard"]


def test_the_latest_news_is_announced_also_after_silence(card, design, identity):
    """The announced field is there from the first version on: Wallet compares it with its former value."""
    silent = fields_of(render_plain(replace(card, news=""), frame_design(design), identity))
    assert [field["value"] for field in silent if field.get("changeMessage") == "%@"] == [""]


def test_a_screen_reader_hears_kind_and_state(card, design, identity):
    """The description begins with the kind of card, in the member's language, and tells how it stands."""
    description = render_plain(card, frame_design(design), identity)["description"]
    assert description == "description (nl), Bakkerij Ærø. 5 van 8 stempels."
    waiting = replace(card, ready_text="Koekje ligt klaar.")
    told = render_plain(waiting, frame_design(design), identity)["description"]
    assert told == "description (nl), Bakkerij Ærø. 5 van 8 stempels. Koekje ligt klaar."


@pytest.mark.parametrize("state", [CardState.VOID, CardState.EXPIRED])
def test_an_ended_card_lets_the_phone_go(state, card, design, identity):
    """Voided, without web service, and nowhere offered any more."""
    ended = replace(card, state=state, nearby=Nearby((Place(1, 2, "x"),), (Beacon("u", "x"),)))
    rendered = render_plain(ended, frame_design(design), identity)
    assert rendered["voided"] is True
    assert rendered.keys().isdisjoint({"webServiceURL", "authenticationToken", "locations", "beacons"})


def test_where_and_until_when(card, design, identity):
    """Places, beacons, radius and expiry in Wallet's words and types."""
    placed = replace(
        card,
        nearby=Nearby(
            (Place(52.5, 4.9, "Open till 18"),),
            (Beacon("F8F589E9-C07E-58B0-AEAB-A36BE4D48FAC", "Welcome", minor=2),),
            max_distance=80.0,
        ),
        expires_at=datetime(2027, 1, 1, tzinfo=UTC),
    )
    rendered = render_plain(placed, frame_design(design), identity)
    assert rendered["locations"] == [{"latitude": 52.5, "longitude": 4.9, "relevantText": "Open till 18"}]
    assert rendered["beacons"] == [
        {"proximityUUID": "F8F589E9-C07E-58B0-AEAB-A36BE4D48FAC", "relevantText": "Welcome", "minor": 2}
    ]
    assert rendered["maxDistance"] == 80.0
    assert rendered["expirationDate"] == "2027-01-01T00:00:00+00:00"


def test_the_issuers_options(card, design, identity):
    """Sharing, contactless and data for companion apps appear when asked for."""
    asked = replace(identity, sharing_prohibited=True, nfc=Nfc("m", "k", True), user_info={"till": 3})
    rendered = render_plain(card, frame_design(design), asked)
    assert rendered["sharingProhibited"] is True
    assert rendered["userInfo"] == {"till": 3}
    assert rendered["nfc"] == {"message": "m", "encryptionPublicKey": "k", "requiresAuthentication": True}


@pytest.mark.parametrize(
    "wrong", [{"authentication_token": "short"}, {"web_service_url": "https://cards.example.com/v1/"}]
)
def test_an_identity_that_phones_would_not_take(wrong, identity):
    """A token under 16 characters, or an address that already ends in /v1."""
    with pytest.raises(ValueError, match=r"token|/v1"):
        replace(identity, **wrong)


def test_the_token_is_not_shown(identity):
    """Printing an identity does not print its secret."""
    assert identity.authentication_token not in repr(identity)


def test_the_name_stands_beside_a_logo_that_does_not_say_it(card, design, identity):
    """Twice the name would be a nuisance, no name a puzzle."""
    assert "logoText" not in render_plain(card, frame_design(design), identity)
    assert (
        render_plain(card, frame_design(design, write_name=True), identity)["logoText"] == design.organization
    )
