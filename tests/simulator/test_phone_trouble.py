"""A simulated phone when the web service does wrong: what it keeps, what it complains about, what it tries again."""

from datetime import timedelta

import pytest
from support.pass_makers import PassMaker
from support.scripted import Said, ScriptedService, say_list, say_pass, scripted_service
from support.scripted_phones import MODIFIED, WAIT, hold, news, push, texts
from support.shops import START

from walletpass.simulator.phone import Phone


def test_an_invalid_update_keeps_the_old_pass_and_is_logged(phone: Phone, service: ScriptedService) -> None:
    (key,) = hold(phone, service)
    before = phone.wallet.cards[key]
    service.will("list", say_list("one"))
    service.will("fetch", say_pass(service.build()[:-40]))
    push(phone, key)
    assert phone.wallet.cards[key] is before
    assert service.logged == [
        f"[2026-11-22 09:00:00 +0000] Get pass task (pass type {key.pass_type}, serial number one, "
        f"if-modified-since (null); with web service url {service.url}) encountered error: "
        "Received invalid pass data"
    ]


@pytest.mark.parametrize("change", [{"serialNumber": "two"}, {"authenticationToken": "another-long-token"}])
def test_an_update_may_change_neither_serial_nor_token(
    phone: Phone, service: ScriptedService, change: dict[str, str]
) -> None:
    (key,) = hold(phone, service)
    service.will("list", say_list("one"))
    service.will("fetch", say_pass(service.build("new", **change)))
    push(phone, key)
    assert news(phone, key) == "Welcome!"
    assert service.logged[0].endswith("Received invalid pass data")


@pytest.mark.parametrize("media_type", ["application/zip", "application/octet-stream", "text/html"])
def test_a_pass_of_another_media_type_is_invalid(
    phone: Phone, service: ScriptedService, media_type: str
) -> None:
    (key,) = hold(phone, service)
    service.will("list", say_list("one"))
    service.will("fetch", Said(200, service.build("new"), {"Content-Type": media_type}))
    push(phone, key)
    assert news(phone, key) == "Welcome!"
    assert service.logged[0].endswith("Received invalid pass data")


def test_redirects_are_not_followed(phone: Phone, service: ScriptedService) -> None:
    elsewhere = Said(302, b"", {"Location": f"{service.url}/elsewhere"})
    for errand in ("register", "list", "unregister"):
        service.will(errand, elsewhere)
    (key,) = hold(phone, service)
    push(phone, key)
    phone.remove(key)
    phone.step(START)
    assert service.errands == ["list", "log", "unregister", "log"]
    assert all(line.endswith("Unexpected response code 302") for line in service.logged)


@pytest.mark.parametrize(
    "listing",
    [
        Said(200, b"", {"Content-Type": "application/json"}),
        Said(200, b"[]", {"Content-Type": "application/json"}),
        Said(200, b'{"serialNumbers": ["one"]}', {"Content-Type": "application/json"}),
        Said(200, b'{"serialNumbers": ["one"], "lastUpdated": 7}', {"Content-Type": "application/json"}),
        Said(200, b'{"serialNumbers": [1], "lastUpdated": "7"}', {"Content-Type": "application/json"}),
        Said(200, b'{"serialNumbers": ["one"], "lastUpdated": "7"}', {"Content-Type": "text/html"}),
    ],
)
def test_a_list_that_cannot_be_read_is_logged_and_changes_nothing(
    phone: Phone, service: ScriptedService, listing: Said
) -> None:
    (key,) = hold(phone, service)
    service.will("list", listing)
    push(phone, key)
    assert service.errands == ["list", "log"]
    assert not phone.messenger.tags


def test_a_refused_list_is_logged_as_seen_in_the_field(phone: Phone, service: ScriptedService) -> None:
    (key,) = hold(phone, service)
    service.will("list", Said(401))
    push(phone, key)
    (line,) = service.logged
    assert line.endswith(
        f"Get serial #s task (for device {phone.device.library_id}, pass type {key.pass_type}, last updated (null); "
        f"with web service url {service.url}) encountered error: Unexpected response code 401"
    )
    assert phone.next_at is None


def test_a_listed_pass_that_did_not_change_is_complained_about(
    phone: Phone, service: ScriptedService
) -> None:
    """304 to a listed pass, or the same pass once more; but not where the phone asked without a tag."""
    (key,) = hold(phone, service)
    service.will("list", say_list("one"))
    service.will("fetch", say_pass(service.build(), MODIFIED), Said(304), say_pass(service.build(), MODIFIED))
    push(phone, key)
    assert service.logged == []
    push(phone, key)
    push(phone, key)
    unchanged, ignored = service.logged
    assert unchanged.endswith("Server requested update to serial number 'one', but the pass was unchanged.")
    assert f"ignored the 'if-modified-since' header ({MODIFIED})" in ignored
    assert texts(phone) == []


def test_a_listed_pass_that_was_never_registered_is_complained_about(
    phone: Phone, service: ScriptedService
) -> None:
    (key,) = hold(phone, service)
    service.will("list", say_list("stranger"))
    push(phone, key)
    assert service.errands == ["list", "log"]
    assert "'stranger'" in service.logged[0]


def test_failed_requests_are_repeated_after_growing_pauses_and_then_dropped(
    phone: Phone, service: ScriptedService
) -> None:
    (key,) = hold(phone, service)
    service.will("list", Said(503))
    push(phone, key)
    assert phone.next_at == START + WAIT
    assert not phone.step(START + WAIT - timedelta(seconds=1))
    phone.step(START + WAIT)
    assert phone.next_at == START + 4 * WAIT
    phone.step(START + 4 * WAIT)
    assert phone.next_at is None
    assert service.errands.count("list") == 3
    assert [entry.text for entry in phone.diary if entry.what == "dropped"] == ["list"]


def test_an_update_comes_through_once_the_server_is_back(phone: Phone, service: ScriptedService) -> None:
    (key,) = hold(phone, service)
    service.will("list", say_list("one"))
    service.will("fetch", Said(500), Said(429), say_pass(service.build("late")))
    push(phone, key)
    phone.step(START + WAIT)
    phone.step(START + 4 * WAIT)
    assert texts(phone) == ["late"]


def test_a_server_that_cannot_be_reached_is_asked_again(phone: Phone, pass_maker: PassMaker) -> None:
    with scripted_service(pass_maker) as gone:
        phone.install(gone.build(), START)
    phone.step(START)
    assert phone.next_at == START + WAIT
    (entry,) = phone.diary
    assert (entry.what, entry.status) == ("register", 0)


def test_an_answer_that_breaks_off_is_asked_for_again(phone: Phone, service: ScriptedService) -> None:
    """The server died while it answered; that says nothing about the pass."""
    (key,) = hold(phone, service)
    whole = say_pass(service.build("whole"))
    broken_off = {**whole.headers, "Content-Length": str(len(whole.body)), "Connection": "close"}
    service.will("list", say_list("one"))
    service.will("fetch", Said(200, whole.body[:-1000], broken_off), whole)
    push(phone, key)
    assert (service.logged, news(phone, key)) == ([], "Welcome!")
    phone.step(START + WAIT)
    assert news(phone, key) == "whole"


def test_a_new_push_does_not_wait_for_the_pause(phone: Phone, service: ScriptedService) -> None:
    (key,) = hold(phone, service)
    service.will("list", Said(503), say_list("one"))
    push(phone, key)
    push(phone, key)
    assert service.errands == ["list", "log", "list", "fetch"]
    assert phone.next_at is None
