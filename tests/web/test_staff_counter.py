import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from support.counters import Counter, send_form, send_json, token_of
from support.shops import add_shop

from walletpass.loyalty.program import Milestone
from walletpass.operations.cards.counter_view import shorten_name
from walletpass.operations.enrolment.applicant import Applicant
from walletpass.operations.enrolment.join import join, new_form_key
from walletpass.operations.programs.rules import get_rules

KEY = "one-intention-0001"
VERBS = {
    "/staff/card": {},
    "/staff/stamp": {"key": KEY, "adding": 1},
    "/staff/quote": {"reward_id": 1, "order": "12.40"},
    "/staff/redeem": {"key": KEY, "reward_id": 1},
    "/staff/undo": {"key": KEY},
}


@pytest.fixture
def kim(counter: Counter) -> FlaskClient:
    return counter.signed_in()


@pytest.fixture
def code(counter: Counter) -> str:
    return counter.code_of(counter.shop.join("Anna Maria Kovács"))


def stamp(kim: FlaskClient, code: str, key: str = KEY, adding: int = 1, **more: object) -> Any:
    return send_json(kim, "/staff/stamp", {"code": code, "key": key, "adding": adding, **more})


def error_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["error"]["code"]


def fill_card(counter: Counter, kim: FlaskClient, code: str) -> int:
    """Ten stamps on several days; the reward's id."""
    for visit, adding in enumerate((3, 3, 3, 1)):
        answer = stamp(kim, code, f"visit-number-{visit}", adding)
        assert answer.status_code == 200
        counter.shop.clock.pass_by(days=1)
    return int(answer.json["ready"][0]["id"])


def test_a_scanned_card_shows_what_staff_need(kim: FlaskClient, code: str) -> None:
    """First name and initial, progress in words and numbers, and how much may be added."""
    card = send_json(kim, "/staff/card", {"code": code}).json
    assert card["member"] == "Anna K."
    assert (card["stamps"], card["goal"], card["most"], card["ready"]) == (0, 10, 3, [])
    assert card["sentence"] == "Card of Anna K.: 0 of 10."
    assert (card["stamped_ago"], card["undo_left"], card["undo_window"]) == (None, 0, 60)
    assert [(m["at"], m["reward"]) for m in card["milestones"]] == [(10, "Free coffee")]
    assert card["next_reward"] == "Free coffee"


def test_the_code_on_the_card_can_be_typed(counter: Counter, kim: FlaskClient) -> None:
    """In small letters, with spaces, with look-alikes: it is the same card."""
    typed = counter.code_of(counter.shop.join("Bo"), "typed")
    sloppy = f" {typed[:4].lower()} {typed[4:8]}-{typed[8:]} ".replace("0", "O").replace("1", "l")
    assert send_json(kim, "/staff/card", {"code": sloppy}).json["member"] == "Bo"


def test_one_tap_is_one_stamp(kim: FlaskClient, code: str) -> None:
    """The answer carries the outcome and its sentence, and no surname."""
    answer = stamp(kim, code)
    assert answer.status_code == 200
    outcome = answer.json
    assert (outcome["done"], outcome["stamps"], outcome["added"], outcome["repeat"]) == (
        "stamped",
        1,
        1,
        False,
    )
    assert (outcome["sentence"], outcome["progress"]) == ("Stamped. 1 of 10.", "1 of 10")
    assert "Kovács" not in answer.text


def test_a_lost_answer_can_be_asked_for_again(counter: Counter, kim: FlaskClient, code: str) -> None:
    """The same key with the same contents brings the same answer, at any time, and counts once."""
    first = stamp(kim, code)
    counter.shop.clock.pass_by(minutes=10)
    assert stamp(kim, code).json == first.json
    assert send_json(kim, "/staff/card", {"code": code}).json["stamps"] == 1


@pytest.mark.parametrize("other", [{"adding": 2}, {"reason": "Second purchase"}])
def test_a_key_says_one_thing_only(kim: FlaskClient, code: str, other: dict[str, Any]) -> None:
    """Used again for something else it is refused, and nothing is counted."""
    stamp(kim, code)
    assert error_of(stamp(kim, code, **{"adding": 1, **other})) == (409, "key_reused")


def test_a_key_belongs_to_one_card(counter: Counter, kim: FlaskClient, code: str) -> None:
    """Used again for another customer's card it is refused."""
    stamp(kim, code)
    other = counter.code_of(counter.shop.join("Bo"))
    assert error_of(stamp(kim, other)) == (409, "key_reused")


def test_a_scanner_that_fires_twice_counts_once(counter: Counter, kim: FlaskClient, code: str) -> None:
    """Within seconds a second stamp is the first one again, said as such."""
    stamp(kim, code)
    counter.shop.clock.pass_by(seconds=2)
    again = stamp(kim, code, "another-intention")
    assert (again.status_code, again.json["repeat"], again.json["stamps"]) == (200, True, 1)
    assert again.json["sentence"] == "Already counted just now. 1 of 10."


def test_soon_after_a_stamp_a_reason_is_asked_for(counter: Counter, kim: FlaskClient, code: str) -> None:
    """The refusal says how long ago; with a reason the stamp is given."""
    stamp(kim, code)
    counter.shop.clock.pass_by(seconds=12)
    soon = stamp(kim, code, "another-intention")
    assert error_of(soon) == (409, "too_soon")
    assert soon.json["error"]["seconds"] == 12
    assert stamp(kim, code, "with-a-reason", reason="Second purchase").json["stamps"] == 2


def test_a_full_card_brings_its_reward_and_it_is_redeemed_once(
    counter: Counter, kim: FlaskClient, code: str
) -> None:
    """Ready rewards are listed with the card; a used one is used."""
    reward = fill_card(counter, kim, code)
    [ready] = send_json(kim, "/staff/card", {"code": code}).json["ready"]
    assert ready == {"id": reward, "title": "Free coffee", "icon": "gift", "takes_order": False}
    redeemed = send_json(kim, "/staff/redeem", {"code": code, "key": KEY, "reward_id": reward})
    assert (redeemed.json["done"], redeemed.json["ready"]) == ("redeemed", [])
    again = send_json(kim, "/staff/redeem", {"code": code, "key": "again-and-again", "reward_id": reward})
    assert error_of(again) == (409, "reward_already_used")


def test_what_was_done_can_be_undone_for_a_minute(counter: Counter, kim: FlaskClient, code: str) -> None:
    """The card says how long; afterwards the owner has to."""
    stamp(kim, code)
    counter.shop.clock.pass_by(seconds=20)
    assert send_json(kim, "/staff/card", {"code": code}).json["undo_left"] == 40
    undone = send_json(kim, "/staff/undo", {"code": code, "key": "undo-intention"})
    assert (undone.json["done"], undone.json["stamps"]) == ("undone", 0)
    counter.shop.clock.pass_by(minutes=5)
    stamp(kim, code, "another-intention")
    counter.shop.clock.pass_by(seconds=61)
    late = send_json(kim, "/staff/undo", {"code": code, "key": "undo-too-late"})
    assert error_of(late) == (409, "undo_too_late")


@pytest.mark.parametrize("path", VERBS)
def test_another_shops_card_is_no_card(counter: Counter, kim: FlaskClient, path: str) -> None:
    """Whether the code exists somewhere else does not show."""
    other_id = add_shop(counter.services, "Other Shop", (Milestone(5, "Cake"),))
    other = get_rules(counter.services, other_id).code
    joined = join(counter.services, other, Applicant(name="Eve"), "en", "test", new_form_key())
    foreign = send_json(kim, path, {"code": counter.code_of(joined.page_key), **VERBS[path]})
    unknown = send_json(kim, path, {"code": "0000-0000-0000", **VERBS[path]})
    assert error_of(foreign) == error_of(unknown) == (404, "unknown_card")
    assert foreign.json == unknown.json


def test_another_customers_reward_is_no_reward(counter: Counter, kim: FlaskClient, code: str) -> None:
    """A reward is redeemed with the card that it belongs to."""
    reward = fill_card(counter, kim, code)
    other = counter.code_of(counter.shop.join("Bo"))
    answer = send_json(kim, "/staff/redeem", {"code": other, "key": KEY, "reward_id": reward})
    assert error_of(answer) == (404, "unknown_reward")


HOSTILE: list[tuple[str, Callable[[dict[str, Any]], Any]]] = [
    ("a list", lambda good: [good]),
    ("null", lambda good: None),
    ("a text", lambda good: "code"),
    ("empty", lambda good: {}),
    ("no code", lambda good: {k: v for k, v in good.items() if k != "code"}),
    ("a number as code", lambda good: {**good, "code": 12}),
    ("a list as code", lambda good: {**good, "code": ["A"]}),
    ("an empty code", lambda good: {**good, "code": " "}),
    ("a long code", lambda good: {**good, "code": "A" * 101}),
    ("a code with a NUL", lambda good: {**good, "code": "A\x00B"}),
]
HOSTILE_STAMPS = [
    *({"adding": adding} for adding in (None, "1", 1.0, True, [1], {}, 10**9, 10**30, -(10**9))),
    *({"reason": reason} for reason in (5, ["x"], "x" * 201, "a\x00b", "line\nbreak")),
    *({"key": key} for key in (None, 7, "", "short", "with space in it", "é" * 10, "k" * 81, "key-number\n")),
]


@pytest.mark.parametrize("path", VERBS)
@pytest.mark.parametrize(("what", "spoil"), HOSTILE, ids=[what for what, _ in HOSTILE])
def test_bodies_that_are_no_requests_are_refused(
    kim: FlaskClient, code: str, path: str, what: str, spoil: Callable[[dict[str, Any]], Any]
) -> None:
    """With a stable code, whatever came instead of an object with the right fields."""
    assert error_of(send_json(kim, path, spoil({"code": code, **VERBS[path]}))) == (400, "bad_request")


@pytest.mark.parametrize("spoiled", HOSTILE_STAMPS, ids=repr)
def test_stamps_of_the_wrong_kind_are_refused(kim: FlaskClient, code: str, spoiled: dict[str, Any]) -> None:
    """Nothing is guessed and nothing is counted."""
    status, refusal = error_of(stamp(kim, code, **{"adding": 1, "key": KEY, **spoiled}))
    assert (status, refusal in ("bad_request", "bad_key")) == (400, True)
    assert send_json(kim, "/staff/card", {"code": code}).json["stamps"] == 0


@pytest.mark.parametrize(
    ("adding", "refused"),
    [(0, (400, "bad_quantity")), (-1, (400, "bad_quantity")), (4, (409, "too_many_at_once"))],
)
def test_impossible_numbers_of_stamps_are_refused(
    kim: FlaskClient, code: str, adding: int, refused: tuple[int, str]
) -> None:
    """By the programme's own rules."""
    assert error_of(stamp(kim, code, adding=adding)) == refused


RAW = [
    b"",
    b"{",
    b'{"code": NaN}',
    b"[" * 5000,
    b'{"a":' * 1500,
    b'{"code": "\\ud800"}',
    b"\xff\xfe\x00",
    b'{"code": "A", "adding": ' + b"9" * 5000 + b"}",
]


@pytest.mark.parametrize("path", VERBS)
@pytest.mark.parametrize("raw", RAW, ids=range(len(RAW)))
def test_broken_json_is_refused(kim: FlaskClient, path: str, raw: bytes) -> None:
    """Deep, endless, wrongly encoded: an answer in any case."""
    headers = {"X-CSRFToken": token_of(kim, "/staff/"), "Content-Type": "application/json"}
    assert error_of(kim.post(path, data=raw, headers=headers)) == (400, "bad_request")


@pytest.mark.parametrize("path", VERBS)
def test_other_kinds_of_content_and_too_much_of_it_are_refused(kim: FlaskClient, path: str) -> None:
    """What is sent must be said to be what it is, and be small."""
    headers = {"X-CSRFToken": token_of(kim, "/staff/"), "Accept": "application/json"}
    for kind in ("text/plain", "application/xml", "multipart/form-data; boundary=x", ""):
        answer = kim.post(path, data=b"{}", headers=headers, content_type=kind)
        assert error_of(answer) == (415, "wrong_type")
    large = json.dumps({"code": "A" * 9000}).encode()
    assert error_of(kim.post(path, data=large, headers=headers, content_type="application/json")) == (
        413,
        "too_large",
    )


@trying(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    body=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["code", "key", "adding", "reason"]), inner)
        ),
        max_leaves=6,
    )
)
def test_no_json_at_all_breaks_the_counter(kim: FlaskClient, body: Any) -> None:
    """Whatever arrives is answered with a refusal."""
    answer = send_json(kim, "/staff/stamp", body)
    assert 400 <= answer.status_code < 500
    assert error_of(answer)[1]


@pytest.mark.parametrize("path", VERBS)
def test_nothing_without_the_pages_own_token_or_a_signed_in_person(
    counter: Counter, kim: FlaskClient, code: str, path: str
) -> None:
    """Another site's form, and a tab that was signed out meanwhile, change nothing."""
    body = {"code": code, **VERBS[path]}
    assert error_of(kim.post(path, json=body)) == (400, "bad_form")
    token = token_of(kim, "/staff/")
    send_form(kim, "/sign-out", page="/staff/")
    assert error_of(kim.post(path, json=body, headers={"X-CSRFToken": token})) == (400, "bad_form")
    stranger = counter.visitor()
    token = token_of(stranger, "/sign-in")
    assert error_of(stranger.post(path, json=body, headers={"X-CSRFToken": token})) == (403, "not_allowed")


def test_guessing_codes_is_slowed_down(counter: Counter, kim: FlaskClient, code: str) -> None:
    """After ten unknown codes nothing is looked up for a minute, on whichever way they are sent."""
    headers = {"X-CSRFToken": token_of(kim, "/staff/")}
    paths = list(VERBS)
    for number in range(10):
        path = paths[number % len(paths)]
        body = {"code": f"GUESS{number}", **VERBS[path]}
        assert kim.post(path, json=body, headers=headers).status_code == 404
    for path in paths:
        answer = kim.post(path, json={"code": code, **VERBS[path]}, headers=headers)
        assert error_of(answer) == (429, "too_many")


def test_a_busy_till_is_not_slowed_down(counter: Counter, kim: FlaskClient, code: str) -> None:
    """Good codes may be scanned as fast as people come; a machine is stopped."""
    headers = {"X-CSRFToken": token_of(kim, "/staff/")}
    statuses = [kim.post("/staff/card", json={"code": code}, headers=headers).status_code for _ in range(61)]
    assert statuses == [200] * 60 + [429]


def test_without_script_the_same_works_with_forms(counter: Counter, kim: FlaskClient) -> None:
    """Type the code, press +1, see it counted; sending the page again counts nothing more."""
    typed = counter.code_of(counter.shop.join("Anna Kovács"), "typed")
    card = send_form(kim, "/staff/card", page="/staff/", code=typed)
    assert "Anna K." in card.text
    form = dict(re.findall(r'name="(csrf_token|code|key)" value="([^"]+)"', card.text))
    for _ in range(2):
        done = kim.post("/staff/stamp", data={**form, "adding": "2"})
        assert (done.status_code, "2 stamps added. 2 of 10." in done.text) == (200, True)
    counter.shop.clock.pass_by(seconds=12)
    soon = kim.post("/staff/stamp", data={**form, "key": "another-intention", "adding": "1"})
    assert (soon.status_code, 'name="reason"' in soon.text) == (409, True)
    undone = kim.post("/staff/undo", data={**form, "key": "undo-intention"})
    assert "Undone. 0 of 10." in undone.text


def test_without_script_an_unknown_code_is_said_at_the_field(kim: FlaskClient) -> None:
    """The form comes back with the reason."""
    answer = send_form(kim, "/staff/card", page="/staff/", code="nothing")
    assert answer.status_code == 404
    assert 'id="code-error">This is not a card of this shop.' in answer.text


def test_a_result_opened_as_an_address_leads_back_to_the_counter(kim: FlaskClient) -> None:
    """In another language, say."""
    for path in VERBS:
        assert kim.get(path).location == "/staff/"


def test_the_code_to_join_fills_the_screen(counter: Counter, kim: FlaskClient) -> None:
    """With the link to type below it, as one types it; a narrow screen may break it before the code only."""
    page = kim.get("/staff/join").text
    assert "<svg" in page
    assert f">127.0.0.1:8000/join/<wbr>{counter.shop.code}<" in page


def test_the_counter_can_be_pinned_to_a_home_screen(kim: FlaskClient) -> None:
    """As an app that opens at the counter."""
    answer = kim.get("/staff/manifest.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    assert answer.json is not None
    assert answer.json["start_url"] == "/staff/"


@pytest.mark.parametrize(
    ("name", "short"),
    [("Anna Maria Kovács", "Anna K."), ("Szőke", "Szőke"), ("", ""), ("  李 小龍 ", "李 小.")],
)
def test_names_are_shortened(name: str, short: str) -> None:
    """First name and initial: enough to greet somebody."""
    assert shorten_name(name) == short
