"""`walletpass simulate phone` against the demo."""

import json
import re
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner, Result
from support.servers import RunningServer

from walletpass.cli import main


@pytest.fixture
def join_page(demo_server: RunningServer) -> str:
    found = re.search(r"/join/\w+", requests.get(demo_server.url, timeout=10).text)
    assert found is not None
    return demo_server.url + found[0]


def run(demo_server: RunningServer, address: str, *options: str, trusts: bool = True) -> Result:
    root = demo_server.data_dir / "development-certificates" / "root.pem"
    trust = ("--root", str(root), "--allow-http") if trusts else ()
    return CliRunner().invoke(main, ["simulate", "phone", address, "--seconds", "0", *trust, *options])


def test_the_phone_joins_shows_its_card_and_keeps_it_in_a_folder(
    demo_server: RunningServer, join_page: str, tmp_path: Path
) -> None:
    first = run(demo_server, join_page, "--language", "nl", "--state", str(tmp_path))
    assert first.exit_code == 0, first.output
    assert "Noordlicht Koffie\n  Stempels: 0 van 10\n" in first.output
    assert len(list(tmp_path.glob("*.pkpass"))) == 1
    again = run(demo_server, "http://127.0.0.1:9/nothing", "--state", str(tmp_path), "--remove")
    assert again.output == first.output
    saved = json.loads((tmp_path / "phone.json").read_text())
    assert (saved["cards"], saved["agenda"]) == ([], [])


def test_a_phone_without_the_development_root_refuses_the_card(
    demo_server: RunningServer, join_page: str
) -> None:
    refused = run(demo_server, join_page, trusts=False)
    assert refused.exit_code == 1
    assert refused.output.startswith("Error: ")
    assert "https" in refused.output


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/sign-in", "offers no pass"),
        ("/card/nobody", "was answered with 404"),
        ("/static/base.css", "offers no pass: text/css"),
    ],
)
def test_an_address_without_a_pass_is_named(demo_server: RunningServer, path: str, sentence: str) -> None:
    refused = run(demo_server, demo_server.url + path)
    assert refused.exit_code == 1
    assert sentence in refused.output


def test_a_server_that_is_not_there_is_named(demo_server: RunningServer) -> None:
    refused = run(demo_server, "http://127.0.0.1:9/join/me")
    assert refused.output == "Error: http://127.0.0.1:9/join/me cannot be reached (ConnectionError).\n"


def test_a_language_or_folder_that_cannot_be_read_is_named(
    demo_server: RunningServer, join_page: str, tmp_path: Path
) -> None:
    for language in ("zz-zz-zz", "xx"):
        assert f"{language} cannot be read" in run(demo_server, join_page, "--language", language).output
    (tmp_path / "phone.json").write_text('{"language": "en"}')
    assert f"{tmp_path} cannot be read" in run(demo_server, join_page, "--state", str(tmp_path)).output


def test_a_fleet_joins_and_says_what_it_does(demo_server: RunningServer, join_page: str) -> None:
    ran = run(demo_server, join_page, "--fleet", "2", "--cards", "2", "--churn", "3", "--seconds", "1")
    assert ran.exit_code == 0, ran.output
    total = ran.output.splitlines()[-1]
    registered = re.match(r"in all +(\d+) registered .* 0 errors ", total)
    assert registered is not None, ran.output
    assert int(registered[1]) >= 4
