"""What each check of the doctor finds, with real servers, files and databases."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from sqlalchemy import text
from support.own_certificates import make_signer
from support.servers import free_port
from support.shops import START, HandClock, Shop
from support.web_servers import web_server

from walletpass.operations.doctor.apple import check_certificates, check_pass_type
from walletpass.operations.doctor.clock import check_clock
from walletpass.operations.doctor.database import check_database
from walletpass.operations.doctor.finding import Status, Verdict
from walletpass.operations.doctor.installation import Installation
from walletpass.operations.doctor.mail import check_mail
from walletpass.operations.doctor.public_address import check_public_address
from walletpass.operations.passes.bring_pass_type import bring_pass_type
from walletpass.operations.passes.build import download_pass
from walletpass.pkpass.certificate_folder import FileProblem
from walletpass.pkpass.development import load_development_signers, load_server_files
from walletpass.pkpass.refusals import Reason
from walletpass.pkpass.signers import Signers
from walletpass.settings import Settings
from walletpass.store.schema import migrate
from walletpass.store.session import Database

Examine = Callable[..., Installation]


@pytest.fixture
def installation(tmp_path: Path) -> Examine:
    """With settings of its own."""

    def make(signers: Signers | None = None, time_address: str = "", **settings: str) -> Installation:
        read = Settings.from_env({"DATA_DIR": str(tmp_path), **settings})
        return Installation(read, HandClock(), lambda: signers or Signers(()), time_address)

    return make


def only(verdicts: Iterator[Verdict]) -> Verdict:
    (verdict,) = verdicts
    return verdict


def change(url: str, *statements: str) -> None:
    database = Database(url)
    with database.transaction() as tx:
        for statement in statements:
            tx.execute(text(statement))
    database.close()


# the database


def test_a_database_that_is_made_later_needs_a_folder(installation: Examine, tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    assert only(check_database(installation(DATA_DIR=str(deep)))).status is Status.SKIPPED
    assert not (tmp_path / "a").exists()
    (tmp_path / "a").write_text("a file")
    verdict = only(check_database(installation(DATA_DIR=str(deep))))
    assert (verdict.status, verdict.remedy[:12]) == (Status.FAILED, "Set DATA_DIR")


def test_a_database_is_empty_then_good_and_is_not_changed_by_looking(
    installation: Examine, database_url: str
) -> None:
    here = installation(DATABASE_URL=database_url)
    change(database_url)
    assert only(check_database(here)).status is Status.SKIPPED
    database = Database(database_url)
    migrate(database)
    facts = text("SELECT name, value FROM database_facts ORDER BY name")
    with database.reading() as tx:
        before = tx.execute(facts).all()
    assert only(check_database(here)).status is Status.OK
    with database.reading() as tx:
        assert tx.execute(facts).all() == before
    database.close()


@pytest.mark.parametrize(("revision", "told"), [("0001", "older"), ("9999", "newer")])
def test_a_database_of_another_version_is_told(
    installation: Examine, database: Database, revision: str, told: str
) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    change(url, f"UPDATE alembic_version SET version_num = '{revision}'")
    verdict = only(check_database(installation(DATABASE_URL=url)))
    assert verdict.status is Status.FAILED
    assert told in verdict.sentence


def test_a_database_that_takes_nothing_is_told(installation: Examine, sqlite_database: Database) -> None:
    url = str(sqlite_database.engine.url)
    refuse = "CREATE TRIGGER no BEFORE UPDATE ON database_facts BEGIN SELECT RAISE(FAIL, 'disk is full'); END"
    change(url, refuse)
    verdict = only(check_database(installation(DATABASE_URL=url)))
    assert verdict.status is Status.FAILED
    assert verdict.sentence == "The database cannot be written: disk is full."


def test_what_is_no_database_is_told(installation: Examine, tmp_path: Path) -> None:
    """In the driver's words."""
    (tmp_path / "walletpass.db").write_text("this was a letter once, and a long one " * 20)
    assert only(check_database(installation())).sentence == (
        "The database cannot be opened: file is not a database."
    )
    nobody = f"postgresql+psycopg://me:secret@127.0.0.1:{free_port()}/cards"
    verdict = only(check_database(installation(DATABASE_URL=nobody)))
    assert verdict.status is Status.FAILED
    assert "refused" in verdict.sentence.lower()


# Apple's certificate


def test_a_certificate_is_judged_by_its_days(installation: Examine, tmp_path: Path) -> None:
    signers = load_development_signers(tmp_path / "development-certificates", START)
    (signer,) = signers
    here = installation(signers)
    leaf, authority = check_certificates(here)
    assert (leaf.status, authority.status) == (Status.OK, Status.OK)
    assert signer.pass_type_identifier in leaf.sentence
    for days, status in ((20, Status.WARNING), (5, Status.FAILED), (-2, Status.FAILED)):
        late = replace(here, clock=HandClock(signer.certificate.not_after - timedelta(days=days)))
        verdict, _ = check_certificates(late)
        assert verdict.status is status
        assert verdict.remedy


def test_files_of_no_use_are_told_beside_the_good_ones(installation: Examine, tmp_path: Path) -> None:
    signers = load_development_signers(tmp_path / "development-certificates", START)
    problem = FileProblem("old.p12", Reason("passphrase_needed", {}))
    *_, verdict = check_certificates(installation(Signers(signers, [problem])))
    assert verdict.status is Status.WARNING
    assert verdict.sentence == "old.p12: The file needs its passphrase."


def test_whose_pass_types_are_is_told_and_asked_where_there_is_a_choice(
    installation: Examine, shop: Shop, tmp_path: Path
) -> None:
    """With a database or none yet; and what a shop brought has to be there."""
    (tmp_path / "development-certificates").mkdir()
    one, other = make_signer("pass.a.first"), make_signer("pass.z.last")
    told = only(check_pass_type(installation(Signers([one]))))
    assert (told.status, told.sentence) == (Status.OK, "The operator’s pass type is pass.a.first.")
    chosen = only(check_pass_type(installation(Signers([one, other]))))
    assert (chosen.status, "first in the alphabet" in chosen.sentence) == (Status.WARNING, True)
    named = installation(Signers([one, other]), APPLE_PASS_TYPE="pass.z.last")
    assert only(check_pass_type(named)).sentence == "The operator’s pass type is pass.z.last."

    url = shop.services.database.engine.url.render_as_string(hide_password=False)
    services = replace(shop.services, signers=Signers([one, other]))
    download_pass(replace(services, signers=Signers([other])), shop.join("Anna"))
    used = only(check_pass_type(installation(Signers([one, other]), DATABASE_URL=url)))
    assert "pass.z.last. It was not named; it was taken before pass.a.first" in used.sentence
    bring_pass_type(services, shop.merchant_id, "pass.a.first")
    assert only(check_pass_type(installation(Signers([one, other]), DATABASE_URL=url))).status is Status.OK
    _, gone = check_pass_type(installation(Signers([other]), DATABASE_URL=url))
    assert (gone.status, gone.sentence[:12]) == (Status.FAILED, "pass.a.first")


# mail


@contextmanager
def mail_server(**options: Any) -> Iterator[str]:
    letters: list[bytes] = []

    class Box:
        async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's spelling
            letters.append(envelope.content)
            return "250 OK"

    port = free_port()
    controller = Controller(Box(), hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        controller.stop()
    assert letters == []


def test_a_mail_server_is_greeted_and_gets_no_letter(installation: Examine) -> None:
    with mail_server() as address:
        assert only(check_mail(installation(SMTP_URL=f"smtp://{address}"))).status is Status.OK


def test_why_a_mail_server_is_not_reached_is_told_in_words(installation: Examine) -> None:
    (nobody,) = check_mail(installation(SMTP_URL="smtp://127.0.0.1:9"))
    (nameless,) = check_mail(installation(SMTP_URL="smtp://mail.invalid"))
    assert nobody.sentence.endswith("from us: no connection comes about.")
    assert nameless.sentence.endswith("from us: there is no such name.")


def test_a_mail_server_that_refuses_the_password_is_told(installation: Examine) -> None:
    def refuse(*_: object) -> AuthResult:
        return AuthResult(success=False, handled=False)

    with mail_server(authenticator=refuse, auth_require_tls=False) as address:
        verdict = only(check_mail(installation(SMTP_URL=f"smtp://me:wrong@{address}")))
    assert verdict.status is Status.FAILED
    assert "user and password" in verdict.sentence
    assert "wrong" not in verdict.sentence


def test_without_a_mail_server_only_live_mode_fails(installation: Examine) -> None:
    assert only(check_mail(installation())).status is Status.SKIPPED
    for wallet in ("APPLE_WALLET", "GOOGLE_WALLET"):
        assert only(check_mail(installation(**{wallet: "live"}))).status is Status.FAILED
    gone = f"smtps://127.0.0.1:{free_port()}"
    assert only(check_mail(installation(SMTP_URL=gone))).status is Status.FAILED


# the clock


@pytest.mark.parametrize(
    ("ahead", "status", "told"),
    [
        (0, Status.OK, "agrees"),
        (-4, Status.OK, "agrees"),
        (20, Status.WARNING, "20 seconds ahead of"),
        (-3600, Status.FAILED, "3600 seconds behind"),
    ],
)
def test_the_clock_is_held_against_a_server_s(
    installation: Examine, ahead: int, status: Status, told: str
) -> None:
    with web_server(204, Date=format_datetime(START - timedelta(seconds=ahead), usegmt=True)) as address:
        verdict = only(check_clock(installation(time_address=address)))
    assert verdict.status is status
    assert told in verdict.sentence


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Nov 2026 09:00:00 GMT"])
def test_a_server_that_does_not_tell_the_time_leaves_it_unknown(installation: Examine, date: str) -> None:
    with web_server(Date=date) as address:
        verdict = only(check_clock(installation(time_address=address)))
    assert verdict.status is Status.SKIPPED
    assert "unknown" in verdict.sentence


def test_without_a_server_the_clock_is_unknown(installation: Examine) -> None:
    for address in ("", f"http://127.0.0.1:{free_port()}"):
        assert "unknown" in only(check_clock(installation(time_address=address))).sentence


# the public address


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, None), (200, [1]), (200, {"status": "fine"}), (404, {"status": "ok"}), (301, None), (500, None)],
)
def test_somebody_else_at_the_public_address_is_told(
    installation: Examine, status: int, body: object
) -> None:
    with web_server(status, body, Location="https://elsewhere.example/") as address:
        *_, verdict = check_public_address(installation(PUBLIC_URL=address))
    assert verdict.status is Status.FAILED
    assert verdict.sentence == f"Something else than walletpass answers at {address}/healthz."


def test_a_server_that_is_not_ready_is_told(installation: Examine) -> None:
    with web_server(503, {"status": "not ready"}) as address:
        *_, verdict = check_public_address(installation(PUBLIC_URL=address))
    assert verdict.status is Status.FAILED
    assert "not ready" in verdict.sentence


def test_an_address_that_only_this_machine_reaches_is_for_trying_out(installation: Examine) -> None:
    """In live mode it has failed, whether or not the service runs."""
    url = f"http://localhost:{free_port()}"
    kind, reached = check_public_address(installation(PUBLIC_URL=url))
    assert (kind.status, reached.status) == (Status.WARNING, Status.SKIPPED)
    kind, _ = check_public_address(installation(PUBLIC_URL=url, APPLE_WALLET="live"))
    assert kind.status is Status.FAILED


def test_an_address_that_cannot_be_reached_has_failed(installation: Examine) -> None:
    """`.invalid` is nobody's name."""
    (verdict,) = check_public_address(installation(PUBLIC_URL="https://cards.invalid"))
    assert verdict.status is Status.FAILED
    assert "no connection comes about" in verdict.sentence
    kind, _ = check_public_address(installation(PUBLIC_URL="http://cards.invalid"))
    assert "not https" in kind.sentence


def test_a_certificate_that_nobody_trusts_is_the_reason_that_is_told(
    installation: Examine, tmp_path: Path
) -> None:
    files = load_server_files(tmp_path / "tls", START)
    with web_server(pair=(files.certificate, files.key)) as address:
        (verdict,) = check_public_address(installation(PUBLIC_URL=address.replace("127.0.0.1", "localhost")))
    assert verdict.status is Status.FAILED
    assert "its TLS certificate cannot be verified" in verdict.sentence
