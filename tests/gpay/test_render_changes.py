"""What is told to Google after a change, and what need not be."""

from dataclasses import replace

import pytest
from hypothesis import given
from support.card_table import AT_SHOP, BOTH, CARDS, DESIGN, STAMPS
from support.cards_at_random import cards

from walletpass.card.card import CardState, Nearby
from walletpass.gpay.changes import WRITTEN_BY_OTHERS, digest, find_change, replacement, with_notice
from walletpass.gpay.class_document import render_class
from walletpass.gpay.contract import (
    check_class_patch,
    check_object,
    check_object_patch,
    load_schemas,
)
from walletpass.gpay.facts import ClassFacts, ObjectFacts
from walletpass.gpay.frame import Frame
from walletpass.gpay.ids import ClassId, ObjectId
from walletpass.gpay.object_document import render_object
from walletpass.gpay.totp import describe_rotating_barcode

ISSUER = "3388000000012345678"
CLASS_ID = ClassId(ISSUER, "club")
FACTS = ObjectFacts(ObjectId(ISSUER, "m-1"), CLASS_ID)
FRAME = Frame(DESIGN)
CLASS_FACTS = ClassFacts(CLASS_ID, "https://cards.example.com/g/logo.png")


def render(card, **facts):
    return render_object(card, FRAME, replace(FACTS, **facts))


def change(before, after):
    return find_change(after, digest(before))


def test_what_cannot_be_seen_costs_no_call():
    """A new version, another instant, a beacon: Google knows nothing of these."""
    later = replace(
        STAMPS, version=9, changed_at=STAMPS.changed_at.replace(hour=10), nearby=Nearby(max_distance=9.0)
    )
    assert digest(render(STAMPS)) == digest(render(later))
    assert not change(render(STAMPS), render(later))


def test_a_stamp_changes_what_it_changes():
    """Only these members, arrays and nested ones complete; the balance can notify."""
    after = replace(STAMPS, progress_text="6 van 8", news="Gestempeld. 6 van 8.")
    found = change(render(STAMPS), render(after))
    assert found.body == {name: render(after)[name] for name in ("loyaltyPoints", "textModulesData")}
    assert not found.cleared
    assert found.can_notify
    assert check_object_patch(with_notice(found.body)) == []
    assert "notifyPreference" not in found.body


def test_a_text_cannot_notify():
    """Google notifies of balances only: to ask for it would spend one of three for nothing."""
    assert not change(render(STAMPS), render(replace(STAMPS, news="Tot morgen!"))).can_notify


def test_what_is_gone_is_named():
    """PATCH would leave it standing."""
    found = change(render(BOTH), render(replace(STAMPS, member="")))
    assert found
    assert found.cleared == {"accountName", "secondaryLoyaltyPoints"}
    assert not found.body


@given(cards, cards)
def test_a_change_leads_from_one_card_to_the_other(before, after):
    """Its members laid over the old document, without what is gone, are the new one; each part is sound."""
    old, new = render(before), render(after)
    found = change(old, new)
    patched = {name: value for name, value in {**old, **found.body}.items() if name not in found.cleared}
    assert patched == new
    assert bool(found) == (old != new)
    assert check_object_patch(found.body) == []
    assert not change(new, new)


def test_nothing_is_known_of_a_card_that_was_never_sent():
    """Then everything is a change."""
    assert find_change(render(STAMPS), "").body.keys() == render(STAMPS).keys() - {"id"}


def test_another_tier_moves_the_card():
    """To the class of that tier."""
    gold = ClassId(ISSUER, "club.gold")
    assert change(render(STAMPS), render(STAMPS, class_id=gold)).body == {"classId": str(gold)}


def test_every_change_of_a_class_says_its_review_status():
    """Also when that is all it repeats; without a change there is nothing to say."""
    before = render_class(DESIGN, CLASS_FACTS)
    found = change(before, render_class(DESIGN, replace(CLASS_FACTS, program="Spaarkaart")))
    assert found.body == {"programName": "Spaarkaart", "reviewStatus": "UNDER_REVIEW"}
    assert found.can_notify
    assert check_class_patch(found.body) == []
    assert not change(before, {**before, "reviewStatus": "DRAFT"})


def test_a_replacement_keeps_what_others_wrote():
    """Messages stay, what is gone goes, and nothing that Google does not take back is sent."""
    stored = {
        **render(replace(BOTH, nearby=AT_SHOP)),
        "kind": "walletobjects#loyaltyObject",
        "hasUsers": True,
        "classReference": {},
        "messages": [{"id": "m", "header": "Hi", "kind": "walletobjects#walletObjectMessage"}],
    }
    ended = render(replace(STAMPS, state=CardState.VOID))
    body = replacement("LoyaltyObject", stored, ended)
    assert body == {**ended, "messages": [{"id": "m", "header": "Hi"}]}
    assert check_object(body) == []


@pytest.mark.parametrize("name", ["LoyaltyClass", "LoyaltyObject"])
def test_every_member_belongs_to_somebody(name):
    """To us, to others, or to Google: when it adds one, we decide whether a replacement keeps it."""
    members = set(load_schemas("requests")[name]["properties"])
    full = ClassFacts(
        CLASS_ID,
        "https://x",
        program="x",
        tier="x",
        number_label={DESIGN.language: "x"},
        wide_logo="https://x",
        hero="https://x",
        places=((1, 2),),
        callback_url="https://x",
        country="NL",
    )
    ours = set(render_class(DESIGN, replace(full, shimmers=True)))
    ours |= set(render_class(DESIGN, CLASS_FACTS))
    for rotating in (None, describe_rotating_barcode("x", b"0" * 20)):
        card = replace(CARDS["everything at once"], nearby=AT_SHOP)
        ours |= set(render(card, rotating=rotating, hero="https://x", group="x", screenshots=False))
    googles = {"classReference", "hasLinkedDevice", "hasUsers", "notifyPreference", "review"}
    never = {member for member in members if "econdaryRewardsTier" in member} | {
        "localizedIssuerName",
        "localizedRewardsTier",
    }
    assert members - ours - WRITTEN_BY_OTHERS - googles - never == set()
