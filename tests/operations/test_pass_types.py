"""Whose certificate signs whose passes: the operator's, or one that a shop brought."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from support.own_certificates import make_signer, with_certificates
from support.shops import Shop, add_shop

from walletpass.loyalty.program import Milestone
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.devices.authenticate import authenticate
from walletpass.operations.devices.fetch import fetch_pass
from walletpass.operations.health import Level, check_health
from walletpass.operations.passes.bring_pass_type import bring_pass_type, give_up_pass_type, list_free
from walletpass.operations.passes.build import download_pass
from walletpass.operations.passes.operators import show_operators
from walletpass.operations.services import Services
from walletpass.pkpass.certificate_folder import FileProblem, Trust
from walletpass.pkpass.development import PASS_TYPE_IDENTIFIER
from walletpass.pkpass.refusals import Reason
from walletpass.pkpass.signers import Signers, load_signers

EARLY, LATE = "pass.a.first", "pass.z.last"
"""In the alphabet before and after the operator's."""


def read(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        found: dict[str, str] = json.loads(package.read("pass.json"))
    return found


def download(services: Services, page_key: str) -> str:
    """The pass type of what a phone gets."""
    return read(download_pass(services, page_key).content)["passTypeIdentifier"]


def refused(services: Services, merchant_id: int, pass_type: str) -> str:
    with pytest.raises(Refusal) as caught:
        bring_pass_type(services, merchant_id, pass_type)
    return caught.value.code


def name_of_operators(services: Services) -> str | None:
    operators = show_operators(services)
    return operators.name if operators is not None else None


# the operator's


def test_a_second_certificate_in_the_folder_changes_nobodys_pass_type(shop: Shop) -> None:
    anna, bea = shop.join("Anna"), shop.join("Bea")
    before = download(shop.services, anna)
    services = with_certificates(shop, EARLY, LATE)
    assert [download(services, page_key) for page_key in (anna, bea)] == [before, before]


def test_of_a_new_installation_the_first_in_the_alphabet_is_the_operators(shop: Shop) -> None:
    services = with_certificates(shop, EARLY, LATE)
    operators = show_operators(services)
    assert operators is not None
    assert (operators.name, operators.others) == (EARLY, (PASS_TYPE_IDENTIFIER, LATE))
    assert download(services, shop.join("Anna")) == EARLY


def test_a_setting_names_the_operators(shop: Shop) -> None:
    anna = shop.join("Anna")
    download(shop.services, anna)
    services = with_certificates(shop, EARLY, LATE)
    named = replace(services, settings=replace(services.settings, apple_pass_type=LATE))
    assert download(named, anna) == LATE
    assert download(services, shop.join("Bea")) == PASS_TYPE_IDENTIFIER


def test_what_a_shop_gave_up_does_not_become_the_operators(shop: Shop) -> None:
    """Although its passes were issued first, and although it comes first in the alphabet."""
    services = with_certificates(shop, EARLY)
    bring_pass_type(services, shop.merchant_id, EARLY)
    assert download(services, shop.join("Anna")) == EARLY
    give_up_pass_type(services, shop.merchant_id)
    assert download(services, shop.join("Bea")) == PASS_TYPE_IDENTIFIER
    assert list_free(services) == [EARLY]


def test_an_operators_certificate_that_has_expired_hands_nothing_over(shop: Shop) -> None:
    """Another certificate in the folder may be meant for a shop: until the renewal nobody gets a card."""
    anna = shop.join("Anna")
    download(shop.services, anna)
    problem = FileProblem("old.pem", Reason("expired", {}), PASS_TYPE_IDENTIFIER)
    services = replace(shop.services, signers=Signers([make_signer(LATE)], [problem]))
    with pytest.raises(Refusal) as caught:
        download_pass(services, anna)
    assert caught.value.code == "no_certificate"
    alarms = [check.sentence.values for check in check_health(services) if check.level is Level.ALARM]
    assert alarms == [{"pass_type": PASS_TYPE_IDENTIFIER}]
    without = replace(shop.services, signers=Signers([make_signer(LATE)]))
    assert download(without, anna) == LATE


# a shop's own


def test_a_shop_brings_its_own_and_gives_it_up_and_no_pass_is_left_behind(shop: Shop) -> None:
    services = with_certificates(shop, EARLY)
    anna = shop.join("Anna")
    held = [read(download_pass(services, anna).content)]
    # Its first cards were of the alphabetically first: those of the operator from now on.
    assert held[0]["passTypeIdentifier"] == EARLY
    bring_pass_type(services, shop.merchant_id, PASS_TYPE_IDENTIFIER)
    held.append(read(download_pass(services, anna).content))
    give_up_pass_type(services, shop.merchant_id)
    assert download(services, anna) == EARLY
    assert [each["passTypeIdentifier"] for each in held] == [EARLY, PASS_TYPE_IDENTIFIER]
    shop.stamp(shop.account_id(anna))
    for each in held:
        names = (each["passTypeIdentifier"], each["serialNumber"], each["authenticationToken"])
        file = fetch_pass(services, authenticate(services, *names), None)
        assert file is not None
        assert b"1 of 10" in zipfile.ZipFile(io.BytesIO(file.content)).read("pass.json")


def test_what_was_given_up_may_be_anothers_then(shop: Shop) -> None:
    services = with_certificates(shop, LATE)
    other = add_shop(services, "Other", (Milestone(5, "Tea"),))
    bring_pass_type(services, shop.merchant_id, LATE)
    bring_pass_type(services, shop.merchant_id, LATE)
    assert refused(services, other, LATE) == "taken_pass_type"
    give_up_pass_type(services, shop.merchant_id)
    give_up_pass_type(services, shop.merchant_id)
    bring_pass_type(services, other, LATE)


def test_the_operators_is_nobodys_own_once_cards_are_of_it(shop: Shop) -> None:
    """Before that, another one takes its place, if there is one."""
    assert refused(shop.services, shop.merchant_id, PASS_TYPE_IDENTIFIER) == "operators_pass_type"
    services = with_certificates(shop, LATE)
    bring_pass_type(services, shop.merchant_id, PASS_TYPE_IDENTIFIER)
    assert name_of_operators(services) == LATE
    other = add_shop(services, "Other", (Milestone(5, "Tea"),))
    assert refused(services, other, LATE) == "operators_pass_type"


def test_a_pass_type_without_a_good_certificate_cannot_be_brought(shop: Shop, tmp_path: Path) -> None:
    """One that expired while the service runs, and one that had when it was started."""
    assert refused(shop.services, shop.merchant_id, LATE) == "unknown_pass_type"
    short = make_signer(LATE, days=2)
    running = replace(shop.services, signers=Signers([*shop.services.signers, short]))
    shop.clock.pass_by(days=3)
    assert refused(running, shop.merchant_id, LATE) == "expired_pass_type"
    pair = short.client_certificate()
    (tmp_path / "pair.pem").write_bytes(pair.certificates + pair.key)
    found = load_signers(tmp_path, Trust(()), shop.clock.now() + timedelta(days=1))
    started = replace(shop.services, signers=Signers(shop.services.signers, found.problems))
    assert refused(started, shop.merchant_id, LATE) == "expired_pass_type"


def test_a_certificate_that_a_shop_brought_and_that_is_gone_is_an_alarm_to_it(shop: Shop) -> None:
    """And to the operator; to nobody else."""
    other = add_shop(shop.services, "Other", (Milestone(5, "Tea"),))
    bring_pass_type(with_certificates(shop, LATE), shop.merchant_id, LATE)

    def alarms(merchant_id: int | None) -> list[object]:
        checks = check_health(shop.services, merchant_id)
        return [check.sentence.values["pass_type"] for check in checks if check.level is Level.ALARM]

    assert [alarms(each) for each in (None, shop.merchant_id, other)] == [[LATE], [LATE], []]
