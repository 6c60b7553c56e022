"""What makes phones ring, and how often it may."""

from support.googles import Issuer, a_class, full, notifying, points
from support.shops import HandClock

from walletpass.simulator.google.android import AndroidPhone
from walletpass.simulator.google.memory import About
from walletpass.simulator.google.server import SimulatedGoogle

MESSAGE = {"message": {"id": "m", "header": "Hello", "body": "Free coffee", "messageType": "TEXT_AND_NOTIFY"}}
OBJECT = f"loyaltyObject/{full('anna')}"


def with_card(issuer: Issuer, phone: AndroidPhone) -> None:
    issuer.insert_class()
    issuer.insert_object()
    phone.open_link(issuer.link(full("anna")))


def test_the_fourth_message_of_a_day_is_refused(issuer: Issuer, google_clock: HandClock) -> None:
    """Nothing of it is kept; a silent one still passes, and so does one after the day is over."""
    issuer.insert_class()
    issuer.insert_object()
    for _ in range(3):
        assert issuer.send("POST", f"{OBJECT}/addMessage", MESSAGE).ok
    refused = issuer.send("POST", f"{OBJECT}/addMessage", MESSAGE)
    error = refused.json()["error"]["errors"][0]
    assert (refused.status_code, error["domain"], error["reason"]) == (403, "walletobjects", "quotaExceeded")
    assert len(issuer.send("GET", OBJECT).json()["messages"]) == 3
    silent = {"message": {**MESSAGE["message"], "messageType": "TEXT"}}
    assert len(issuer.send("POST", f"{OBJECT}/addMessage", silent).json()["resource"]["messages"]) == 4
    google_clock.pass_by(hours=24)
    assert issuer.send("POST", f"{OBJECT}/addMessage", MESSAGE).ok


def test_a_message_to_a_class_has_a_number_of_its_own(
    issuer: Issuer, google: SimulatedGoogle, android: AndroidPhone
) -> None:
    with_card(issuer, android)
    for path in (OBJECT, f"loyaltyClass/{full('club')}"):
        assert {issuer.send("POST", f"{path}/addMessage", MESSAGE).status_code for _ in range(3)} == {200}
        assert issuer.send("POST", f"{path}/addMessage", MESSAGE).status_code == 403
    assert google.notifications[About.MESSAGE] == 6
    android.look()
    assert [notice.about for notice in android.notices] == [About.MESSAGE] * 6


def test_only_asked_for_changes_of_listed_fields_ring(
    issuer: Issuer, google: SimulatedGoogle, android: AndroidPhone
) -> None:
    with_card(issuer, android)
    issuer.send("PATCH", OBJECT, {"loyaltyPoints": points("2 of 10")})
    issuer.send("PATCH", OBJECT, notifying("2 of 10"))
    issuer.send("PATCH", OBJECT, {"accountName": "Bert", "notifyPreference": "NOTIFY_ON_UPDATE"})
    assert google.notifications.total() == 0
    told = issuer.send("PATCH", OBJECT, notifying("3 of 10")).json()
    assert "notifyPreference" not in told
    assert google.notifications[About.UPDATE] == 1
    android.look()
    assert [notice.object_id for notice in android.notices] == [full("anna")]


def test_the_fourth_change_of_a_day_is_silent(
    issuer: Issuer, google: SimulatedGoogle, google_clock: HandClock, android: AndroidPhone
) -> None:
    """It is taken over all the same, and messages are counted apart."""
    with_card(issuer, android)
    for count in range(2, 7):
        assert issuer.send("PATCH", OBJECT, notifying(f"{count} of 10")).ok
    assert google.notifications[About.UPDATE] == 3
    assert issuer.send("POST", f"{OBJECT}/addMessage", MESSAGE).ok
    android.look()
    assert android.passes[0].object["loyaltyPoints"]["balance"] == {"string": "6 of 10"}
    google_clock.pass_by(hours=24)
    issuer.send("PATCH", OBJECT, notifying("7 of 10"))
    assert google.notifications[About.UPDATE] == 4


def test_a_class_rings_for_each_of_its_cards(
    issuer: Issuer, google: SimulatedGoogle, android: AndroidPhone
) -> None:
    with_card(issuer, android)
    issuer.insert_object("bert")
    changes = {"rewardsTier": "Gold", "reviewStatus": "UNDER_REVIEW", "notifyPreference": "NOTIFY_ON_UPDATE"}
    issuer.send("PATCH", f"loyaltyClass/{full('club')}", changes)
    assert google.notifications[About.UPDATE] == 2
    android.look()
    assert len(android.notices) == 1


def test_ten_messages_are_the_most(issuer: Issuer) -> None:
    issuer.insert_class(messages=[{"id": str(number), "body": "x"} for number in range(10)])
    silent = {"message": {"id": "x", "body": "x"}}
    refused = issuer.send("POST", f"loyaltyClass/{full('club')}/addMessage", silent)
    assert refused.status_code == 400
    assert a_class()["id"] in issuer.send("GET", f"loyaltyClass/{full('club')}").text
    assert issuer.send("POST", f"loyaltyClass/{full('club')}/addMessage", {}).status_code == 400
