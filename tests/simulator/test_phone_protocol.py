"""A simulated phone against a web service that answers as it is told: what an iPhone does and refuses."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from support.pass_makers import TOKEN, PassMaker
from support.scripted import Said, ScriptedService, say_list, say_pass, scripted_service
from support.shops import START

from walletpass.simulator.installed import PassKey, PassRefused, Trust
from walletpass.simulator.phone import Phone

MODIFIED = "Sun, 22 Nov 2026 09:00:07 GMT"
WAIT = timedelta(seconds=10)


@pytest.fixture
def service(pass_maker: PassMaker) -> Iterator[ScriptedService]:
    with scripted_service(pass_maker) as service:
        yield service


@pytest.fixture
def phone(pass_maker: PassMaker) -> Phone:
    return pass_maker.phone(pauses=(WAIT, 3 * WAIT))


def hold(phone: Phone, service: ScriptedService, *serials: str) -> list[PassKey]:
    """Passes installed and registered; what was heard of it is forgotten."""
    cards = [phone.install(service.build(serialNumber=serial), START)[0] for serial in serials or ("one",)]
    phone.step(START)
    service.heard.clear()
    return [card.key for card in cards]


def push(phone: Phone, key: PassKey) -> None:
    phone.receive_push(key.pass_type)
    phone.step(START)


def texts(phone: Phone) -> list[str]:
    return [notice.text for notice in phone.wallet.notices]


def news(phone: Phone, key: PassKey) -> object:
    (field,) = (each for each in phone.wallet.cards[key].fields if each.content["key"] == "news")
    return field.content["value"]


def test_an_installed_pass_is_registered_with_its_token_and_the_push_token(
    phone: Phone, service: ScriptedService
) -> None:
    (card,) = phone.install(service.build(), START)
    assert service.heard == []
    phone.step(START)
    (request,) = service.heard
    assert request.path == (
        f"/v1/devices/{phone.device.library_id}/registrations/{card.key.pass_type}/{card.key.serial}"
    )
    assert request.headers["Authorization"] == f"ApplePass {TOKEN}"
    assert request.body == f'{{"pushToken": "{phone.device.push_token}"}}'.encode()


def test_a_pass_without_web_service_installs_and_asks_nobody(
    phone: Phone, pass_maker: PassMaker, service: ScriptedService
) -> None:
    phone.install(pass_maker.build(webServiceURL=None, authenticationToken=None), START)
    phone.reboot()
    assert not phone.step(START)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"authenticationToken": "fifteen-letters"}, "token_short"),
        ({"webServiceURL": None}, "web_service_half"),
        ({"passTypeIdentifier": "pass.somebody.else"}, ""),
        ({"serialNumber": 7}, ""),
    ],
)
def test_a_pass_that_an_iphone_refuses_is_not_installed(
    phone: Phone, service: ScriptedService, fault: dict[str, object], code: str
) -> None:
    with pytest.raises(PassRefused) as refused:
        phone.install(service.build(**fault), START)
    assert code in "".join(finding.code for finding in refused.value.report.findings)
    assert not phone.wallet.cards
    assert not phone.step(START)


def test_plain_http_and_a_chain_of_ones_own_are_refused_unless_allowed(
    pass_maker: PassMaker, service: ScriptedService
) -> None:
    for trust in (Trust(pass_maker.trust.roots), Trust((), allow_http=True)):
        with pytest.raises(PassRefused):
            Phone(trust).install(service.build(), START)


def test_a_push_leads_to_list_fetch_and_a_notice(phone: Phone, service: ScriptedService) -> None:
    (key,) = hold(phone, service)
    service.will("list", say_list("one", tag="41"))
    service.will("fetch", say_pass(service.build("Stamped: 1 of 6."), MODIFIED))
    push(phone, key)
    assert service.errands == ["list", "fetch"]
    assert texts(phone) == ["Stamped: 1 of 6."]
    assert news(phone, key) == "Stamped: 1 of 6."


def test_tag_and_date_come_back_as_they_were_given(phone: Phone, service: ScriptedService) -> None:
    (key,) = hold(phone, service)
    service.will("list", say_list("one", tag="4+1"))
    service.will("fetch", say_pass(service.build("new"), MODIFIED))
    push(phone, key)
    service.heard.clear()
    push(phone, key)
    listing, fetch = service.heard[:2]
    assert listing.path.endswith("?passesUpdatedSince=4%2B1")
    assert "Authorization" not in listing.headers
    assert fetch.headers["If-Modified-Since"] == MODIFIED


def test_one_list_serves_all_passes_of_a_type_and_a_push_concerns_its_type_only(
    phone: Phone, service: ScriptedService
) -> None:
    keys = hold(phone, service, "one", "two")
    phone.receive_push("pass.of.another.type")
    assert not phone.step(START)
    service.will("list", say_list("one", "two"))
    push(phone, keys[0])
    assert service.errands == ["list", "fetch", "fetch"]


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


def test_a_new_push_token_is_registered_for_every_pass(phone: Phone, service: ScriptedService) -> None:
    hold(phone, service, "one", "two")
    before = phone.device.push_token
    assert phone.rotate_push_token() == before
    phone.step(START)
    assert service.errands == ["register", "register"]
    assert all(phone.device.push_token.encode() in request.body for request in service.heard)
    assert phone.device.push_token != before


def test_pushes_to_a_sleeping_phone_are_kept_one_per_type(phone: Phone, service: ScriptedService) -> None:
    (key,) = hold(phone, service)
    phone.sleep()
    push(phone, key)
    push(phone, key)
    assert service.heard == []
    phone.wake()
    phone.step(START)
    assert service.errands == ["list"]


def test_after_a_reboot_the_list_is_asked_without_a_push(phone: Phone, service: ScriptedService) -> None:
    hold(phone, service)
    phone.reboot()
    phone.step(START)
    assert service.errands == ["list"]


def test_a_phone_restored_from_backup_is_another_device_with_the_same_cards(
    phone: Phone, service: ScriptedService
) -> None:
    (key,) = hold(phone, service)
    service.will("list", say_list("one", tag="7"))
    push(phone, key)
    service.heard.clear()
    before = phone.device.library_id
    phone.reinstall()
    phone.step(START)
    assert service.errands == ["register", "list", "fetch"]
    assert "passesUpdatedSince" not in service.heard[1].path
    assert before not in "".join(request.path for request in service.heard)
    assert key in phone.wallet.cards


def test_a_removed_pass_is_unregistered_with_its_token(phone: Phone, service: ScriptedService) -> None:
    (key,) = hold(phone, service)
    phone.remove(key)
    phone.step(START)
    (request,) = service.heard
    assert (request.method, request.headers["Authorization"]) == ("DELETE", f"ApplePass {TOKEN}")
    assert not phone.wallet.cards


def test_a_removed_pass_is_listed_without_complaint_until_the_server_knows(
    phone: Phone, service: ScriptedService
) -> None:
    one, two = hold(phone, service, "one", "two")
    service.will("unregister", Said(503))
    phone.remove(one)
    phone.step(START)
    service.heard.clear()
    service.will("list", say_list("one"))
    push(phone, two)
    assert service.errands == ["list"]


def test_pulling_down_fetches_the_pass(phone: Phone, service: ScriptedService) -> None:
    (key,) = hold(phone, service)
    service.will("fetch", say_pass(service.build("pulled")), Said(304))
    phone.refresh(key)
    phone.step(START)
    phone.refresh(key)
    phone.step(START)
    assert service.errands == ["fetch", "fetch"]
    assert texts(phone) == ["pulled"]


def test_without_automatic_updates_the_phone_is_unregistered_until_they_are_back(
    phone: Phone, service: ScriptedService
) -> None:
    (key,) = hold(phone, service)
    phone.switch_updates(key, on=False)
    phone.step(START)
    push(phone, key)
    assert service.errands == ["unregister"]
    service.heard.clear()
    phone.switch_updates(key, on=True)
    phone.step(START)
    assert service.errands == ["register", "list"]


def test_what_is_switched_off_and_on_again_at_once_stays_registered(
    phone: Phone, service: ScriptedService
) -> None:
    (key,) = hold(phone, service)
    phone.switch_updates(key, on=False)
    phone.switch_updates(key, on=True)
    phone.switch_updates(key, on=False)
    phone.switch_updates(key, on=True)
    phone.step(START)
    assert service.errands == ["register", "list"]


def test_a_voided_pass_without_web_service_ends_the_questions(phone: Phone, service: ScriptedService) -> None:
    (key,) = hold(phone, service)
    service.will("list", say_list("one"))
    ended = service.build("Closed.", voided=True, webServiceURL=None, authenticationToken=None)
    service.will("fetch", say_pass(ended))
    push(phone, key)
    assert service.errands == ["list", "fetch", "unregister"]
    assert phone.wallet.cards[key].voided
    phone.reboot()
    phone.refresh(key)
    phone.receive_push(key.pass_type)
    assert not phone.step(START)


def test_a_log_that_cannot_be_delivered_is_not_logged(phone: Phone, service: ScriptedService) -> None:
    service.will("log", Said(400))
    service.will("register", Said(401))
    hold(phone, service)
    assert phone.next_at is None
