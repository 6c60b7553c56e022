"""`walletpass doctor` as its users meet it."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support.servers import free_port, running_server

from walletpass.cli import main
from walletpass.operations.doctor.examine import CHECKS

Run = Callable[..., Result]
Findings = list[dict[str, str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def run(*arguments: str, **settings: str) -> Result:
        environment = {"DATA_DIR": str(tmp_path / "data"), "CERTS_DIR": str(tmp_path / "certs"), **settings}
        return CliRunner().invoke(main, ["doctor", *arguments], env={"PORT": str(free_port()), **environment})

    return run


def findings(result: Result) -> Findings:
    found = json.loads(result.stdout)
    assert isinstance(found, list)
    return found


def about(result: Result, name: str) -> Findings:
    return [finding for finding in findings(result) if finding["name"] == name]


def test_with_nothing_configured_nothing_has_failed(run: Run, tmp_path: Path) -> None:
    """Every check has something to say, and the folder is as empty as before."""
    result = run("--json")
    assert result.exit_code == 0, result.output
    assert {finding["name"] for finding in findings(result)} == {"settings", *CHECKS}
    assert {finding["status"] for finding in findings(result)} == {"ok", "warning", "skipped"}
    assert list(tmp_path.iterdir()) == []


def test_each_finding_says_what_it_is_and_what_to_do(run: Run) -> None:
    for finding in findings(run("--json", APPLE_WALLET="live")):
        assert list(finding) == ["name", "status", "sentence", "remedy"]
        assert finding["status"] in {"ok", "warning", "failed", "skipped"}
        assert finding["sentence"].endswith(".")
        assert finding["remedy"] or finding["status"] in {"ok", "skipped"}


def test_what_live_mode_lacks_has_failed(run: Run, tmp_path: Path) -> None:
    """All of it in one go, although the server would not start."""
    result = run("--json", APPLE_WALLET="live")
    assert result.exit_code == 1
    assert {finding["name"] for finding in findings(result) if finding["status"] == "failed"} == {
        "certificate",
        "mail",
        "public_address",
    }
    (certificate,) = about(result, "certificate")
    assert f"There is no folder {tmp_path / 'certs'}." in certificate["sentence"]


def test_wrong_settings_are_findings_too(run: Run) -> None:
    """With them nothing else can be tried."""
    result = run("--json", PORT="eighty", APPLE_WALLET="maybe")
    assert result.exit_code == 1
    assert [(finding["name"], finding["status"]) for finding in findings(result)] == [
        ("settings", "failed")
    ] * 2
    assert "PORT='eighty'" in findings(result)[0]["sentence"]


def test_text_has_the_same_sentences_and_a_verdict(run: Run) -> None:
    settings = {"APPLE_WALLET": "off", "PORT": "9"}
    told = run(**settings).output
    for finding in findings(run("--json", **settings)):
        assert finding["sentence"] in told
        assert finding["remedy"] in told
    assert re.fullmatch(r"2 warning, [0-9]+ skipped", told.splitlines()[-1])


def test_no_secret_is_told(run: Run) -> None:
    secrets = {
        "SMTP_URL": f"smtp://user:open-sesame@127.0.0.1:{free_port()}",
        "DATABASE_URL": f"postgresql+psycopg://user:open-sesame@127.0.0.1:{free_port()}/cards",
        "SECRET_KEY": "open-sesame",
    }
    result = run("--json", **secrets)
    assert {finding["name"] for finding in findings(result) if finding["status"] == "failed"} == {
        "database",
        "mail",
    }
    assert "open-sesame" not in result.output


def test_only_web_servers_know_the_time(run: Run) -> None:
    result = run("--clock", "ntp.example")
    assert result.exit_code == 2
    assert "https://" in result.output


def test_a_running_installation_is_well_and_is_told_from_others(run: Run, tmp_path: Path) -> None:
    with running_server(tmp_path / "data") as server:
        address = {"PORT": server.url.rpartition(":")[2]}
        own = run("--json", "--clock", server.url, **address)
        other = run("--json", DATA_DIR=str(tmp_path / "elsewhere"), SECRET_KEY="another", **address)
    assert own.exit_code == 0, own.output
    well = {finding["name"] for finding in findings(own) if finding["status"] == "ok"}
    assert well == {
        "settings",
        "database",
        "certificate",
        "pass_type",
        "clock",
        "public_address",
        "callback_address",
    }
    assert other.exit_code == 1
    assert "Another installation of walletpass answers" in about(other, "public_address")[-1]["sentence"]


@pytest.mark.parametrize("name", ["google_class", "image_addresses"])
def test_what_needs_the_database_says_so_where_that_cannot_be_read(run: Run, name: str) -> None:
    nowhere = f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/nothing"
    (finding,) = about(run("--json", GOOGLE_WALLET="live", DATABASE_URL=nowhere), name)
    assert finding["status"] == "skipped"
    assert finding["sentence"] == "This could not be looked at, because the database cannot be read."
