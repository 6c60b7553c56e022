"""A simulated phone against the real application over a real socket."""

from contextlib import closing
from dataclasses import replace
from threading import Event

from support.live_shops import LiveShop

from walletpass.apns.sender import ApnsSender
from walletpass.operations.cards.close_card import close_card
from walletpass.operations.delivery.pushing import Pushing
from walletpass.pkpass.development import ROOT_FILE
from walletpass.simulator.agenda import Errand
from walletpass.simulator.apns import SimulatedApns
from walletpass.simulator.fleet import Fleet
from walletpass.simulator.installed import PassKey
from walletpass.simulator.phone import Phone
from walletpass.simulator.phones import Phones
from walletpass.simulator.safari import Safari

PATIENCE = 10
"""Seconds until the test fails for want of an answer."""


def hold_card(live: LiveShop, name: str = "Anna") -> tuple[Phone, PassKey, int]:
    """A phone with a new member's card, registered; the member's account."""
    page_key = live.shop.join(name)
    phone = live.phone()
    found = Safari().find_pass(live.pass_address(page_key))
    (card,) = phone.install(found.file, live.shop.clock.now())
    live.step(phone)
    return phone, card.key, live.shop.account_id(page_key)


def progress(phone: Phone, key: PassKey) -> object:
    (field,) = (each for each in phone.wallet.cards[key].fields if each.content["key"] == "progress")
    return field.content["value"]


def statuses(phone: Phone, errand: Errand) -> list[int]:
    return [entry.status for entry in phone.diary if entry.what == errand]


def complaints(phone: Phone) -> list[str]:
    return [entry.text for entry in phone.diary if entry.what == "complained"]


def test_registering_is_answered_with_201_and_again_with_200(live_shop: LiveShop) -> None:
    phone, _, _ = hold_card(live_shop)
    phone.rotate_push_token()
    live_shop.step(phone)
    assert statuses(phone, Errand.REGISTER) == [201, 200]


def test_a_stamp_reaches_the_card_and_the_lock_screen(live_shop: LiveShop) -> None:
    phone, key, account_id = hold_card(live_shop)
    live_shop.shop.stamp(account_id)
    live_shop.push(phone)
    assert progress(phone, key) == "1 of 10"
    assert [notice.text for notice in phone.wallet.notices] == ["Stamped: 1 of 10."]
    live_shop.shop.clock.pass_by(hours=24)
    live_shop.shop.stamp(account_id)
    live_shop.push(phone)
    assert progress(phone, key) == "2 of 10"
    assert complaints(phone) == []


def test_a_push_without_news_is_answered_with_204(live_shop: LiveShop) -> None:
    phone, _, account_id = hold_card(live_shop)
    live_shop.shop.stamp(account_id)
    live_shop.push(phone)
    live_shop.push(phone)
    assert statuses(phone, Errand.LIST) == [200, 204]
    assert statuses(phone, Errand.FETCH) == [200]


def test_pulling_down_an_unchanged_card_is_answered_with_304(live_shop: LiveShop) -> None:
    phone, key, _ = hold_card(live_shop)
    for _ in range(2):
        phone.refresh(key)
        live_shop.step(phone)
    assert statuses(phone, Errand.FETCH) == [200, 304]
    assert complaints(phone) == []


def test_a_closed_card_is_void_on_the_phone_and_never_asked_about_again(live_shop: LiveShop) -> None:
    phone, key, account_id = hold_card(live_shop)
    close_card(live_shop.shop.services, live_shop.shop.merchant_id, account_id)
    live_shop.push(phone)
    assert phone.wallet.cards[key].voided
    assert statuses(phone, Errand.UNREGISTER) == [200]
    assert complaints(phone) == []
    phone.reboot()
    assert not phone.step(live_shop.shop.clock.now())


def test_a_phone_that_was_wiped_hears_of_changes_under_its_new_name(live_shop: LiveShop) -> None:
    phone, key, account_id = hold_card(live_shop)
    phone.reinstall()
    live_shop.step(phone)
    live_shop.shop.stamp(account_id)
    live_shop.push(phone)
    assert progress(phone, key) == "1 of 10"
    assert statuses(phone, Errand.REGISTER) == [201, 201]


def test_two_phones_with_one_card_both_follow_it_and_each_only_what_it_holds(live_shop: LiveShop) -> None:
    first, key, account_id = hold_card(live_shop)
    second, other, _ = hold_card(live_shop, "Bea")
    second.install(first.wallet.cards[key].file, live_shop.shop.clock.now())
    live_shop.step(second)
    live_shop.shop.stamp(account_id)
    for phone in (first, second):
        live_shop.push(phone)
        assert progress(phone, key) == "1 of 10"
    assert progress(second, other) == "0 of 10"
    assert other not in first.wallet.cards


def test_safari_joins_at_the_shops_page_and_brings_the_pass(live_shop: LiveShop) -> None:
    phone = live_shop.phone(language="nl")
    found = Safari("nl").find_pass(live_shop.join_page)
    assert "/card/" in found.address
    (card,) = phone.install(found.file, live_shop.shop.clock.now())
    assert progress(phone, card.key) == "0 van 10"
    assert Safari().find_pass(found.address).address == found.address


def test_a_fleet_stays_true_while_its_owners_do_what_owners_do(live_shop: LiveShop) -> None:
    clock = live_shop.shop.clock
    with Phones(clock, threads=2) as phones:
        fleet = Fleet(phones, live_shop.join_page, live_shop.maker.trust, clock, seed=7)
        for _ in range(3):
            fleet.add(cards=2)
        for _ in range(40):
            fleet.churn()
        fleet.wake_all()
        for member in fleet.members:
            member.phone.reboot()
    for member in fleet.members:
        live_shop.step(member.phone)
        assert len(member.phone.wallet.cards) == 2
    assert not fleet.is_busy
    assert not fleet.tally.total.failures
    assert fleet.tally.total.of(Errand.REGISTER, 200, 201) > 6


def test_a_push_finds_the_phone_that_has_the_token_now(live_shop: LiveShop) -> None:
    """Asleep, the phones keep what reaches them."""
    phone, other = live_shop.phone(), live_shop.phone()
    with Phones(live_shop.shop.clock) as phones:
        for each in (phone, other):
            each.sleep()
            phones.add(each)
        phones.on_push("first", phone.device.push_token)
        ended = phone.rotate_push_token()
        phones.on_push("second", ended)
        phones.on_push("third", phone.device.push_token)
        phones.on_push("fourth", "nobody's")
    assert phone.stored_pushes == {"first", "third"}
    assert other.stored_pushes == set()


def test_a_stamp_travels_by_push_to_the_phone(live_shop: LiveShop) -> None:
    """Outbox, sender, HTTP/2, push service, phone, web service: nothing of it stands in for another."""
    phone, key, account_id = hold_card(live_shop)
    services, folder, arrived = live_shop.shop.services, live_shop.maker.folder, Event()

    def look(stepped: Phone) -> None:
        if stepped.wallet.notices:
            arrived.set()

    with SimulatedApns(folder) as apns, Phones(services.clock, on_step=look) as phones:
        apns.on_push(phones.on_push)
        phones.add(phone)
        (signer,) = services.signers
        roots = (folder / ROOT_FILE).read_bytes()
        sender = ApnsSender(lambda _: signer.client_certificate(), apns.address, roots)
        with closing(sender):
            pushing = Pushing(replace(services, pusher=sender))
            live_shop.shop.stamp(account_id)
            while pushing.turn(PATIENCE):
                pass
            assert arrived.wait(PATIENCE)
    assert progress(phone, key) == "1 of 10"
    assert apns.accepted == 1
