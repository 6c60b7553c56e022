"""Roll-outs: every card follows once, at a set pace, whoever stops in the middle. On both databases."""

import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Event, Thread

import pytest
from support.crowds import (
    account_of,
    card_of,
    count_stale,
    crowd_of,
    progress_of,
    publish_design,
    publish_goal,
    set_rate,
    versions,
)
from support.phones import PASS_TYPE, hold_pass
from support.shops import Shop

from walletpass.loyalty.refusals import Refusal
from walletpass.operations.cards.close_card import close_card
from walletpass.operations.cards.history import load_history
from walletpass.operations.delivery.relay import deliver_due
from walletpass.operations.designs.publish import roll_back
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.roll_outs.control import pause, resume
from walletpass.operations.roll_outs.move import MOST, move_due
from walletpass.operations.roll_outs.progress import find_progress
from walletpass.operations.roll_outs.start import start
from walletpass.store import accounts, locations, outbox
from walletpass.store.lanes import BULK, INTERACTIVE
from walletpass.store.roll_outs import Reason, State
from walletpass.store.session import Database, Transaction
from walletpass.store.statements import add, change, rows
from walletpass.translations import translator


class Killed(Exception):
    pass


class Mortal(Database):
    """Dies when everything of a transaction is written and nothing is committed yet."""

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with super().transaction() as tx:
            yield tx
            raise Killed


class Held(Database):
    """Waits where the other dies."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.is_written, self.may_commit = Event(), Event()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with super().transaction() as tx:
            yield tx
            self.is_written.set()
            self.may_commit.wait()


def address_of(shop: Shop) -> str:
    return shop.services.database.engine.url.render_as_string(hide_password=False)


def test_every_stale_card_moves_once_and_its_phone_is_told_once(shop: Shop) -> None:
    held = [hold_pass(shop, serial, library_id=serial) for serial in ("one", "two")]
    crowd = crowd_of(shop, 120)
    deliver_due(shop.services)
    shop.pushes.pushed.clear()
    publish_design(shop, "Newer Coffee")
    later = crowd_of(shop, 3)
    shop.roll_out()
    assert versions(shop, held + crowd) == {2: 122}
    assert versions(shop, later) == {1: 3}, "who joins after the publication has it from the start"
    assert (progress_of(shop).moved, progress_of(shop).state) == (122, State.DONE)
    deliver_due(shop.services)
    assert shop.pushes.pushed == [(PASS_TYPE, "push-token")] * 2


def test_a_card_not_moved_yet_shows_the_old_under_its_old_version(shop: Shop) -> None:
    """A fetch does not run ahead of the roll-out: one version never has two contents."""
    account_id = shop.account_id(shop.join())
    before = card_of(shop, account_id)
    publish_design(shop, "Newer Coffee")
    publish_goal(shop, 8)
    assert card_of(shop, account_id) == before
    shop.roll_out()
    after = card_of(shop, account_id)
    assert after.card.version == before.card.version + 1
    assert (before.card.progress_text, after.card.progress_text) == ("0 of 10", "0 of 8")
    assert after.design_version_id > before.design_version_id
    assert after.card.changed_at > before.card.changed_at


def test_pushes_of_a_roll_out_let_people_who_wait_go_first(shop: Shop) -> None:
    moved, stamped = hold_pass(shop, "one", "phone-1"), hold_pass(shop, "two", "phone-2")
    deliver_due(shop.services)
    publish_design(shop, "Newer Coffee")
    shop.roll_out()
    shop.stamp(stamped)
    with shop.services.reading() as tx:
        lanes = [
            row.lane for row in rows(tx, outbox.push_outbox.select().order_by(outbox.push_outbox.c.topic_id))
        ]
    assert lanes == [BULK, INTERACTIVE]
    assert account_of(shop, moved).card_version == 2


def test_two_movers_at_once_move_each_card_once(shop: Shop) -> None:
    crowd = crowd_of(shop, 12 * MOST)
    publish_design(shop, "Newer Coffee")

    def work(_: int) -> None:
        while due := move_due(shop.services):
            shop.clock.at = max(shop.clock.at, due)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    assert versions(shop, crowd) == {2: len(crowd)}
    assert progress_of(shop).moved == len(crowd)


def test_a_mover_that_is_killed_leaves_nothing_half_done(shop: Shop) -> None:
    crowd = crowd_of(shop, 25)
    publish_design(shop, "Newer Coffee")
    shop.clock.at = move_due(shop.services) or shop.clock.at
    dying = Mortal(address_of(shop))
    with pytest.raises(Killed):
        move_due(replace(shop.services, database=dying))
    dying.close()
    assert progress_of(shop).moved == 10
    assert versions(shop, crowd) == {1: 15, 2: 10}
    shop.roll_out()
    assert versions(shop, crowd) == {2: 25}
    assert progress_of(shop).moved == 25


def test_a_pause_stops_it_and_it_goes_on_where_it_was(shop: Shop) -> None:
    crowd = crowd_of(shop, 30)
    publish_design(shop, "Newer Coffee")
    move_due(shop.services)
    pause(shop.services, shop.merchant_id)
    shop.clock.pass_by(hours=1)
    assert move_due(shop.services) is None
    assert versions(shop, crowd) == {1: 20, 2: 10}
    resume(shop.services, shop.merchant_id)
    resumed_at = shop.clock.now()
    shop.roll_out()
    assert versions(shop, crowd) == {2: 30}
    assert shop.clock.now() - resumed_at >= timedelta(seconds=0.2), "the hour is not made good"


def test_where_nothing_is_on_its_way_nothing_can_be_paused(shop: Shop) -> None:
    for control in (pause, resume):
        with pytest.raises(Refusal, match="no_roll_out"):
            control(shop.services, shop.merchant_id)


def test_a_new_publication_replaces_the_one_under_way(shop: Shop) -> None:
    """Those not moved yet go to the newest of all at once."""
    crowd = crowd_of(shop, 30)
    publish_design(shop, "Newer Coffee")
    move_due(shop.services)
    publish_goal(shop, 8)
    assert progress_of(shop).total == 30
    shop.roll_out()
    assert versions(shop, crowd) == {2: 20, 3: 10}
    assert count_stale(shop) == 0


def test_a_publication_goes_on_even_where_the_one_before_was_paused(shop: Shop) -> None:
    crowd_of(shop, 3)
    publish_design(shop, "A mistake")
    pause(shop.services, shop.merchant_id)
    publish_design(shop, "Newest Coffee")
    assert progress_of(shop).state is State.RUNNING


def test_a_change_of_places_does_not_go_on_with_what_an_owner_paused(shop: Shop) -> None:
    crowd_of(shop, 3)
    publish_design(shop, "A mistake")
    pause(shop.services, shop.merchant_id)
    with shop.services.transaction() as tx:
        start(shop.services, tx, get_rules(shop.services, shop.merchant_id).program_id, Reason.PLACES)
    assert (progress_of(shop).state, progress_of(shop).total) == (State.PAUSED, 3)


def test_a_stamp_moves_the_card_to_the_rules_that_decided_it(shop: Shop) -> None:
    """The roll-out of the rules does not touch it again."""
    stamped, other = shop.account_id(shop.join()), shop.account_id(shop.join())
    publish_goal(shop, 8)
    assert shop.stamp(stamped).goal == 8
    assert card_of(shop, stamped).card.progress_text == "1 of 8"
    assert card_of(shop, other).card.progress_text == "0 of 10"
    shop.roll_out()
    assert versions(shop, [stamped, other]) == {2: 2}
    assert progress_of(shop).moved == 1


def test_a_stamp_leaves_the_look_to_the_roll_out(shop: Shop) -> None:
    account_id = shop.account_id(shop.join())
    old = card_of(shop, account_id).design_version_id
    publish_design(shop, "Newer Coffee")
    shop.stamp(account_id)
    assert card_of(shop, account_id).design_version_id == old
    shop.roll_out()
    assert card_of(shop, account_id).design_version_id > old
    assert versions(shop, [account_id]) == {3: 1}


def test_the_history_tells_each_line_by_the_rules_of_its_time(shop: Shop) -> None:
    account_id = shop.account_id(shop.join())
    shop.stamp(account_id)
    shop.clock.pass_by(days=1)
    publish_goal(shop, 8)
    shop.stamp(account_id)
    with shop.services.reading() as tx:
        history = load_history(tx, accounts.find_account(tx, account_id))
    told = [translator("en").say(line.sentence) for line in history]
    assert told == ["Stamped: 2 of 8.", "Stamped: 1 of 10."]


def test_a_design_put_back_rolls_out_the_same_way(shop: Shop) -> None:
    crowd = crowd_of(shop, 12)
    publish_design(shop, "A mistake")
    shop.roll_out()
    roll_back(shop.services, shop.merchant_id, 1)
    assert versions(shop, crowd) == {2: 12}
    shop.roll_out()
    assert versions(shop, crowd) == {3: 12}


def test_cards_that_have_ended_stay_as_they_are(shop: Shop) -> None:
    ended, living = crowd_of(shop, 2)
    close_card(shop.services, shop.merchant_id, ended)
    before = account_of(shop, ended)
    publish_design(shop, "Newer Coffee")
    shop.roll_out()
    assert account_of(shop, ended) == before
    assert account_of(shop, living).card_version == 2
    assert progress_of(shop).total == 1


def test_only_cards_whose_list_of_places_was_replaced_follow_and_go_to_the_present_one(shop: Shop) -> None:
    """Also over several replacements."""
    here, away = crowd_of(shop, 2)
    with shop.services.transaction() as tx:
        first, second, third, other = (add_list(shop, tx) for _ in range(4))
        for account_id, place_list in ((here, first), (away, other)):
            change(tx, accounts.accounts, account_id, place_list_id=place_list)
        change(tx, locations.place_lists, first, replaced_by_id=second)
        change(tx, locations.place_lists, second, replaced_by_id=third)
        start(shop.services, tx, account_of(shop, here).program_id, Reason.PLACES)
    shop.roll_out()
    assert [account_of(shop, a).place_list_id for a in (here, away)] == [third, other]
    assert [account_of(shop, a).card_version for a in (here, away)] == [2, 1]


def add_list(shop: Shop, tx: Transaction) -> int:
    values = {"document": {"places": [], "max_distance": None}, "made_at": shop.clock.now()}
    return add(tx, locations.place_lists, merchant_id=shop.merchant_id, **values)


def test_where_nobody_has_a_card_nothing_rolls_out(shop: Shop) -> None:
    publish_design(shop, "Newer Coffee")
    assert find_progress(shop.services, shop.merchant_id) is None
    assert move_due(shop.services) is None


@pytest.mark.parametrize(("rate", "count"), [(3, 9), (100, 200), (640, 400), (5000, 400)])
def test_the_rate_holds(shop: Shop, rate: float, count: int) -> None:
    """From slice to slice: what was moved is as much as the time till the next one is worth."""
    crowd_of(shop, count)
    publish_design(shop, "Newer Coffee")
    set_rate(shop, rate)
    started_at = shop.clock.now()
    while (due := move_due(shop.services)) and (moved := progress_of(shop).moved) < count:
        assert moved == pytest.approx(rate * (due - started_at).total_seconds(), rel=0.02)
        shop.clock.at = due
    assert progress_of(shop).moved == count


def test_a_card_that_somebody_left_behind_is_moved_too(shop: Shop) -> None:
    """A transaction that began before the publication may commit when its card's turn has passed."""
    crowd = crowd_of(shop, 3)
    old = account_of(shop, crowd[0]).design_version_id
    publish_design(shop, "Newer Coffee")
    while progress_of(shop).moved < 3:
        shop.clock.at = max(shop.clock.at, move_due(shop.services))
    with shop.services.transaction() as tx:
        change(tx, accounts.accounts, crowd[0], design_version_id=old)
    shop.roll_out()
    assert account_of(shop, crowd[0]).design_version_id != old


def test_a_mover_that_was_away_does_not_hurry(shop: Shop) -> None:
    """It makes good a second, not the hour."""
    crowd = crowd_of(shop, 400)
    publish_design(shop, "Newer Coffee")
    shop.clock.pass_by(hours=1)
    now = shop.clock.now()
    while due := move_due(shop.services):
        if due > now:
            break
    assert 100 <= versions(shop, crowd)[2] <= 110


def test_stamps_go_on_during_a_roll_out(shop: Shop) -> None:
    """Nothing is lost and nobody waits for each other for ever, also with two cards on one phone."""
    held = [hold_pass(shop, f"serial {n}", library_id=f"phone {n % 5}") for n in range(20)]
    crowd = crowd_of(shop, 200)
    publish_design(shop, "Newer Coffee")

    def move(_: int) -> None:
        while due := move_due(shop.services):
            shop.clock.at = max(shop.clock.at, due)

    with ThreadPoolExecutor(4) as pool:
        movers = [pool.submit(move, n) for n in range(2)]
        outcomes = list(pool.map(shop.stamp, held))
        for mover in movers:
            mover.result()
    assert [outcome.stamps for outcome in outcomes] == [1] * 20
    assert versions(shop, held) == {3: 20}
    assert versions(shop, crowd) == {2: 200}


def test_who_joins_while_something_is_published_is_not_left_behind(shop: Shop) -> None:
    """The publication waits for those who began to join by what was newest before it."""

    def publish_and_roll_out() -> None:
        publish_design(shop, "Newer Coffee")
        shop.roll_out()

    held = Held(address_of(shop))
    joining = replace(shop, services=replace(shop.services, database=held))
    member, owner = Thread(target=joining.join), Thread(target=publish_and_roll_out)
    member.start()
    held.is_written.wait()
    owner.start()
    owner.join(0.5)
    has_waited = owner.is_alive()
    held.may_commit.set()
    member.join()
    owner.join()
    held.close()
    assert has_waited
    assert progress_of(shop).moved == 1
    assert count_stale(shop) == 0


def test_ten_thousand_cards_move_in_little_memory(shop: Shop) -> None:
    crowd = crowd_of(shop, 10_000)
    publish_design(shop, "Newer Coffee")
    set_rate(shop, 100_000)
    move_due(shop.services)
    tracemalloc.start()
    move_due(shop.services)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 500_000
    shop.roll_out()
    assert versions(shop, crowd) == {2: 10_000}


@pytest.mark.parametrize(
    ("rate", "told"),
    [
        (100, "0 of 30 cards, less than a minute left"),
        (0.5, "0 of 30 cards, about 1 minute left"),
        (0.1, "0 of 30 cards, about 5 minutes left"),
        (0.004, "0 of 30 cards, about 2 hours left"),
    ],
)
def test_progress_is_told_in_words(shop: Shop, rate: float, told: str) -> None:
    crowd_of(shop, 30)
    publish_design(shop, "Newer Coffee")
    set_rate(shop, rate)
    assert translator("en").say(progress_of(shop).sentence) == told
