"""A simulated phone against a web service that answers as it is told: what an iPhone does and refuses."""

import pytest
from support.pass_makers import TOKEN, PassMaker
from support.scripted import Said, ScriptedService, say_list, say_pass
from support.scripted_phones import MODIFIED, hold, news, push, texts
from support.shops import START

from walletpass.simulator.installed import PassRefused, Trust
from walletpass.simulator.phone import Phone


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
