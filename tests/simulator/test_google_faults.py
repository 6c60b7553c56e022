"""What the simulated Google does wrong when it is told to."""

import pytest
import requests
from support.googles import Issuer, full, points

from walletpass.simulator.google.behaviour import Behaviour, Fault, Lost
from walletpass.simulator.google.memory import Kind
from walletpass.simulator.google.server import SimulatedGoogle

OBJECT = f"loyaltyObject/{full('anna')}"


@pytest.fixture(autouse=True)
def card(issuer: Issuer) -> None:
    issuer.insert_class()
    issuer.insert_object()


def test_a_status_is_answered_as_often_as_it_is_told(issuer: Issuer, google: SimulatedGoogle) -> None:
    """To the calls it names only, and nothing is carried out."""
    fault = Fault("loyaltyObject.patch", status=429, reason="rateLimitExceeded", retry_after=7, times=2)
    google.behave(Behaviour((fault,)))
    answers = [issuer.send("PATCH", OBJECT, {"loyaltyPoints": points(str(count))}) for count in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "7"
    assert answers[0].json()["error"]["errors"][0]["reason"] == "rateLimitExceeded"
    assert answers[2].json()["loyaltyPoints"] == points("2")
    assert issuer.send("GET", OBJECT).ok


def test_one_in_so_many_calls_can_be_meant(issuer: Issuer, google: SimulatedGoogle) -> None:
    google.behave(Behaviour((Fault("loyaltyObject.*", status=503, every=3, times=1),)))
    assert [issuer.send("GET", OBJECT).status_code for _ in range(6)] == [200, 200, 503, 200, 200, 200]


def test_a_failure_of_its_own_is_a_page(issuer: Issuer, google: SimulatedGoogle) -> None:
    google.behave(Behaviour((Fault(status=500, calls="loyaltyObject.get"),)))
    answer = issuer.send("GET", OBJECT)
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, "text/html; charset=UTF-8")


@pytest.mark.parametrize(
    ("lost", "kept"), [(Lost.BEFORE, points("1 of 10")), (Lost.AFTER, points("2 of 10"))]
)
def test_an_answer_is_lost_before_or_after_the_call(
    issuer: Issuer, google: SimulatedGoogle, lost: Lost, kept: object
) -> None:
    google.behave(Behaviour((Fault("loyaltyObject.patch", lost=lost, times=1),)))
    with pytest.raises(requests.ConnectionError):
        issuer.send("PATCH", OBJECT, {"loyaltyPoints": points("2 of 10")})
    assert issuer.send("GET", OBJECT).json()["loyaltyPoints"] == kept
    found = google.find(Kind.OBJECT, full("anna"))
    assert found is not None
    assert found["loyaltyPoints"] == kept


def test_a_slow_answer_does_not_hold_up_the_end(issuer: Issuer, google: SimulatedGoogle) -> None:
    """The caller's patience ends first, and the server can be stopped meanwhile."""
    google.behave(Behaviour((Fault(delay=60),)))
    with pytest.raises(requests.Timeout):
        issuer.session.get(f"{google.address}/walletobjects/v1/{OBJECT}", timeout=0.05)


def test_every_call_is_counted(issuer: Issuer, google: SimulatedGoogle) -> None:
    google.log.clear()
    issuer.send("GET", OBJECT)
    issuer.send("PATCH", OBJECT, {"notifyPreference": "NOTIFY_ON_UPDATE"})
    issuer.insert_object()
    assert google.log.counts == {"loyaltyObject.get": 1, "loyaltyObject.patch": 1, "loyaltyObject.insert": 1}
    assert google.log.writes == 2
    assert [(call.resource, call.status, call.notifies) for call in google.log] == [
        (full("anna"), 200, False),
        (full("anna"), 200, True),
        ("", 409, False),
    ]


def test_each_part_of_a_batch_is_answered_for_itself(issuer: Issuer, google: SimulatedGoogle) -> None:
    """By its Content-ID; what fails fails alone. The batch itself counts as one call more."""
    google.log.clear()
    parts = [
        ("GET", OBJECT, ""),
        ("PATCH", OBJECT, '{"accountName":"Bert"}'),
        ("GET", "loyaltyObject/1.x", ""),
    ]
    body = "".join(
        f"--b\r\nContent-Type: application/http\r\nContent-ID: <{number}>\r\n\r\n"
        f"{method} /walletobjects/v1/{path} HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{text}\r\n"
        for number, (method, path, text) in enumerate(parts)
    )
    answer = issuer.session.post(
        f"{google.address}/batch",
        data=f"{body}--b--\r\n",
        headers={"Content-Type": "multipart/mixed; boundary=b"},
        timeout=10,
    )
    assert answer.status_code == 200
    told = dict(part.split("HTTP/1.1 ", 1) for part in answer.text.split("Content-ID: <response-")[1:])
    assert {key[0]: text[:3] for key, text in told.items()} == {"0": "200", "1": "200", "2": "403"}
    assert google.log.counts["batch"] == 1
    assert google.log.writes == 1
    assert [call.batched for call in google.log] == [True, True, True, False]


@pytest.mark.parametrize(
    ("media_type", "body"),
    [("application/json", b"{}"), ("multipart/mixed; boundary=b", b"--b\r\n\r\nnonsense\r\n--b--\r\n")],
)
def test_what_is_no_batch_is_refused(issuer: Issuer, media_type: str, body: bytes) -> None:
    answer = issuer.session.post(
        f"{issuer.google.address}/batch", data=body, headers={"Content-Type": media_type}, timeout=10
    )
    assert answer.status_code == 400
