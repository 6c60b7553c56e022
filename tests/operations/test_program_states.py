"""A programme that pauses, goes on or ends tells every card of it, in phones too. On both databases."""

import json
import zipfile
from io import BytesIO
from typing import Any

import pytest
from support.crowds import (
    count_stale,
    crowd_of,
    progress_of,
    publish_design,
    publish_goal,
    versions,
)
from support.google_shops import GoogleShop, only
from support.handsets import Handset, issue
from support.shops import Shop
from support.visitors import open_app

from walletpass.card.card import Card, CardState
from walletpass.loyalty.program import ProgramState
from walletpass.operations.cards.wallet_card import load_wallet_card
from walletpass.operations.delivery.relay import deliver_due
from walletpass.operations.enrolment.join import open_account
from walletpass.operations.programs.state import change_state
from walletpass.operations.roll_outs.control import pause
from walletpass.operations.roll_outs.move import move_due
from walletpass.operations.roll_outs.progress import find_progress
from walletpass.store import accounts, google_outbox, merchants, outbox, people
from walletpass.store.lanes import BULK
from walletpass.store.roll_outs import State, roll_outs
from walletpass.store.statements import add, rows

ACTIVE, PAUSED, ENDED = ProgramState.ACTIVE, ProgramState.PAUSED, ProgramState.ENDED
RESTS, IS_OVER = "This loyalty programme is not running now.", "This loyalty programme has ended."


def set_state(shop: Shop, state: ProgramState) -> int:
    return change_state(shop.services, shop.merchant_id, state)


def lanes_of(shop: Shop, table: Any) -> list[int]:
    with shop.services.reading() as tx:
        return [row.lane for row in rows(tx, table.select())]


def shown(shop: Shop, account_id: int) -> Card:
    with shop.services.snapshot() as tx:
        return load_wallet_card(shop.services, tx, accounts.find_account(tx, account_id)).card


def fields_of(file: bytes) -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(file)) as package:
        groups = json.loads(package.read("pass.json"))["storeCard"].values()
    return {field["key"]: field["value"] for group in groups for field in group}


@pytest.mark.parametrize(("state", "told"), [(PAUSED, RESTS), (ENDED, IS_OVER)])
def test_every_iphone_is_told_and_gets_the_card_as_it_is_then(
    shop: Shop, state: ProgramState, told: str
) -> None:
    client = open_app(shop).test_client()
    phones = {Handset(client, f"phone {n}"): issue(shop, client) for n in range(3)}
    for phone, held in phones.items():
        phone.register(held)
    deliver_due(shop.services)
    known = [phone.ask(held.pass_type)[1] for phone, held in phones.items()]
    before = [phone.fetch(held).headers["Last-Modified"] for phone, held in phones.items()]
    assert set_state(shop, state) == 3
    shop.roll_out()
    assert lanes_of(shop, outbox.push_outbox) == [BULK] * 3
    for (phone, held), tag, modified in zip(phones.items(), known, before, strict=True):
        assert phone.ask(held.pass_type, tag)[0] == [held.serial]
        fields = fields_of(phone.fetch(held, modified).data)
        assert fields["summary"] == told
        assert not fields.keys() & {"next", "deal"}


def test_a_file_that_is_downloaded_during_a_pause_tells_of_it(shop: Shop) -> None:
    page_key = shop.join()
    set_state(shop, PAUSED)
    shop.roll_out()
    file = open_app(shop).test_client().get(f"/card/{page_key}/pass.pkpass").data
    assert fields_of(file)["summary"] == RESTS


def test_android_phones_show_it_and_do_not_ring(at_google: GoogleShop) -> None:
    phones = [at_google.save(at_google.shop.join(name)) for name in ("Anna", "Bo")]
    at_google.google.log.clear()
    told_before = [len(phone.notices) for phone in phones]
    assert set_state(at_google.shop, PAUSED) == 2
    at_google.shop.roll_out()
    assert lanes_of(at_google.shop, google_outbox.google_outbox) == [BULK] * 2
    at_google.deliver()
    assert at_google.waiting == 0
    assert {name.partition(".")[0] for name in at_google.google.log.counts} == {"loyaltyObject"}
    assert [modules_of(phone)["summary"] for phone in phones] == [RESTS] * 2
    assert not any(modules_of(phone).keys() & {"next", "deal"} for phone in phones)
    set_state(at_google.shop, ENDED)
    at_google.shop.roll_out()
    at_google.deliver()
    assert [modules_of(phone)["summary"] for phone in phones] == [IS_OVER] * 2
    assert {only(phone).object["state"] for phone in phones} == {"INACTIVE"}
    assert [len(phone.notices) for phone in phones] == told_before


def modules_of(phone: Any) -> dict[str, str]:
    phone.look()
    return {module["id"]: module["body"] for module in only(phone).object["textModulesData"]}


def test_rewards_in_hand_are_shown_as_long_as_they_can_be_used(shop: Shop) -> None:
    publish_goal(shop, 3)
    account_id = shop.account_id(shop.join())
    shop.stamp(account_id, 3)
    for state, ready, kind in (
        (PAUSED, "Ready for you: Free coffee.", CardState.ACTIVE),
        (ENDED, "", CardState.VOID),
    ):
        set_state(shop, state)
        shop.roll_out()
        card = shown(shop, account_id)
        assert (card.ready_text, len(card.ready), card.state) == (ready, bool(ready), kind)
        assert (card.next_reward, card.missing, card.deal) == ("", "", "")


def test_a_card_not_moved_yet_shows_the_old_under_its_old_version(shop: Shop) -> None:
    """Of a pause, and of its end: one version never has two contents."""
    account_id = shop.account_id(shop.join())
    running = shown(shop, account_id)
    set_state(shop, PAUSED)
    assert shown(shop, account_id) == running
    shop.roll_out()
    resting = shown(shop, account_id)
    assert (resting.version, resting.summary) == (2, RESTS)
    set_state(shop, ACTIVE)
    assert shown(shop, account_id) == resting
    shop.roll_out()
    assert (shown(shop, account_id).version, shown(shop, account_id).summary) == (3, running.summary)


def test_the_same_state_again_starts_nothing(shop: Shop) -> None:
    crowd = crowd_of(shop, 30)
    assert set_state(shop, PAUSED) == 30
    move_due(shop.services)
    assert set_state(shop, PAUSED) == 0
    assert (progress_of(shop).moved, progress_of(shop).state) == (10, State.RUNNING)
    shop.roll_out()
    assert set_state(shop, PAUSED) == 0
    shop.roll_out()
    assert versions(shop, crowd) == {2: 30}
    with shop.services.reading() as tx:
        assert len(rows(tx, roll_outs.select())) == 1


def test_who_was_not_told_of_a_pause_is_not_told_of_its_end(shop: Shop) -> None:
    crowd = crowd_of(shop, 30)
    set_state(shop, PAUSED)
    move_due(shop.services)
    assert set_state(shop, ACTIVE) == 10
    shop.roll_out()
    assert versions(shop, crowd) == {1: 20, 3: 10}


def test_cards_that_nobody_has_put_nothing_in_the_outboxes(shop: Shop) -> None:
    crowd_of(shop, 20)
    assert set_state(shop, ENDED) == 20
    shop.roll_out()
    assert lanes_of(shop, outbox.push_outbox) == lanes_of(shop, google_outbox.google_outbox) == []


def test_where_there_are_no_cards_nothing_rolls_out(shop: Shop) -> None:
    assert set_state(shop, PAUSED) == 0
    assert find_progress(shop.services, shop.merchant_id) is None


def test_a_pause_of_the_programme_does_not_go_on_with_what_an_owner_held(shop: Shop) -> None:
    """A design by mistake would spread with it."""
    crowd_of(shop, 3)
    publish_design(shop, "A mistake")
    pause(shop.services, shop.merchant_id)
    assert set_state(shop, PAUSED) == 3
    assert progress_of(shop).state is State.PAUSED


def test_who_began_to_join_before_a_pause_has_a_card_that_shows_it(shop: Shop) -> None:
    with shop.services.reading() as tx:
        program = merchants.find_program_by_code(tx, shop.code)
    set_state(shop, PAUSED)
    now = shop.clock.now()
    with shop.services.transaction() as tx:
        values = {"merchant_id": shop.merchant_id, "name": "", "language": "en", "joined_at": now}
        member_id = add(tx, people.members, **values)
        account_id = open_account(shop.services, tx, member_id, program, "key", "test", None, now)
    assert shown(shop, account_id).summary == RESTS
    assert count_stale(shop) == 0
