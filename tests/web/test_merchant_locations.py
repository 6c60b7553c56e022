"""Owners' page of locations: read strictly, told honestly; and which branch stamps count for."""

import re

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from support.branches import branch, shown_on
from support.branches import visits_of as stamped_at
from support.counters import Counter, send_form, send_json
from support.owners import Owner, sign_in
from support.shops import Shop, add_shop

from walletpass.loyalty.program import Milestone
from walletpass.operations.locations.add import add_location
from walletpass.operations.locations.list_locations import LocationLine, list_locations
from walletpass.operations.staffing.invite import list_people
from walletpass.store import locations

PAGE, NEW = "/merchant/locations/", "/merchant/locations/new"
GOOD = {"name": "Kade", "position": "52.3702, 4.8952", "text.en": "Warm bread until six"}
UUID = "b9407f30f5f8466eaff925556b57fe6d"


@pytest.fixture
def owner(one_shop: Shop) -> Owner:
    return sign_in(one_shop, one_shop.merchant_id, "owner@example.com")


@pytest.fixture
def rival(one_shop: Shop) -> Owner:
    """The owner of another shop on the same installation."""
    merchant_id = add_shop(one_shop.services, "Rival", (Milestone(5, "Tea"),))
    return sign_in(one_shop, merchant_id, "rival@example.com")


def lines_of(shop: Shop) -> tuple[LocationLine, ...]:
    return list_locations(shop.services, shop.merchant_id).lines


def add(shop: Shop, name: str, merchant_id: int = 0) -> int:
    merchant_id = merchant_id or shop.merchant_id
    return add_location(shop.services, merchant_id, branch(name, 52.37, 4.9)).location_id


def test_a_location_is_added_and_shown_with_the_cards_that_follow(one_shop: Shop, owner: Owner) -> None:
    one_shop.join("Anna")
    beacon = {"beacon_uuid": UUID, "beacon_major": "7", "beacon_minor": ""}
    assert owner.press(NEW, NEW, **GOOD, **beacon, **{"text.hu": "Meleg kenyér"}).status_code == 303
    page = owner.get(PAGE).text
    for words in ("Kade", "Warm bread until six</q>", "On 1 card", "1 card changes"):
        assert words in page
    (line,) = lines_of(one_shop)
    assert line.details.texts == {"en": "Warm bread until six", "hu": "Meleg kenyér"}
    assert line.details.beacon is not None
    assert (line.details.beacon.uuid, line.details.beacon.major, line.details.beacon.minor) == (
        "B9407F30-F5F8-466E-AFF9-25556B57FE6D",
        7,
        None,
    )


def test_what_is_saved_untouched_changes_nothing(one_shop: Shop, owner: Owner) -> None:
    """The form shows all that it reads."""
    one_shop.join("Anna")
    beacon = {"beacon_uuid": UUID, "beacon_major": "0", "beacon_minor": "65535"}
    owner.press(NEW, NEW, **GOOD, **beacon, address="Kade 12", **{"text.da": "Varmt brød"})
    (before,) = lines_of(one_shop)
    assert owner.send(f"{PAGE}{before.id}").status_code == 303
    assert "No card had to change." in owner.get(PAGE).text
    assert lines_of(one_shop)[0].details == before.details


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": " \x00 "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"address": "x" * 201}, "address"),
        ({"position": ""}, "position"),
        ({"position": "NaN, NaN"}, "position"),
        ({"position": "52.3702"}, "position"),
        ({"position": "91.1, 4.8952"}, "position"),
        ({"position": "52.3702, 4.8952 " + "x" * 200_000}, "position"),
        ({"text.en": ""}, "text.en"),
        ({"text.en": "x" * 101}, "text.en"),
        ({"text.hu": "x" * 101}, "text.hu"),
        ({"beacon_uuid": "not one"}, "beacon_uuid"),
        ({"beacon_major": "7"}, "beacon_uuid"),
        ({"beacon_uuid": UUID, "beacon_minor": "7"}, "beacon_uuid"),
        ({"beacon_uuid": UUID, "beacon_major": "65536"}, "beacon_uuid"),
        ({"beacon_uuid": UUID, "beacon_major": "-1"}, "beacon_uuid"),
        ({"beacon_uuid": UUID, "beacon_major": "٧"}, "beacon_uuid"),
    ],
)
def test_what_cannot_be_is_told_at_its_field_and_nothing_is_lost(
    one_shop: Shop, owner: Owner, fields: dict[str, str], field: str
) -> None:
    refused = owner.press(NEW, NEW, **{**GOOD, "text.nl": "Vers brood", **fields})
    assert refused.status_code == 400
    assert f'id="{field}-error"' in refused.text
    assert "Vers brood" in refused.text
    assert lines_of(one_shop) == ()


@trying(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(["name", "address", "position", "text.en", "text.nb", "beacon_uuid", "beacon_major"]),
        st.text(max_size=120) | st.sampled_from([*GOOD.values(), UUID, "7", "1e400, 1e400", "\ud7ff\uffff"]),
    )
)
def test_whatever_is_sent_is_added_or_refused(owner: Owner, fields: dict[str, str]) -> None:
    """Never an error of the server."""
    assert owner.press(PAGE, NEW, **fields).status_code in (303, 400)


def test_equal_names_are_told_at_the_name(owner: Owner) -> None:
    owner.press(NEW, NEW, **GOOD)
    refused = owner.press(NEW, NEW, **GOOD)
    assert refused.status_code == 400
    assert 'id="name-error"' in refused.text


def test_a_stale_form_saves_nothing_and_loses_nothing(one_shop: Shop, owner: Owner) -> None:
    address = f"{PAGE}{add(one_shop, 'Kade')}"
    mine = owner.fill_in(address, name="Mine")
    one_shop.clock.pass_by(minutes=1)
    owner.send(address, name="Theirs")
    refused = owner.send_again(address, mine)
    assert refused.status_code == 400
    assert 'value="Mine"' in refused.text
    assert lines_of(one_shop)[0].details.name == "Theirs"
    owner.send_again(address, {**mine, "revision": lines_of(one_shop)[0].revision})
    assert lines_of(one_shop)[0].details.name == "Mine"


def test_a_location_is_closed_and_opened_again(one_shop: Shop, owner: Owner) -> None:
    account = one_shop.account_id(one_shop.join("Anna"))
    here = add(one_shop, "Kade")
    assert owner.press(PAGE, f"{PAGE}{here}/close").status_code == 303
    assert "Closed." in owner.get(PAGE).text
    assert not lines_of(one_shop)[0].is_open
    owner.press(PAGE, f"{PAGE}{here}/open")
    assert lines_of(one_shop)[0].is_open
    assert shown_on(one_shop, account) == [], "its roll-out has not come to it"


def test_the_distance_is_set_or_refused(one_shop: Shop, owner: Owner) -> None:
    add(one_shop, "Kade")
    assert owner.press(PAGE, f"{PAGE}distance", distance="50").status_code == 303
    assert list_locations(one_shop.services, one_shop.merchant_id).max_distance == 50
    refused = owner.press(PAGE, f"{PAGE}distance", distance="200 km")
    assert refused.status_code == 400
    assert 'id="distance-error"' in refused.text
    assert 'value="200 km"' in refused.text
    assert list_locations(one_shop.services, one_shop.merchant_id).max_distance == 50


def test_another_shop_s_locations_do_not_exist(one_shop: Shop, owner: Owner, rival: Owner) -> None:
    here = add(one_shop, "Kade")
    assert "Kade" not in rival.get(PAGE).text
    assert rival.get(f"{PAGE}{here}").status_code == 404
    for action in ("", "/close", "/open"):
        assert rival.press(NEW, f"{PAGE}{here}{action}", **GOOD).status_code == 404
    (me,) = (person for person in list_people(one_shop.services, one_shop.merchant_id))
    assert owner.press(PAGE, f"/merchant/people/{me['id']}/place", location=str(here)).status_code == 303
    assert owner.get(f"{PAGE}{10**30}").status_code in (400, 404)


def test_the_page_says_that_nothing_is_sent(owner: Owner) -> None:
    page = owner.get(PAGE).text
    assert "Nothing is sent" in page
    assert "at most 10 places" in page


# Where people work


def test_people_work_at_a_branch_of_their_own_shop_only(one_shop: Shop, owner: Owner, rival: Owner) -> None:
    here = add(one_shop, "Kade")
    (me,) = list_people(one_shop.services, one_shop.merchant_id)
    theirs = add(one_shop, "Theirs", merchant_id=one_shop.merchant_id + 1)
    address = f"/merchant/people/{me['id']}/place"
    assert owner.press(PAGE, address, location=str(here)).status_code == 303
    for wrong in (str(theirs), "x", "0", "9" * 30):
        assert owner.press(PAGE, address, location=wrong).status_code == 404
    assert rival.press(NEW, address, location=str(theirs)).status_code == 404
    assert list_people(one_shop.services, one_shop.merchant_id)[0]["location_id"] == here
    owner.press(PAGE, address, location="")
    assert list_people(one_shop.services, one_shop.merchant_id)[0]["location_id"] is None


def visits_of(counter: Counter, page_key: str) -> dict[str, int]:
    names = {
        line.id: line.details.name
        for line in list_locations(counter.services, counter.shop.merchant_id).lines
    }
    return {
        names[place]: count
        for place, count in stamped_at(counter.shop, counter.shop.account_id(page_key)).items()
    }


def test_the_counter_notes_the_branch_that_was_chosen_and_remembers_it(counter: Counter) -> None:
    """With several and none chosen it asks; nothing is noted until then."""
    ids = {name: add(counter.shop, name) for name in ("Kade", "Markt")}
    kim, page_key = counter.signed_in(), counter.shop.join("Anna")
    code = counter.code_of(page_key)

    def stamp(key: str) -> None:
        counter.shop.clock.pass_by(minutes=10)
        assert send_json(kim, "/staff/stamp", {"code": code, "key": key, "adding": 1}).status_code == 200

    assert "Choose …" in kim.get("/staff/").text
    stamp("without-a-branch")
    assert visits_of(counter, page_key) == {}
    assert send_form(kim, "/staff/branch", page="/staff/", branch=str(ids["Markt"])).status_code == 303
    assert re.search(r"selected>Markt<", kim.get("/staff/").text)
    stamp("at-a-branch-now")
    assert visits_of(counter, page_key) == {"Markt": 1}


def test_one_branch_needs_no_choosing_and_a_closed_one_is_left(counter: Counter) -> None:
    here = add(counter.shop, "Kade")
    kim, page_key = counter.signed_in(), counter.shop.join("Anna")
    code = counter.code_of(page_key)
    assert 'name="branch"' not in kim.get("/staff/").text
    send_json(kim, "/staff/stamp", {"code": code, "key": "at-the-only-one", "adding": 1})
    assert visits_of(counter, page_key) == {"Kade": 1}
    with counter.services.transaction() as tx:
        tx.execute(locations.locations.update().values(open=False))
    add(counter.shop, "Markt")
    add(counter.shop, "Haven")
    assert "Choose …" in kim.get("/staff/").text
    assert f'<option value="{here}"' not in kim.get("/staff/").text


def test_a_branch_of_another_shop_cannot_be_chosen(counter: Counter) -> None:
    rival = add_shop(counter.services, "Rival", (Milestone(5, "Tea"),))
    theirs = add(counter.shop, "Theirs", rival)
    kim = counter.signed_in()
    for branch_id in (str(theirs), "", "x", "9" * 400):
        refused = send_form(kim, "/staff/branch", page="/staff/", branch=branch_id)
        assert refused.status_code == 404
        assert "unknown_location" in refused.text


def test_who_joins_by_the_code_of_a_counter_belongs_to_its_branch_at_once(counter: Counter) -> None:
    ids = {name: add(counter.shop, name) for name in ("Kade", "Markt")}
    kim = counter.signed_in()
    send_form(kim, "/staff/branch", page="/staff/", branch=str(ids["Markt"]))
    shown = re.sub("<[^>]*>", "", kim.get("/staff/join").text)
    at_markt, nowhere = (f"/join/{counter.shop.code}?at={here}" for here in (ids["Markt"], 99))
    assert at_markt in shown
    for address, first in ((at_markt, "Markt"), (nowhere, "Kade")):
        visitor = counter.visitor()
        page = visitor.get(address).text
        fields = dict(re.findall(r'name="(csrf_token|form_key|at)" value="([^"]*)"', page))
        joined = visitor.post(address.partition("?")[0], data=fields)
        account = counter.shop.account_id(joined.location.rpartition("/")[2])
        assert shown_on(counter.shop, account)[0] == ids[first]
