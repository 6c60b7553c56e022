"""`walletpass demo --history` as its users meet it."""

import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner, Result

from walletpass.cli import main


def run(folder: Path, *arguments: str, **settings: str) -> Result:
    environment = {"DATA_DIR": str(folder), "SECRET_KEY": "of the tests", **settings}
    return CliRunner().invoke(main, arguments, env=environment)


def test_the_year_is_played_once(tmp_path: Path) -> None:
    """With people to sign in as; asked for again, it is left as it is."""
    done = run(tmp_path, "demo", "--history", "--members", "2")
    assert done.exit_code == 0, done.output
    assert "owner@appelboom.example" in done.output
    again = run(tmp_path, "demo", "--history", "--members", "2")
    assert again.exit_code == 0, again.output
    assert "Boerderij Appelboom is there already." in again.output
    assert run(tmp_path, "ledger", "verify").exit_code == 0


def test_a_year_that_was_broken_off_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    """Whoever asks again learns that it has to be begun anew."""
    environment = {"DATA_DIR": str(tmp_path), "SECRET_KEY": "of the tests", "PATH": ""}
    command = (sys.executable, "-m", "walletpass", "demo", "--history", "--members", "60")
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as playing:
        while not any(tmp_path.glob("*.unfinished")):
            assert playing.poll() is None
        playing.kill()
    again = run(tmp_path, "demo", "--history", "--members", "60")
    assert again.exit_code == 1
    assert "was begun here and broken off" in again.output


def test_a_server_that_others_reach_gets_no_year(tmp_path: Path) -> None:
    """Its passwords are public."""
    refused = run(tmp_path, "demo", "--history", HOST="0.0.0.0")
    assert refused.exit_code != 0
    assert "can be reached from elsewhere" in refused.output
