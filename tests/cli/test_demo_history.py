"""`walletpass demo --history` as its users meet it."""

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


def test_a_server_that_others_reach_gets_no_year(tmp_path: Path) -> None:
    """Its passwords are public."""
    refused = run(tmp_path, "demo", "--history", HOST="0.0.0.0")
    assert refused.exit_code != 0
    assert "can be reached from elsewhere" in refused.output
