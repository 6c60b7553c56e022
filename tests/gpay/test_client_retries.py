"""How often the client tries, how long it waits, and what it never does twice."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
import responses
from support.local_google import ISSUER, TOKEN, HandTimer, make_account

from walletpass.gpay.addresses import API, TOKENS
from walletpass.gpay.client import WalletClient
from walletpass.gpay.errors import Cause, Failure, WalletError
from walletpass.gpay.retries import IN_A_REQUEST, Patience, Tries
from walletpass.gpay.throttle import Throttle

OBJECT, CLASS = f"{ISSUER}.o-1", f"{ISSUER}.c-1"
OBJECTS = f"{API}/walletobjects/v1/loyaltyObject"
ONE = f"{OBJECTS}/{OBJECT}"
MESSAGES = f"{ONE}/addMessage"
MESSAGE = {"id": "m1", "header": "Hello", "body": "World", "messageType": "TEXT_AND_NOTIFY"}


@pytest.fixture
def google() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mocked:
        mocked.post(TOKENS, json={"access_token": TOKEN, "expires_in": 3600})
        yield mocked


@pytest.fixture
def timer() -> HandTimer:
    return HandTimer()


@pytest.fixture
def client(timer: HandTimer) -> WalletClient:
    return WalletClient(make_account(), Throttle(1000, 100, timer), timer=timer)


def asked(google: responses.RequestsMock) -> list[tuple[str, str]]:
    """Method and what follows the collection, without the token."""
    calls = [(call.request.method, call.request.url) for call in google.calls]
    return [(str(method), str(url).removeprefix(OBJECTS)) for method, url in calls if url != TOKENS]


def failure_of(call: Callable[[], Any]) -> Failure:
    with pytest.raises(WalletError) as refused:
        call()
    return refused.value.failure


@pytest.mark.parametrize(
    "page",
    [{"resources": {}, "pagination": []}, {"resources": [1, None], "pagination": {"nextPageToken": 7}}],
)
def test_a_list_that_is_none_is_empty(
    google: responses.RequestsMock, client: WalletClient, page: dict[str, Any]
) -> None:
    google.get(OBJECTS, json=page)
    assert list(client.objects.list_all(CLASS)) == []


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(
    google: responses.RequestsMock, client: WalletClient, status: int
) -> None:
    google.patch(ONE, status=status, body="<html>")
    google.patch(ONE, status=status, body="<html>")
    google.patch(ONE, json={"id": OBJECT})
    assert client.objects.patch({"id": OBJECT}) == {"id": OBJECT}
    assert len(asked(google)) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413])
def test_what_will_not_pass_is_not(
    google: responses.RequestsMock, client: WalletClient, timer: HandTimer, status: int
) -> None:
    google.patch(ONE, status=status)
    assert failure_of(lambda: client.objects.patch({"id": OBJECT})).status == status
    assert timer.slept == []


def test_lost_connections_are_tried_again(google: responses.RequestsMock, client: WalletClient) -> None:
    google.patch(ONE, body=requests.ConnectionError("reset by peer"))
    google.patch(ONE, body=requests.ReadTimeout())
    google.patch(ONE, json={"id": OBJECT})
    assert client.objects.patch({"id": OBJECT}) == {"id": OBJECT}


def test_after_five_tries_it_is_left_to_the_caller(
    google: responses.RequestsMock, client: WalletClient
) -> None:
    google.patch(ONE, status=503)
    failure = failure_of(lambda: client.objects.patch({"id": OBJECT}))
    assert failure == Failure(Cause.UNAVAILABLE, 503, is_unclear=True)
    assert len(asked(google)) == 5


def test_pauses_double_with_full_jitter() -> None:
    """Anywhere between nothing and 0.5, 1, 2 and 4 seconds, and spread over all of it."""
    seen: list[list[float]] = [[], [], [], []]
    for _ in range(200):
        timer = HandTimer()
        tries = Tries(Patience(), timer)
        while tries.wait_after(Failure(Cause.UNAVAILABLE)):
            pass
        for number, pause in enumerate(timer.slept):
            seen[number].append(pause)
    for number, pauses in enumerate(seen):
        longest = 0.5 * 2**number
        assert len(pauses) == 200
        assert 0 <= min(pauses) < 0.2 * longest
        assert 0.8 * longest < max(pauses) <= longest


def test_a_pause_that_google_asks_for_is_kept(
    google: responses.RequestsMock, client: WalletClient, timer: HandTimer
) -> None:
    google.patch(ONE, status=429, headers={"Retry-After": "12"})
    google.patch(ONE, json={})
    client.objects.patch({"id": OBJECT})
    assert sum(timer.slept) == pytest.approx(12, abs=0.1)


def test_a_pause_longer_than_all_patience_is_handed_to_the_caller(
    google: responses.RequestsMock, client: WalletClient, timer: HandTimer
) -> None:
    google.patch(ONE, status=503, headers={"Retry-After": "3600"})
    assert failure_of(lambda: client.objects.patch({"id": OBJECT})).retry_after == 3600
    assert timer.slept == []


def test_when_google_asks_one_thread_to_slow_down_all_do(
    google: responses.RequestsMock, timer: HandTimer
) -> None:
    throttle = Throttle(1000, 100, timer)
    client = WalletClient(make_account(), throttle, timer=timer, patience=Patience(tries=1))
    google.patch(ONE, status=429, headers={"Retry-After": "12"})
    failure_of(lambda: client.objects.patch({"id": OBJECT}))
    assert not throttle.wait(11.9)


def test_a_page_does_not_wait_for_a_bulk(
    google: responses.RequestsMock, client: WalletClient, timer: HandTimer
) -> None:
    """Where its turn would come too late it is told so at once."""
    busy = Throttle(1, 1, timer)
    hasty = WalletClient(make_account(), busy, timer=timer).with_patience(IN_A_REQUEST)
    assert busy.wait(0, 10)
    assert failure_of(lambda: hasty.objects.get(OBJECT)).cause is Cause.BUSY
    assert timer.slept == []
    assert asked(google) == []


def test_an_insert_whose_answer_was_lost_ends_as_one_object(
    google: responses.RequestsMock, client: WalletClient
) -> None:
    google.post(OBJECTS, body=requests.ReadTimeout())
    google.post(OBJECTS, status=409)
    google.patch(ONE, json={"id": OBJECT, "state": "active"})
    assert client.objects.insert_or_patch({"id": OBJECT})["state"] == "ACTIVE"
    assert asked(google) == [("POST", ""), ("POST", ""), ("PATCH", f"/{OBJECT}")]


def test_what_is_not_there_is_inserted(google: responses.RequestsMock, client: WalletClient) -> None:
    google.patch(ONE, status=404)
    google.post(OBJECTS, json={"id": OBJECT})
    client.objects.patch_or_insert({"id": OBJECT, "classId": CLASS})
    assert asked(google) == [("PATCH", f"/{OBJECT}"), ("POST", "")]
    assert json.loads(google.calls[-1].request.body) == {"id": OBJECT, "classId": CLASS}


def test_what_somebody_else_inserts_meanwhile_is_patched(
    google: responses.RequestsMock, client: WalletClient
) -> None:
    google.patch(ONE, status=404)
    google.post(OBJECTS, status=409)
    google.patch(ONE, json={"id": OBJECT})
    assert client.objects.patch_or_insert({"id": OBJECT}) == {"id": OBJECT}


@pytest.mark.parametrize("upsert", ["insert_or_patch", "patch_or_insert"])
def test_other_refusals_end_an_upsert(
    google: responses.RequestsMock, client: WalletClient, upsert: str
) -> None:
    google.post(OBJECTS, status=400)
    google.patch(ONE, status=400)
    call = getattr(client.objects, upsert)
    assert failure_of(lambda: call({"id": OBJECT})).cause is Cause.INVALID
    assert len(asked(google)) == 1


def test_a_message_is_sent_once_where_all_goes_well(
    google: responses.RequestsMock, client: WalletClient
) -> None:
    google.post(MESSAGES, json={"resource": {"id": OBJECT, "messages": [MESSAGE]}})
    assert client.objects.add_message(OBJECT, MESSAGE)["id"] == OBJECT
    assert json.loads(google.calls[-1].request.body) == {"message": MESSAGE}


def test_a_message_whose_answer_was_lost_is_looked_for_first(
    google: responses.RequestsMock, client: WalletClient
) -> None:
    """It is there: a second one would ring a second time."""
    google.post(MESSAGES, body=requests.ReadTimeout())
    google.get(ONE, status=503)
    google.get(ONE, json={"id": OBJECT, "messages": [{"id": "m0"}, MESSAGE]})
    client.objects.add_message(OBJECT, MESSAGE)
    one = f"/{OBJECT}"
    assert asked(google) == [("POST", f"{one}/addMessage"), ("GET", one), ("GET", one)]


def test_a_message_that_was_lost_is_sent_again(google: responses.RequestsMock, client: WalletClient) -> None:
    google.post(MESSAGES, status=500)
    google.get(ONE, json={"id": OBJECT})
    google.post(MESSAGES, json={"resource": {"id": OBJECT, "messages": [MESSAGE]}})
    client.objects.add_message(OBJECT, MESSAGE)
    assert [method for method, _ in asked(google)] == ["POST", "GET", "POST"]


def test_a_message_that_was_turned_away_is_sent_again_without_looking(
    google: responses.RequestsMock, client: WalletClient
) -> None:
    google.post(MESSAGES, status=429)
    google.post(MESSAGES, json={"resource": {"id": OBJECT}})
    client.objects.add_message(OBJECT, MESSAGE)
    assert [method for method, _ in asked(google)] == ["POST", "POST"]


def test_a_message_left_in_doubt_is_said_to_be(google: responses.RequestsMock, client: WalletClient) -> None:
    """Also where the last try, the look, was itself refused without a doubt."""
    google.post(MESSAGES, status=500)
    google.get(ONE, status=403)
    failure = failure_of(lambda: client.objects.add_message(OBJECT, MESSAGE))
    assert (failure.cause, failure.is_unclear) == (Cause.NOT_PERMITTED, True)


def test_a_caller_in_doubt_looks_first(google: responses.RequestsMock, client: WalletClient) -> None:
    google.get(ONE, json={"id": OBJECT, "messages": [MESSAGE]})
    client.objects.add_message(OBJECT, MESSAGE, look_first=True)
    assert [method for method, _ in asked(google)] == ["GET"]


def test_a_spent_quota_is_told_at_once(google: responses.RequestsMock, client: WalletClient) -> None:
    error = {"code": 403, "message": "…", "errors": [{"domain": "walletobjects", "reason": "quotaExceeded"}]}
    google.post(MESSAGES, status=403, json={"error": error})
    failure = failure_of(lambda: client.objects.add_message(OBJECT, MESSAGE))
    assert (failure.cause, failure.is_unclear) == (Cause.QUOTA_SPENT, False)
    assert len(asked(google)) == 1


def test_a_message_without_an_id_is_refused(client: WalletClient) -> None:
    with pytest.raises(ValueError, match="id"):
        client.objects.add_message(OBJECT, {"body": "x"})


def test_a_list_is_read_to_its_end(google: responses.RequestsMock, client: WalletClient) -> None:
    pages = [
        {"resources": [{"id": "1.a", "state": "active"}], "pagination": {"nextPageToken": "t/2"}},
        {"pagination": {"nextPageToken": "t3", "resultsPerPage": 0}},
        {"resources": [{"id": "1.b"}], "pagination": {"resultsPerPage": 1}},
    ]
    for page, token in zip(pages, ({}, {"token": "t/2"}, {"token": "t3"}), strict=True):
        query = {"classId": CLASS, "maxResults": "50", **token}
        google.get(OBJECTS, json=page, match=[responses.matchers.query_param_matcher(query)])
    assert list(client.objects.list_all(CLASS, 50)) == [{"id": "1.a", "state": "ACTIVE"}, {"id": "1.b"}]


def test_classes_are_listed_by_their_issuer(google: responses.RequestsMock, client: WalletClient) -> None:
    query = {"issuerId": ISSUER, "maxResults": "100"}
    matches = [responses.matchers.query_param_matcher(query)]
    google.get(f"{API}/walletobjects/v1/loyaltyClass", json={}, match=matches)
    assert list(client.classes.list_all(ISSUER)) == []


def test_a_list_that_goes_round_in_circles_is_left(
    google: responses.RequestsMock, client: WalletClient
) -> None:
    google.get(OBJECTS, json={"pagination": {"nextPageToken": "x"}})
    assert failure_of(lambda: list(client.objects.list_all(CLASS))).cause is Cause.UNREADABLE


def test_a_token_that_is_too_long_for_a_link_gets_a_short_one(
    google: responses.RequestsMock, client: WalletClient
) -> None:
    google.post(f"{API}/walletobjects/v1/jwt", json={"saveUri": "https://pay.google.com/gp/v/save/x"})
    assert client.insert_jwt("e.y.J") == "https://pay.google.com/gp/v/save/x"
    assert json.loads(google.calls[-1].request.body) == {"jwt": "e.y.J"}
    google.replace(responses.POST, f"{API}/walletobjects/v1/jwt", json={})
    assert failure_of(lambda: client.insert_jwt("e.y.J")).cause is Cause.UNREADABLE


def test_a_token_or_its_content_can_be_checked_without_creating_anything(
    google: responses.RequestsMock, client: WalletClient
) -> None:
    address = f"{API}/walletobjects/v1/jwt/validate"
    google.post(address, json={})
    client.validate_jwt("e.y.J")
    assert json.loads(google.calls[-1].request.body) == {"jwtResource": {"jwt": "e.y.J"}}
    payload = {"loyaltyObjects": [{"id": OBJECT}]}
    client.validate(payload)
    told = json.loads(google.calls[-1].request.body)["jsonResource"]
    assert json.loads(told["json"]) == payload
    google.replace(responses.POST, address, status=400)
    assert failure_of(lambda: client.validate(payload)).cause is Cause.INVALID


def test_a_whole_class_is_replaced_by_an_update(google: responses.RequestsMock, client: WalletClient) -> None:
    google.put(f"{API}/walletobjects/v1/loyaltyClass/{CLASS}", json={"reviewStatus": "approved"})
    assert client.classes.update({"id": CLASS}) == {"reviewStatus": "APPROVED"}


def test_a_batch_goes_to_its_own_address_and_is_tried_again_as_a_whole(
    google: responses.RequestsMock, client: WalletClient
) -> None:
    body = (
        "--b\r\nContent-Type: application/http\r\nContent-ID: <response-0>\r\n\r\n"
        'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"id": "1.x"}\r\n--b--'
    )
    google.post(f"{API}/batch", status=503)
    google.post(f"{API}/batch", body=body, content_type="multipart/mixed; boundary=b")
    done, lost = client.send_batch([client.objects.to_get(OBJECT), client.objects.to_patch({"id": OBJECT})])
    assert done == {"id": "1.x"}
    assert isinstance(lost, Failure)
    assert lost.is_unclear
    sent = google.calls[-1].request
    assert sent.headers["Content-Type"].startswith("multipart/mixed; boundary=")


def test_each_call_of_a_batch_counts(google: responses.RequestsMock, timer: HandTimer) -> None:
    throttle = Throttle(1, 1, timer)
    client = WalletClient(make_account(), throttle, timer=timer)
    google.post(f"{API}/batch", body="--b\r\n\r\n--b--", content_type="multipart/mixed; boundary=b")
    client.send_batch([client.objects.to_get(OBJECT)] * 3)
    assert not throttle.wait(2.9)
    assert throttle.wait(3)


def test_a_batch_that_stays_refused_is_one_error(
    google: responses.RequestsMock, client: WalletClient
) -> None:
    google.post(f"{API}/batch", status=403)
    calls = [client.objects.to_get(OBJECT)]
    assert failure_of(lambda: client.send_batch(calls)).cause is Cause.NOT_PERMITTED
