"""`walletpass simulate android` against the demo."""

import re

import pytest
import requests
from click.testing import CliRunner, Result
from support.servers import RunningServer

from walletpass.cli import main
from walletpass.simulator.google.place import find_address


@pytest.fixture
def join_page(demo_server: RunningServer) -> str:
    found = re.search(r"/join/\w+", requests.get(demo_server.url, timeout=10).text)
    assert found is not None
    return demo_server.url + found[0]


def run(demo_server: RunningServer, address: str, *options: str) -> Result:
    google = find_address(demo_server.data_dir / "simulator")
    command = ["simulate", "android", address, "--google", google, "--seconds", "0", *options]
    return CliRunner().invoke(main, command)


def test_the_phone_joins_and_shows_its_card(demo_server: RunningServer, join_page: str) -> None:
    ran = run(demo_server, join_page, "--language", "nl", "--remove")
    assert ran.exit_code == 0, ran.output
    assert ran.output.startswith("Noordlicht Koffie  Spaarkaart\n  Stempels: 0 van 10\n")


@pytest.mark.parametrize(
    ("path", "sentence"),
    [("/sign-in", "offers no save link"), ("/card/nobody", "was answered with 404")],
)
def test_an_address_without_a_save_link_is_named(
    demo_server: RunningServer, path: str, sentence: str
) -> None:
    refused = run(demo_server, demo_server.url + path)
    assert (refused.exit_code, sentence in refused.output) == (1, True)


def test_a_language_or_google_that_is_not_there_is_named(demo_server: RunningServer, join_page: str) -> None:
    for language in ("zz-zz-zz", "xx"):
        assert f"{language} cannot be read" in run(demo_server, join_page, "--language", language).output
    link = "https://pay.google.com/gp/v/save/a.b.c"
    ran = CliRunner().invoke(main, ["simulate", "android", link, "--google", "http://127.0.0.1:9"])
    assert ran.output == "Error: ConnectionError\n"
