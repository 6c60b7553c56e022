"""What Google tells of saved and removed cards, and what is found out where it tells nothing."""

import json

import orjson
import pytest
from support.google_shops import GoogleShop, balance, only

from walletpass.gpay.errors import WalletError
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.google.keep_event import keep_event
from walletpass.operations.google.reconcile import reconcile
from walletpass.simulator.google.android import AndroidPhone
from walletpass.simulator.google.behaviour import Behaviour, Fault


def test_a_card_that_was_removed_is_told_nothing_more(at_google: GoogleShop) -> None:
    page_key = at_google.shop.join("Anna")
    phone = at_google.save(page_key)
    phone.remove(only(phone).id)
    at_google.hear()
    at_google.google.log.clear()
    at_google.stamp(page_key)
    at_google.deliver()
    assert (at_google.google.log.counts, at_google.waiting) == ({}, 0)


def test_a_card_that_is_saved_again_is_current(at_google: GoogleShop) -> None:
    page_key = at_google.shop.join("Anna")
    phone = at_google.save(page_key)
    link = at_google.offer(page_key)
    phone.remove(only(phone).id)
    at_google.hear()
    at_google.stamp(page_key)
    phone.open_link(link)  # an old one, from a page that was left open
    at_google.hear()
    at_google.deliver()
    assert balance(phone) == "1 of 10"


def test_a_callback_counts_once(at_google: GoogleShop) -> None:
    page_key = at_google.shop.join("Anna")
    phone = at_google.save(page_key)
    phone.remove(only(phone).id)
    at_google.hear()
    phone.open_link(at_google.offer(page_key))
    at_google.hear()  # tells all of it again, the removal too
    (row,) = at_google.objects
    assert row.removed_at is None  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "damage",
    [
        lambda body: body | {"signedMessage": body["signedMessage"].replace("save", "del")},
        lambda body: body | {"signedMessage": json.dumps(json.loads(body["signedMessage"]), indent=1)},
        lambda body: body | {"signature": body["intermediateSigningKey"]["signatures"][0]},
        lambda body: {},
    ],
    ids=["forged", "written anew", "another signature", "nothing"],
)
def test_what_google_did_not_sign_changes_nothing(at_google: GoogleShop, damage: object) -> None:
    page_key = at_google.shop.join("Anna")
    at_google.save(page_key)
    before = at_google.objects
    body = damage(at_google.google.callbacks[-1].body)  # type: ignore[operator]
    services = at_google.shop.services
    with pytest.raises(Refusal, match="bad_callback"):
        keep_event(services, services.google_keys, orjson.dumps(body))
    assert at_google.objects == before


def test_what_google_said_long_ago_changes_nothing(at_google: GoogleShop) -> None:
    page_key = at_google.shop.join("Anna")
    at_google.save(page_key)
    at_google.shop.clock.pass_by(hours=2)
    with pytest.raises(Refusal, match="bad_callback"):
        at_google.hear()


def test_without_its_keys_google_is_asked_to_come_again(at_google: GoogleShop) -> None:
    page_key = at_google.shop.join("Anna")
    at_google.offer(page_key)
    phone_link = at_google.offer(page_key)
    at_google.google.behave(Behaviour((Fault("keys", status=503),)))
    AndroidPhone(lambda: at_google.google.address).open_link(phone_link)
    with pytest.raises(Refusal, match="keys_unavailable"):
        at_google.hear()


def test_callbacks_that_got_lost_are_found_out(at_google: GoogleShop) -> None:
    page_key, other = at_google.shop.join("Anna"), at_google.shop.join("Bert")
    at_google.google.behave(Behaviour(loses_callbacks=True))
    phone, removing = at_google.save(page_key), at_google.save(other)
    assert reconcile(at_google.shop.services) == 2
    removing.remove(only(removing).id)
    assert reconcile(at_google.shop.services) == 1
    assert reconcile(at_google.shop.services) == 0
    saved = [(row.saved_at is not None, row.removed_at is None) for row in at_google.objects]  # type: ignore[attr-defined]
    assert saved == [(True, True), (True, False)]
    at_google.stamp(page_key)
    at_google.deliver()
    assert balance(phone) == "1 of 10"


def test_a_google_that_is_out_of_order_is_asked_again_later(at_google: GoogleShop) -> None:
    at_google.save(at_google.shop.join("Anna"))
    at_google.google.behave(Behaviour((Fault("loyaltyObject.list", status=503),)))
    with pytest.raises(WalletError):
        reconcile(at_google.shop.services)
