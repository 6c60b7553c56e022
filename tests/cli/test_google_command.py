"""`walletpass google` as its users meet it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from walletpass.cli import main
from walletpass.clock import SystemClock
from walletpass.simulator.google.issuer import make_key_file
from walletpass.simulator.google.place import start_google

SHOP = (
    "init --operator-email operator@example.com --shop Corner --template bakery --language en"
    " --zone Europe/Budapest --stamps 8 --reward Bun --owner-name Kim --owner-email owner@example.com"
    " --passwords-from-stdin"
)
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    environment = {"DATA_DIR": str(tmp_path), "SECRET_KEY": "of the tests"}
    done = CliRunner().invoke(
        main, SHOP.split(), input="operator-password\nowner-password\n", env=environment
    )
    assert done.exit_code == 0, done.output

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["google", *arguments], env=environment)

    return run


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key.json"
    path.write_text(json.dumps(make_key_file("http://127.0.0.1:9/token")))
    return path


def test_it_tells_how_cards_stand(run: Run) -> None:
    assert run("status").output == "0 held, 0 offered, 0 waiting\n"


def test_a_shop_brings_an_issuer_of_its_own_and_gives_it_up(run: Run, key: Path) -> None:
    assert run("issuer", "bring", "3388000000012345678", str(key)).output == (
        "Corner: issued by 3388000000012345678 from now on\n"
    )
    assert run("issuer", "drop").output == "Corner: issued by the operator from now on\n"


@pytest.mark.parametrize("issuer", ["", "-1", "12345678901234567890", "corner"])
def test_what_is_no_issuer_is_refused(run: Run, key: Path, issuer: str) -> None:
    refused = run("issuer", "bring", "--", issuer, str(key))
    assert refused.exit_code == 1
    assert "at most 19 digits" in refused.output


def test_a_file_that_is_no_key_is_refused_in_words(run: Run, key: Path) -> None:
    key.write_text("{}")
    refused = run("issuer", "bring", "3388000000012345678", str(key))
    assert (refused.exit_code, "service account" in refused.output) == (1, True)


def test_reconciling_asks_google(run: Run, tmp_path: Path) -> None:
    google = start_google(tmp_path / "simulator", SystemClock())
    try:
        assert run("reconcile").output == "0 corrected\n"
    finally:
        google.stop()


def test_a_message_reaches_the_cards_that_somebody_holds(run: Run) -> None:
    """Nobody does yet; a day that is over is refused before anybody is told."""
    said = run("message", "Closed", "We are back on Tuesday.", "--until", "2999-12-31")
    assert said.output == "0 notified, 0 silent, 0 already, 0 refused\n"
    over = run("message", "Closed", "We are back on Tuesday.", "--until", "2020-01-01")
    assert (over.exit_code, "that day is over" in over.output) == (2, True)
    nobody = run("message", "Closed", "Back on Tuesday.", "--until", "2999-12-31", "--card", "a@example.com")
    assert (nobody.exit_code, nobody.output) == (
        1,
        "Error: This is not a card of this shop. (unknown_card)\n",
    )
