"""Locations: which cards change when one does, and which do not."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from support.branches import (
    branch,
    member_of,
    open_chain,
    roll_out,
    shown_on,
    stamp_at,
    version_of,
    visits_of,
)
from support.phones import hold_pass
from support.shops import Shop, add_shop

from walletpass.card.card import Card
from walletpass.loyalty.places import MOST_LOCATIONS
from walletpass.loyalty.positions import Position, measure_distance
from walletpass.loyalty.program import Milestone
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.cards.load_card import load_card
from walletpass.operations.earning.undo import undo
from walletpass.operations.enrolment.applicant import Applicant
from walletpass.operations.enrolment.join import join, new_form_key
from walletpass.operations.locations.add import add_location
from walletpass.operations.locations.change import change_location
from walletpass.operations.locations.details import Beacon, Details
from walletpass.operations.locations.distance import set_distance
from walletpass.operations.locations.list_locations import LocationLine, get_location, list_locations
from walletpass.operations.locations.open import set_open
from walletpass.operations.passes.build import download_pass
from walletpass.store import accounts, locations, outbox
from walletpass.store.lanes import BULK

Act = Callable[[Shop, dict[str, int]], int]
"""Something done to a chain; how many cards it says that it changes."""


def code_of(call: Callable[..., object], *args: object) -> str:
    with pytest.raises(Refusal) as caught:
        call(*args)
    return caught.value.code


def change(shop: Shop, location_id: int, **changes: object) -> int:
    line = get_location(shop.services, shop.merchant_id, location_id)
    details = replace(line.details, **changes)  # type: ignore[arg-type]
    return change_location(shop.services, shop.merchant_id, location_id, details, line.revision)


def add(shop: Shop, details: Details) -> int:
    return add_location(shop.services, shop.merchant_id, details).cards


def close(shop: Shop, location_id: int) -> int:
    return set_open(shop.services, shop.merchant_id, location_id, False)


def expected_on(lines: tuple[LocationLine, ...], usual: int | None) -> list[object]:
    """What a card should show, found the slow way: (id, position, texts) of each place, nearest first."""
    opened = [line for line in lines if line.is_open]
    home = next((line.details.position for line in lines if line.id == usual), None)
    if home is not None:
        opened.sort(key=lambda line: (line.id != usual, measure_distance(home, line.details.position)))
    return [(line.id, line.details.position, line.details.texts) for line in opened[:10]]


def add_in_the_middle_of_a_town(shop: Shop, _: dict[str, int]) -> int:
    return add(shop, branch("Amsterdam West", 52.3712, 4.9011))


def add_far_from_all(shop: Shop, _: dict[str, int]) -> int:
    return add(shop, branch("Hobart", -42.88, 147.33))


def move_to_another_town(shop: Shop, ids: dict[str, int]) -> int:
    return change(shop, ids["Amsterdam 3"], position=Position(47.51, 19.06))


def close_one_of_many(shop: Shop, ids: dict[str, int]) -> int:
    return close(shop, ids["Budapest 4"])


def close_one_of_few(shop: Shop, ids: dict[str, int]) -> int:
    return close(shop, ids["Leeds 0"])


def write_another_text(shop: Shop, ids: dict[str, int]) -> int:
    return change(shop, ids["Amsterdam 11"], texts={"en": "Warm bread until six"})


def change_name_and_address(shop: Shop, ids: dict[str, int]) -> int:
    return change(shop, ids["Amsterdam 0"], name="Amsterdam Centre", address="Kade 12")


@pytest.mark.parametrize(
    "act",
    [
        add_in_the_middle_of_a_town,
        add_far_from_all,
        move_to_another_town,
        close_one_of_many,
        close_one_of_few,
        write_another_text,
        change_name_and_address,
    ],
)
def test_exactly_the_cards_whose_ten_change_are_updated(shop: Shop, act: Act) -> None:
    """Twenty-five branches in three towns, a member of each and one of none."""
    ids = open_chain(shop)
    members = {usual: member_of(shop, usual) for usual in (None, *ids.values())}
    roll_out(shop)
    before = list_locations(shop.services, shop.merchant_id).lines
    versions = {usual: version_of(shop, account) for usual, account in members.items()}
    promised = act(shop, ids)
    roll_out(shop)
    after = list_locations(shop.services, shop.merchant_id).lines
    risen = {usual for usual, account in members.items() if version_of(shop, account) > versions[usual]}
    assert risen == {usual for usual in members if expected_on(before, usual) != expected_on(after, usual)}
    assert promised == len(risen)
    for usual, account in members.items():
        assert shown_on(shop, account) == [place[0] for place in expected_on(after, usual)]  # type: ignore[index]
        assert version_of(shop, account) - versions[usual] in (0, 1), "moved once"


def test_the_distance_changes_every_card_that_has_a_place(shop: Shop) -> None:
    account = member_of(shop, None)
    assert set_distance(shop.services, shop.merchant_id, "50") == 0
    here = add_location(shop.services, shop.merchant_id, branch("Kade", 52.37, 4.9))
    assert here.cards == 1
    assert set_distance(shop.services, shop.merchant_id, " ") == 1
    assert set_distance(shop.services, shop.merchant_id, "") == 0
    roll_out(shop)
    assert shown_on(shop, account) == [here.location_id]


@pytest.mark.parametrize("text", ["9", "1001", "-50", "50.5", "200 km", "NaN", "1e2", "٥٠", "9" * 5000])
def test_a_distance_that_cannot_be_is_refused(shop: Shop, text: str) -> None:
    assert code_of(set_distance, shop.services, shop.merchant_id, text) == "bad_distance"


def test_only_phones_whose_cards_change_are_woken(shop: Shop) -> None:
    """And those who wait for a stamp come before them."""
    ids = {name: shop_id for name, shop_id in open_chain(shop).items() if name.endswith(" 0")}
    for number, location_id in enumerate(ids.values()):
        stamp_at(shop, hold_pass(shop, f"serial-{number}", f"phone-{number}"), location_id)
    roll_out(shop)
    with shop.services.transaction() as tx:
        tx.execute(outbox.push_outbox.delete())
    close(shop, ids["Leeds 0"])
    roll_out(shop)
    with shop.services.reading() as tx:
        pending = tx.execute(outbox.push_outbox.select()).all()
    assert [row.lane for row in pending] == [BULK]


def test_a_change_of_places_is_seen_nowhere_and_announced_nowhere(shop: Shop) -> None:
    """Nothing on the card's front or back differs, only where it offers itself."""
    page_key = shop.join("Anna", language="hu")
    before = read_pass(download_pass(shop.services, page_key).content)
    add(shop, branch("Kade", 52.37, 4.9, en="Warm bread", hu="Friss kenyér"))
    roll_out(shop)
    after = read_pass(download_pass(shop.services, page_key).content)
    assert after.pop("locations") == [
        {"latitude": 52.37, "longitude": 4.9, "relevantText": "Friss kenyér"},
    ]
    assert after == before


def test_the_text_is_in_the_members_language_else_in_the_merchants(shop: Shop) -> None:
    add(shop, branch("Kade", 52.37, 4.9, en="Warm bread", hu="Friss kenyér"))
    told = {
        language: card_of(shop, shop.account_id(shop.join(language=language))) for language in ("hu", "da")
    }
    assert {language: card.nearby.places[0].text for language, card in told.items()} == {
        "hu": "Friss kenyér",
        "da": "Warm bread",
    }


def test_distance_and_beacons_stand_on_the_card(shop: Shop) -> None:
    beacon = Beacon("B9407F30-F5F8-466E-AFF9-25556B57FE6D", 7, None)
    add(shop, replace(branch("Kade", 52.37, 4.9), beacon=beacon))
    set_distance(shop.services, shop.merchant_id, "40")
    document = read_pass(download_pass(shop.services, shop.join()).content)
    assert document["maxDistance"] == 40
    assert document["beacons"] == [
        {"proximityUUID": beacon.uuid, "relevantText": "Coffee at Kade", "major": 7},
    ]


def test_a_card_shows_its_own_list_until_the_roll_out_comes_to_it(shop: Shop) -> None:
    """A fetch never runs ahead of the version: one version never has two contents."""
    account = member_of(shop, None)
    add(shop, branch("Kade", 52.37, 4.9))
    assert card_of(shop, account).nearby.places == ()
    version = version_of(shop, account)
    roll_out(shop)
    assert (len(card_of(shop, account).nearby.places), version_of(shop, account)) == (1, version + 1)


def test_a_stamp_at_the_usual_branch_brings_what_changed_there_before_the_roll_out_does(shop: Shop) -> None:
    home = open_chain(shop)["Leeds 0"]
    account = member_of(shop, home)
    close(shop, home)
    assert shown_on(shop, account)[0] == home
    stamp_at(shop, account, home)
    assert home not in shown_on(shop, account)


def test_the_usual_branch_is_where_the_most_stamps_are_and_of_equals_the_latest(shop: Shop) -> None:
    ids = open_chain(shop)
    one, other = ids["Leeds 0"], ids["Budapest 0"]
    account = member_of(shop, None)
    firsts = []
    for location_id in (one, other, other, one, None, one):
        stamp_at(shop, account, location_id)
        firsts.append(shown_on(shop, account)[0])
    assert firsts == [one, other, other, one, one, one]


def test_where_somebody_joined_is_usual_until_they_are_stamped_somewhere(shop: Shop) -> None:
    ids = open_chain(shop)
    joined = join(shop.services, shop.code, Applicant(), "en", "", new_form_key(), ids["Leeds 1"])
    account = shop.account_id(joined.page_key)
    firsts = [shown_on(shop, account)[0]]
    for location_id in (None, ids["Budapest 0"]):
        stamp_at(shop, account, location_id)
        firsts.append(shown_on(shop, account)[0])
    assert firsts == [ids["Leeds 1"], ids["Leeds 1"], ids["Budapest 0"]]


def test_a_stamp_taken_back_is_no_visit(shop: Shop) -> None:
    ids = open_chain(shop)
    account = member_of(shop, ids["Leeds 0"])
    stamp_at(shop, account, ids["Budapest 0"])
    assert shown_on(shop, account)[0] == ids["Budapest 0"]
    undo(shop.services, shop.request(account))
    assert shown_on(shop, account)[0] == ids["Leeds 0"]
    assert visits_of(shop, account) == {ids["Leeds 0"]: 1, ids["Budapest 0"]: 0}


def test_another_merchants_location_is_unknown_and_nothing_is_written(shop: Shop) -> None:
    rival = add_shop(shop.services, "Rival", (Milestone(5, "Tea"),))
    theirs = add_location(shop.services, rival, branch("Theirs", 52.37, 4.9))
    account = member_of(shop, None)
    for call in (
        lambda: stamp_at(shop, account, theirs.location_id),
        lambda: stamp_at(shop, account, 10**9),
        lambda: close(shop, theirs.location_id),
        lambda: get_location(shop.services, shop.merchant_id, theirs.location_id),
    ):
        assert code_of(call) == "unknown_location"
    assert version_of(shop, account) == 1
    assert get_location(shop.services, rival, theirs.location_id).is_open


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # only its driver tells of every statement
def test_a_stamp_costs_one_statement_more_where_the_place_is_known_and_none_where_not(shop: Shop) -> None:
    account = member_of(shop, None)
    stamp_at(shop, account, None)  # the first reads the rules
    counted = {}
    for name, location_id in (("before", None), ("here", None), ("nowhere", None)):
        if name == "here":
            location_id = add_location(
                shop.services, shop.merchant_id, branch("Kade", 52.37, 4.9)
            ).location_id
        with counting_statements(shop) as statements:
            stamp_at(shop, account, location_id)
        counted[name] = len(statements)
    assert counted["nowhere"] == counted["before"]
    assert counted["here"] == counted["before"] + 1


def test_equal_names_are_refused_so_a_form_sent_twice_adds_one(shop: Shop) -> None:
    add(shop, branch("Kade", 52.37, 4.9))
    assert code_of(add, shop, branch("KADE", 52.38, 4.9)) == "name_taken"
    assert len(list_locations(shop.services, shop.merchant_id).lines) == 1


def test_a_stale_page_changes_nothing(shop: Shop) -> None:
    here = add_location(shop.services, shop.merchant_id, branch("Kade", 52.37, 4.9)).location_id
    line = get_location(shop.services, shop.merchant_id, here)
    shop.clock.pass_by(minutes=1)
    change(shop, here, name="Quay")
    mine = replace(line.details, name="Wharf")
    assert (
        code_of(change_location, shop.services, shop.merchant_id, here, mine, line.revision) == "stale_page"
    )
    assert get_location(shop.services, shop.merchant_id, here).details.name == "Quay"


def test_there_is_a_limit_to_locations(shop: Shop) -> None:
    columns = {**branch("Kade", 52.37, 4.9).columns(), "merchant_id": shop.merchant_id}
    many = [
        {**columns, "name": f"{number}", "changed_at": shop.clock.now()} for number in range(MOST_LOCATIONS)
    ]
    with shop.services.transaction() as tx:
        tx.execute(locations.locations.insert(), many)
    assert code_of(add, shop, branch("Quay", 52.37, 4.9)) == "too_many_locations"


def test_owners_who_change_things_at_once_leave_one_present_list_for_each_branch(shop: Shop) -> None:
    """The later one waits for the earlier, and sees what it did."""
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda n: add(shop, branch(f"Kade {n}", 52.37 + n / 100, 4.9)), range(12)))
    with shop.services.reading() as tx:
        present = locations.list_present_lists(tx, shop.merchant_id)
        ids = [row.id for row in locations.list_locations(tx, shop.merchant_id)]
    assert sorted(row.usual_location_id or 0 for row in present) == [0, *sorted(ids)]
    assert all(len(row.document["places"]) == 10 for row in present)


@contextmanager
def counting_statements(shop: Shop) -> Iterator[list[str]]:
    """As the database sees them: those of the connection that writes next."""
    statements: list[str] = []
    with shop.services.database.transaction() as tx:
        driver: Any = tx.connection.dbapi_connection
    driver.set_trace_callback(statements.append)
    yield statements
    driver.set_trace_callback(None)


def read_pass(content: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        read: dict[str, Any] = json.loads(package.read("pass.json"))
    return read


def card_of(shop: Shop, account_id: int) -> Card:
    with shop.services.snapshot() as tx:
        return load_card(shop.services, tx, accounts.find_account(tx, account_id)).card
