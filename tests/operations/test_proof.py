"""What is known of a changed card on its phones, and what is not, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from support.handsets import Handset, Issued, find_pass, issue
from support.shops import KeptPushes, Shop
from support.visitors import open_app

from walletpass.apns.push import Verdict
from walletpass.operations.cards.close_card import close_card
from walletpass.operations.delivery.proof import SILENT_AFTER, PassProof, load_proof
from walletpass.operations.delivery.relay import deliver_due
from walletpass.operations.delivery.standings import Standings, count_standings
from walletpass.store import devices
from walletpass.store.statements import change
from walletpass.translations import translator

FETCHED = "Fetched after the last change."
NOT_YET = "Pushed, not fetched yet."


@pytest.fixture
def client(shop: Shop) -> FlaskClient:
    return open_app(shop).test_client()


@pytest.fixture
def held(shop: Shop, client: FlaskClient) -> Issued:
    return issue(shop, client)


def prove(shop: Shop, held: Issued) -> PassProof:
    (proof,) = load_proof(shop.services, held.account_id)
    return proof


def told(shop: Shop, held: Issued, language: str = "en") -> list[str]:
    return [translator(language).say(sentence) for sentence in prove(shop, held).sentences]


def stamp_and_push(shop: Shop, held: Issued) -> None:
    shop.clock.pass_by(minutes=10)
    shop.stamp(held.account_id)
    deliver_due(shop.services)


def ask(shop: Shop, phone: Handset, held: Issued) -> None:
    shop.clock.pass_by(seconds=2)
    phone.ask(held.pass_type)
    shop.services.sightings.flush(shop.services.database)


def test_a_card_that_was_never_downloaded_proves_nothing(shop: Shop) -> None:
    assert load_proof(shop.services, shop.account_id(shop.join())) == []


def test_a_pass_that_no_phone_registered_for(shop: Shop, held: Issued) -> None:
    assert told(shop, held) == ["No phone asks for updates of this card."]


def test_a_pass_that_has_not_changed(shop: Shop, client: FlaskClient, held: Issued) -> None:
    Handset(client).register(held)
    assert told(shop, held) == ["Not changed since it was handed out."]


def test_from_the_stamp_to_the_phone(shop: Shop, client: FlaskClient, held: Issued) -> None:
    phone = Handset(client)
    phone.register(held)
    shop.clock.pass_by(minutes=10)
    shop.stamp(held.account_id)
    assert told(shop, held) == ["Waiting to be pushed."]
    deliver_due(shop.services)
    assert told(shop, held) == [NOT_YET]
    ask(shop, phone, held)
    assert told(shop, held) == [NOT_YET]
    phone.fetch(held)
    assert told(shop, held) == [FETCHED]
    proof = prove(shop, held)
    assert (proof.version, proof.fetched_version, proof.fetched_at) == (2, 2, shop.clock.now())
    (known,) = proof.phones
    assert known.pushed_at is not None
    assert known.listed_at == shop.clock.now()


def test_a_phone_that_was_told_and_does_not_ask_is_silent_after_a_day(
    shop: Shop, client: FlaskClient, held: Issued
) -> None:
    """Since it was heard of last, which is when it registered."""
    Handset(client).register(held)
    stamp_and_push(shop, held)
    shop.clock.at += SILENT_AFTER
    assert told(shop, held) == [NOT_YET]
    shop.clock.pass_by(seconds=1)
    assert told(shop, held) == [NOT_YET, "The phone has been silent since 22 Nov 2026."]
    assert told(shop, held, "da") == [
        "Underrettet, endnu ikke hentet.",
        "Telefonen har været tavs siden 22. nov. 2026.",
    ]


def test_one_of_two_phones_is_silent(shop: Shop, client: FlaskClient, held: Issued) -> None:
    """The fetch names no phone, but the phone that asked is not the silent one."""
    asking, silent = Handset(client, "asking"), Handset(client, "silent")
    asking.register(held)
    silent.register(held)
    stamp_and_push(shop, held)
    ask(shop, asking, held)
    asking.fetch(held)
    shop.clock.pass_by(days=2)
    assert told(shop, held) == [
        "Fetched after the last change, by at least one of 2 phones.",
        "One of 2 phones has been silent since 22 Nov 2026.",
    ]
    assert [phone.silent_since is None for phone in prove(shop, held).phones] == [True, False]


def test_two_of_three_phones_are_silent(shop: Shop, client: FlaskClient, held: Issued) -> None:
    asking = Handset(client, "asking")
    for phone in (asking, Handset(client, "two"), Handset(client, "three")):
        phone.register(held)
    stamp_and_push(shop, held)
    ask(shop, asking, held)
    shop.clock.pass_by(days=2)
    assert told(shop, held)[1:] == ["2 of 3 phones have been silent since 22 Nov 2026."]
    assert count_standings(shop.services).silent == 2


def test_silent_phones_are_counted_as_their_cards_tell_it(shop: Shop, client: FlaskClient) -> None:
    """Each once, however many cards it holds; of one merchant or of all."""
    cards = [issue(shop, client) for _ in range(2)]
    phone, fetching, late = (Handset(client, name) for name in ("both cards", "fetching", "late"))
    for held in cards:
        phone.register(held)
        stamp_and_push(shop, held)
    lone, waiting = issue(shop, client), issue(shop, client)
    fetching.register(lone)
    stamp_and_push(shop, lone)
    fetching.fetch(lone)
    late.register(waiting)
    shop.stamp(waiting.account_id)

    def silent() -> int:
        counted = count_standings(shop.services).silent
        proofs = (load_proof(shop.services, held.account_id) for held in (*cards, lone, waiting))
        phones = [each for (proof,) in proofs for each in proof.phones if each.silent_since]
        assert len(phones) == 2 * counted
        return counted

    assert silent() == 0
    shop.clock.pass_by(days=2)
    assert silent() == 1
    assert count_standings(shop.services, shop.merchant_id).silent == 1
    assert count_standings(shop.services, shop.merchant_id + 1).silent == 0
    ask(shop, phone, cards[0])
    assert silent() == 0


def test_the_only_phone_is_not_silent_if_the_change_was_fetched(
    shop: Shop, client: FlaskClient, held: Issued
) -> None:
    """It must have asked: what is kept of that may be lost with a process."""
    phone = Handset(client)
    phone.register(held)
    stamp_and_push(shop, held)
    phone.fetch(held)
    shop.clock.pass_by(days=2)
    assert told(shop, held) == [FETCHED]


def test_a_phone_is_not_silent_before_it_was_told(shop: Shop, client: FlaskClient, held: Issued) -> None:
    Handset(client).register(held)
    shop.clock.pass_by(minutes=10)
    shop.stamp(held.account_id)
    shop.clock.pass_by(days=2)
    assert told(shop, held) == ["Waiting to be pushed."]


def test_a_push_that_was_given_up_is_told(shop: Shop, client: FlaskClient, held: Issued) -> None:
    Handset(client).register(held)
    shop.stamp(held.account_id)
    refusing = KeptPushes(verdict=Verdict.REFUSED)
    deliver_due(replace(shop.services, pusher=refusing))
    assert told(shop, held) == ["Pushing was given up on 22 Nov 2026."]


def test_a_wallet_that_cannot_be_pushed_is_not_called_silent(
    shop: Shop, client: FlaskClient, held: Issued
) -> None:
    Handset(client, scheme="AndroidPass").register(held)
    shop.stamp(held.account_id)
    shop.clock.pass_by(days=9)
    assert told(shop, held) == ["Not fetched since the last change."]
    assert not prove(shop, held).phones[0].takes_pushes


def test_each_pass_of_a_card_is_proved_by_itself(shop: Shop, client: FlaskClient, held: Issued) -> None:
    """A shop that got a certificate of its own has old passes and new ones."""
    with shop.services.transaction() as tx:
        pass_id = find_pass(shop, held.account_id, held.pass_type).id
        change(tx, devices.passes, pass_id, pass_type_identifier="pass.former")
    Handset(client).register(Issued(held.account_id, "pass.former", held.serial, held.token))
    page = issue(shop, client)
    with shop.services.transaction() as tx:
        pass_id = find_pass(shop, page.account_id, page.pass_type).id
        change(tx, devices.passes, pass_id, account_id=held.account_id)
    proofs = {proof.pass_type_identifier: proof for proof in load_proof(shop.services, held.account_id)}
    assert len(proofs["pass.former"].phones) == 1
    assert proofs[held.pass_type].phones == ()


def test_cards_are_counted_by_how_they_stand(shop: Shop, client: FlaskClient) -> None:
    cards = [issue(shop, client) for _ in range(4)]
    current, fetched, behind, closed = cards
    phone = Handset(client)
    for held in cards:
        phone.register(held)
    shop.join("alone")
    for held in (fetched, behind):
        shop.stamp(held.account_id)
    phone.fetch(fetched)
    close_card(shop.services, shop.merchant_id, closed.account_id)
    assert told(shop, current) == ["Not changed since it was handed out."]
    everyone = Standings(current=2, behind=1, alone=1)
    assert count_standings(shop.services) == everyone
    assert count_standings(shop.services, shop.merchant_id) == everyone
    assert count_standings(shop.services, shop.merchant_id + 1) == Standings(0, 0, 0)


def test_a_second_of_difference_is_no_silence(shop: Shop, client: FlaskClient, held: Issued) -> None:
    """The phone may ask before we have written down that Apple accepted the push."""
    phone = Handset(client)
    phone.register(held)
    shop.clock.pass_by(minutes=10)
    shop.stamp(held.account_id)
    ask(shop, phone, held)
    shop.clock.pass_by(seconds=1)
    deliver_due(shop.services)
    shop.clock.at += SILENT_AFTER + timedelta(minutes=1)
    assert told(shop, held) == [NOT_YET]
