"""`walletpass roll-out` as operators meet it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support.crowds import add_crowd
from support.installations import open_installation
from support.shops import add_shop

from walletpass.cli import main
from walletpass.loyalty.program import Asks, Milestone
from walletpass.operations.programs.publish import publish_rules

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs `walletpass roll-out` where Kovász has three hundred cards to change, and Other none."""
    environment, services = open_installation(tmp_path)
    merchant_id = add_shop(services, "Kovász", (Milestone(10, "Kenyér"),))
    add_shop(services, "Other", (Milestone(10, "Bun"),))
    add_crowd(services, merchant_id, 300)
    publish_rules(services, merchant_id, 1, (Milestone(8, "Kenyér"),), Asks())
    services.database.close()

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["roll-out", *arguments], env=environment)

    return run


def test_what_is_on_its_way_is_listed(run: Run) -> None:
    line = run("list").output
    assert line.startswith("Kovász ")
    assert "0 of 300 cards, less than a minute left" in line
    assert "100 a second" in line
    assert line.count("\n") == 1


def test_it_is_held_and_goes_on_at_another_rate(run: Run) -> None:
    assert run("pause", "--shop", "kovász").output == "Kovász: paused\n"
    assert "0 of 300 cards, paused" in run("list").output
    assert run("rate", "--shop", "Kovász", "0.5").output == "Kovász: 0.5 a second from now on\n"
    assert run("resume", "--shop", "Kovász").output == "Kovász: goes on\n"
    assert "about 10 minutes left" in run("list").output


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("pause",), "say which shop"),
        (("pause", "--shop", "Other"), "No change is on its way"),
        *(
            (("rate", "--shop", "Kovász", cards), "'CARDS': a number greater than 0 is needed.")
            for cards in ("0", "nan", "fast")
        ),
    ],
)
def test_what_cannot_be_is_refused_in_words(run: Run, arguments: tuple[str, ...], why: str) -> None:
    refused = run(*arguments)
    assert refused.exit_code != 0
    assert why in refused.output
    assert "Traceback" not in refused.output
