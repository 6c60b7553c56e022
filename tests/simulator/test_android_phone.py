"""An Android phone opens save links, and issuers hear of what its owner does."""

from collections.abc import Callable
from typing import Any

import pytest
from support.googles import CallbackTaker, Issuer, a_class, an_object, claims, full, points
from support.shops import HandClock

from walletpass.gpay.callbacks import CallbackKind, verify_callback
from walletpass.gpay.root_keys import RootKeys
from walletpass.gpay.save_link import LONGEST
from walletpass.simulator.google.android import AndroidPhone, LinkRefused
from walletpass.simulator.google.behaviour import Behaviour, Fault
from walletpass.simulator.google.issuer import DEVELOPMENT_ISSUER, make_key_file
from walletpass.simulator.google.server import SimulatedGoogle

ANNA = full("anna")


@pytest.fixture
def another_phone(google: SimulatedGoogle) -> AndroidPhone:
    return AndroidPhone(lambda: google.address)


def save(issuer: Issuer, phone: AndroidPhone, **of_class: object) -> None:
    issuer.insert_class(**of_class)
    issuer.insert_object()
    phone.open_link(issuer.link(ANNA))


def test_a_saved_card_is_in_the_wallet_and_known_to_have_users(issuer: Issuer, android: AndroidPhone) -> None:
    save(issuer, android)
    assert [held.id for held in android.passes] == [ANNA]
    assert issuer.send("GET", f"loyaltyObject/{ANNA}").json()["hasUsers"] is True
    android.remove(ANNA)
    assert android.passes == ()
    assert issuer.send("GET", f"loyaltyObject/{ANNA}").json()["hasUsers"] is False
    with pytest.raises(LinkRefused, match="not in the wallet"):
        android.remove(ANNA)


def test_a_change_is_seen_at_the_next_look(issuer: Issuer, android: AndroidPhone) -> None:
    save(issuer, android)
    issuer.send("PATCH", f"loyaltyObject/{ANNA}", {"loyaltyPoints": points("2 of 10")})
    assert android.look()
    assert android.passes[0].object["loyaltyPoints"] == points("2 of 10")


def test_a_link_brings_what_does_not_exist_yet_and_changes_nothing_else(
    issuer: Issuer, android: AndroidPhone
) -> None:
    def open_whole(**changes: object) -> None:
        payload = {"loyaltyClasses": [a_class()], "loyaltyObjects": [an_object(**changes)]}
        android.open_link(f"{issuer.google.save_page}/{issuer.sign(claims(issuer, **payload))}")

    open_whole()
    assert android.passes[0].object["accountName"] == "Anna"
    open_whole(accountName="Bert")
    assert android.passes[0].object["accountName"] == "Anna"


def test_the_first_account_wins_for_ever(
    issuer: Issuer, android: AndroidPhone, another_phone: AndroidPhone
) -> None:
    """A forwarded link is useless, also after the first one has removed the card; a second phone of theirs is not."""
    save(issuer, android)
    with pytest.raises(LinkRefused, match="somebody else"):
        another_phone.open_link(issuer.link(ANNA))
    second = AndroidPhone(lambda: issuer.google.address, android.account)
    second.look()
    assert [held.id for held in second.passes] == [ANNA]
    android.remove(ANNA)
    with pytest.raises(LinkRefused, match="somebody else"):
        another_phone.open_link(issuer.link(ANNA))
    android.open_link(issuer.link(ANNA))
    assert len(android.passes) == 1


def test_a_card_for_many_is_saved_by_many(
    issuer: Issuer, android: AndroidPhone, another_phone: AndroidPhone
) -> None:
    save(issuer, android, multipleDevicesAndHoldersAllowedStatus="MULTIPLE_HOLDERS")
    another_phone.open_link(issuer.link(ANNA))
    android.remove(ANNA)
    assert issuer.send("GET", f"loyaltyObject/{ANNA}").json()["hasUsers"] is True


def test_a_wiped_phone_has_its_cards_again(issuer: Issuer, android: AndroidPhone) -> None:
    save(issuer, android)
    android.reinstall()
    assert [held.id for held in android.passes] == [ANNA]


def broken(change: Callable[[dict[str, Any]], object]) -> Callable[[Issuer], str]:
    """A token whose claims were changed before they were signed."""

    def sign(issuer: Issuer) -> str:
        made = claims(issuer, loyaltyObjects=[{"id": ANNA, "classId": full("club")}])
        change(made)
        return issuer.sign(made)

    return sign


def by_stranger(issuer: Issuer) -> str:
    key_file = {**make_key_file(""), "client_email": issuer.key_file["client_email"]}
    return Issuer(issuer.google, key_file).sign(claims(issuer, loyaltyObjects=[{"id": ANNA}]))


@pytest.mark.parametrize(
    ("token", "why"),
    [
        (broken(lambda made: made.update(aud="apple")), "aud must be google"),
        (broken(lambda made: made.update(typ="savetonowhere")), "typ savetowallet"),
        (broken(lambda made: made.pop("iat")), "iat"),
        (broken(lambda made: made.update(iss="stranger@elsewhere.example")), "no service account"),
        (broken(lambda made: made.update(payload={})), "no object"),
        (broken(lambda made: made["payload"]["loyaltyObjects"][0].update(id=full("none"))), "state"),
        (broken(lambda made: made["payload"]["loyaltyObjects"][0].update(id="1.x")), "permission"),
        (by_stranger, "Signature"),
        (lambda issuer: issuer.sign(claims(issuer), alg="none"), "RS256"),
        (lambda issuer: "nonsense", "no JSON web token"),
        (lambda issuer: "a" * (LONGEST + 1), "too long"),
    ],
)
def test_what_is_wrong_with_a_link_is_told_and_nothing_is_saved(
    issuer: Issuer, android: AndroidPhone, token: Callable[[Issuer], str], why: str
) -> None:
    issuer.insert_class()
    issuer.insert_object()
    with pytest.raises(LinkRefused, match=why):
        android.open_link(f"https://pay.google.com/gp/v/save/{token(issuer)}")
    assert android.passes == ()


def test_what_is_no_save_link_is_refused(android: AndroidPhone) -> None:
    with pytest.raises(LinkRefused, match="no save link"):
        android.open_link("https://shop.example/card/x")


def test_a_long_token_is_saved_by_the_short_link_that_google_gives(
    issuer: Issuer, android: AndroidPhone
) -> None:
    """`jwt.insert` creates at once whatever the length."""
    modules = [{"id": str(number), "header": "H", "body": "x" * 400} for number in range(5)]
    payload = {"loyaltyClasses": [a_class()], "loyaltyObjects": [an_object(textModulesData=modules)]}
    token = issuer.sign(claims(issuer, **payload))
    assert len(token) > LONGEST
    answer = issuer.send("POST", "jwt", {"jwt": token}).json()
    assert answer["resources"]["loyaltyObjects"][0]["hasUsers"] is False
    assert android.open_link(answer["saveUri"]) == [ANNA]


def test_a_dry_run_creates_nothing(issuer: Issuer) -> None:
    good = claims(issuer, loyaltyClasses=[a_class()])["payload"]
    token = issuer.sign(claims(issuer, loyaltyObjects=[an_object()]))
    bad = '{"loyaltyObjects":[{"id":"1.x","classId":"1.y","state":"active"}]}'

    def validate(**request: object) -> int:
        return issuer.send("POST", "jwt/validate", request).status_code

    assert validate(jwtResource={"jwt": token}) == 200
    assert validate(jsonResource={"json": str(good).replace("'", '"')}) == 200
    assert validate(jsonResource={"json": bad}) == 400
    assert validate(jsonResource={"json": "{"}) == 400
    assert validate() == 400
    assert validate(jwtResource={"jwt": token}, jsonResource={"json": "{}"}) == 400
    assert issuer.send("GET", f"loyaltyObject/{ANNA}").status_code == 404


def test_saves_and_deletions_are_told_and_can_be_verified(
    issuer: Issuer, android: AndroidPhone, callback_taker: CallbackTaker, google_clock: HandClock
) -> None:
    """By the root keys that Google publishes. Saving what is saved already tells nothing."""
    save(issuer, android, callbackOptions={"url": callback_taker.url})
    android.open_link(issuer.link(ANNA))
    android.remove(ANNA)
    issuer.google.settle()
    keys = RootKeys(issuer.google.keys_address)
    told = [
        verify_callback(body, keys, [DEVELOPMENT_ISSUER], google_clock.now()) for body in callback_taker.taken
    ]
    assert [each.kind for each in told] == [CallbackKind.SAVE, CallbackKind.DELETE]
    assert {(each.object_id, each.class_id) for each in told} == {(ANNA, full("club"))}
    assert len({each.nonce for each in told}) == 2


def test_a_callback_is_sent_until_it_is_taken(
    issuer: Issuer, android: AndroidPhone, callback_taker: CallbackTaker
) -> None:
    """A second try is the same message; in the end Google gives up."""
    callback_taker.status = 503
    save(issuer, android, callbackOptions={"url": callback_taker.url})
    issuer.google.settle()
    assert [sent.statuses for sent in issuer.google.callbacks] == [[503, 503, 503]]
    assert len(set(callback_taker.taken)) == 1
    callback_taker.status = 200
    android.remove(ANNA)
    issuer.google.settle()
    assert [sent.was_taken for sent in issuer.google.callbacks] == [False, True]


def test_callbacks_are_lost_or_doubled_on_request(
    issuer: Issuer, android: AndroidPhone, callback_taker: CallbackTaker
) -> None:
    issuer.google.behave(Behaviour(loses_callbacks=True))
    save(issuer, android, callbackOptions={"url": callback_taker.url})
    issuer.google.behave(Behaviour(sends_callbacks=2))
    android.remove(ANNA)
    issuer.google.settle()
    assert callback_taker.events == [("del", ANNA)] * 2
    assert callback_taker.taken[0] == callback_taker.taken[1]


def test_a_phone_without_google_shows_what_it_knew(issuer: Issuer, android: AndroidPhone) -> None:
    save(issuer, android)
    issuer.google.behave(Behaviour((Fault("phone.*", status=503),)))
    assert not android.look()
    assert [held.id for held in android.passes] == [ANNA]
    with pytest.raises(LinkRefused):
        android.remove(ANNA)
