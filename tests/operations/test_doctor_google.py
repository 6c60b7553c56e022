"""What the doctor finds at Google, and at the addresses that Google asks."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.local_google import CUT, ISSUER, LocalGoogle, Reply, key_document, running_google
from support.servers import free_port
from support.shops import HandClock, Shop
from support.web_servers import Page, web_server

from walletpass.gpay.client import WalletClient
from walletpass.gpay.retries import Patience
from walletpass.gpay.throttle import Throttle
from walletpass.operations.doctor.finding import Status, Verdict
from walletpass.operations.doctor.google import check_class, check_credentials, check_google, check_issuer
from walletpass.operations.doctor.google_addresses import check_callback_address, check_image_addresses
from walletpass.operations.doctor.installation import Installation
from walletpass.operations.programs.rules import get_rules
from walletpass.pkpass.signers import Signers
from walletpass.settings import Settings
from walletpass.store import google as google_rows
from walletpass.store.designs import list_designs
from walletpass.store.statements import change

Examine = Callable[..., Installation]
BAD_CALLBACK = (403, {"error": {"code": "bad_callback"}})
PICTURE = b"\x89PNG\r\n\x1a\n and more"


@pytest.fixture
def google() -> Iterator[LocalGoogle]:
    with running_google() as started:
        yield started


@pytest.fixture
def installation(tmp_path: Path, google: LocalGoogle) -> Examine:
    """Live at a Google of our own, with a key and an issuer; settings may change that."""
    (tmp_path / "key.json").write_text(json.dumps(key_document()))

    def connect(_account: object) -> WalletClient:
        patience = Patience(tries=1, total=5.0)
        return WalletClient(
            google.account, Throttle(), base_url=google.address, is_development=True, patience=patience
        )

    def make(**settings: str) -> Installation:
        live = {"GOOGLE_WALLET": "live", "GOOGLE_ISSUER_ID": ISSUER, "GOOGLE_KEY": str(tmp_path / "key.json")}
        read = Settings.from_env({"DATA_DIR": str(tmp_path), **live, **settings})
        return Installation(read, HandClock(), lambda: Signers(()), connect=connect)

    return make


def only(verdicts: Iterator[Verdict]) -> Verdict:
    (verdict,) = verdicts
    return verdict


def refuse(status: int, reason: str) -> Reply:
    told = {"message": "No.", "domain": "walletobjects", "reason": reason}
    return Reply(status, {"error": {"code": status, "message": "No.", "errors": [told]}})


def address_of(shop: Shop) -> str:
    return shop.services.database.engine.url.render_as_string(hide_password=False)


def test_modes_are_told(installation: Examine) -> None:
    told = {mode: only(check_google(installation(GOOGLE_WALLET=mode))).status for mode in ("live", "off")}
    assert told == {"live": Status.OK, "off": Status.OK}
    assert only(check_google(installation(GOOGLE_WALLET="development"))).status is Status.WARNING


@pytest.mark.parametrize("check", [check_credentials, check_issuer, check_class])
@pytest.mark.parametrize("mode", ["off", "development"])
def test_google_is_asked_only_when_live(
    installation: Examine, google: LocalGoogle, check: Any, mode: str
) -> None:
    assert only(check(installation(GOOGLE_WALLET=mode))).status is Status.SKIPPED
    assert google.asked == google.tokens_asked == []


def test_a_whole_key_is_told_by_its_address_and_a_broken_one_by_its_fault(
    installation: Examine, tmp_path: Path
) -> None:
    assert key_document()["client_email"] in only(check_credentials(installation())).sentence
    (tmp_path / "key.json").write_text(json.dumps(key_document(private_key="-----BEGIN?")))
    verdict = only(check_credentials(installation()))
    assert verdict.status is Status.FAILED
    assert "The private key in the file is damaged." in verdict.sentence
    assert only(check_credentials(installation(GOOGLE_KEY="missing.json"))).status is Status.FAILED
    assert only(check_issuer(installation())).status is Status.SKIPPED


def test_an_issuer_that_lets_the_account_work_is_well(installation: Examine, google: LocalGoogle) -> None:
    """One question, for one class."""
    verdict = only(check_issuer(installation()))
    assert verdict.status is Status.OK
    (asked,) = google.asked
    assert asked.method == "GET"
    assert f"issuerId={ISSUER}" in asked.path


@pytest.mark.parametrize(
    ("reply", "told", "remedy"),
    [
        (refuse(403, "permissionDenied"), "may not work for this issuer", "under Users"),
        (CUT, "cannot be reached", "connection to the internet"),
    ],
)
def test_what_google_says_is_told_with_what_to_do(
    installation: Examine, google: LocalGoogle, reply: Reply, told: str, remedy: str
) -> None:
    google.reply(reply)
    verdict = only(check_issuer(installation()))
    assert verdict.status is Status.FAILED
    assert told in verdict.sentence
    assert remedy in verdict.remedy


def test_without_an_issuer_nothing_is_asked(installation: Examine, google: LocalGoogle) -> None:
    verdict = only(check_issuer(installation(GOOGLE_ISSUER_ID="")))
    assert (verdict.status, google.asked) == (Status.FAILED, [])


def send_classes(shop: Shop, *suffixes: str) -> None:
    program_id = get_rules(shop.services, shop.merchant_id).program_id
    with shop.services.transaction() as tx:
        for suffix in suffixes:
            row = google_rows.make_class(tx, program_id, suffix, ISSUER, suffix)
            change(tx, google_rows.google_classes, row, sent="{}")


@pytest.mark.parametrize(
    ("there", "status", "told"),
    [
        ({"a": "APPROVED", "b": "approved"}, Status.OK, "all classes that were sent: 2"),
        ({"a": "APPROVED"}, Status.FAILED, f"does not know {ISSUER}.b."),
        ({"a": "REJECTED", "b": "APPROVED"}, Status.FAILED, f"has not approved {ISSUER}.a."),
    ],
)
def test_classes_that_were_sent_are_there_and_approved(
    installation: Examine,
    google: LocalGoogle,
    shop: Shop,
    there: dict[str, str],
    status: Status,
    told: str,
) -> None:
    google.reply(
        Reply(200, {"resources": [{"id": f"{ISSUER}.{k}", "reviewStatus": v} for k, v in there.items()]})
    )
    send_classes(shop, "a", "b")
    verdict = only(check_class(installation(DATABASE_URL=address_of(shop))))
    assert verdict.status is status
    assert told in verdict.sentence


def test_before_the_first_card_there_is_no_class_to_look_for(
    installation: Examine, shop: Shop, google: LocalGoogle
) -> None:
    assert only(check_class(installation())).status is Status.SKIPPED
    assert only(check_class(installation(DATABASE_URL=address_of(shop)))).status is Status.SKIPPED
    assert google.asked == []


@pytest.mark.parametrize(
    ("pages", "status"),
    [
        ({"/google/callback": BAD_CALLBACK}, Status.OK),
        ({"/google/callback": (403, {"error": {"code": "robot"}})}, Status.FAILED),
        ({"/google/callback": (200, b"<html>")}, Status.FAILED),
        ({"/google/callback": (200, [])}, Status.FAILED),
        ({}, Status.FAILED),
        (
            {"/google/callback": BAD_CALLBACK, "/robots.txt": (200, b"User-agent: *\nDisallow: /")},
            Status.FAILED,
        ),
        (
            {"/google/callback": BAD_CALLBACK, "/robots.txt": (200, b"User-agent: *\nDisallow: /card/")},
            Status.OK,
        ),
        ({"/google/callback": BAD_CALLBACK, "/robots.txt": (503, b"")}, Status.FAILED),
    ],
)
def test_a_callback_must_reach_us_and_robots_be_welcome(
    installation: Examine, pages: dict[str, Page], status: Status
) -> None:
    with web_server(404, pages=pages) as address:
        verdict = only(check_callback_address(installation(PUBLIC_URL=address)))
    assert verdict.status is status, verdict


@pytest.mark.parametrize(
    ("page", "status"),
    [
        ((200, PICTURE), Status.OK),
        ((200, b"<html>sign in"), Status.FAILED),
        ((302, b""), Status.FAILED),
        ((500, PICTURE), Status.FAILED),
        ((404, b""), Status.FAILED),
    ],
)
def test_a_picture_can_be_fetched(installation: Examine, shop: Shop, page: Page, status: Status) -> None:
    with shop.services.transaction() as tx:
        program_id = get_rules(shop.services, shop.merchant_id).program_id
        design = list_designs(tx, program_id)[0]
        google_rows.keep_drawn(tx, "cafe", design.id, "logo", PICTURE)
    url = address_of(shop)
    with web_server(404, pages={"/pictures/cafe.png": page}) as address:
        verdict = only(check_image_addresses(installation(PUBLIC_URL=address, DATABASE_URL=url)))
    assert verdict.status is status, verdict


def test_where_nobody_asks_or_answers_nothing_is_judged(installation: Examine) -> None:
    quiet = f"http://127.0.0.1:{free_port()}"
    for settings in ({"PUBLIC_URL": quiet}, {"GOOGLE_WALLET": "off"}):
        assert only(check_callback_address(installation(**settings))).status is Status.SKIPPED
    assert only(check_image_addresses(installation())).status is Status.SKIPPED
    unreachable = only(check_callback_address(installation(PUBLIC_URL="https://cards.invalid")))
    assert unreachable.status is Status.FAILED
