"""`walletpass program` as operators meet it."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support.installations import open_installation
from support.shops import add_shop

from walletpass.cli import main
from walletpass.loyalty.program import Milestone

GUIDE = Path(__file__).parent.parent.parent / "docs" / "programs.md"
POINTS = """
kind = "points"
zone = "Europe/Budapest"
currency = "HUF"

[[earn]]
id = "spend"
trigger = "amount"
unit = "points"
units = 10
per_minor = 100

[earn.conditions]
weekdays = [1, 2]
start = 14:00:00
ends_at = 2027-01-01T00:00:00+01:00

[expiry]
kind = "rolling_on_earn"
duration = "P6M"
"""

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs `walletpass program` in an installation with Kovász; the texts given become files of their names."""
    environment, services = open_installation(tmp_path / "data")
    add_shop(services, "Kovász", (Milestone(10, "Kenyér"),))
    services.database.close()

    def run(*arguments: str, of: str = "program", **files: str) -> Result:
        for name, content in files.items():
            (tmp_path / name.replace("_", ".")).write_text(content, errors="surrogateescape")
        paths = [str(tmp_path / a) if a.startswith("rules.") else a for a in arguments]
        return CliRunner().invoke(main, [of, *paths], env=environment)

    return run


def test_what_is_shown_can_be_published_again(run: Run) -> None:
    shown = run("show", "kovász")
    assert json.loads(shown.output) == {
        "milestones": [{"at": 10, "reward": "Kenyér"}],
        "zone": "Europe/Amsterdam",
    }
    assert (
        run("publish", "Kovász", "rules.json", rules_json=shown.output).output == "Version 2 is published.\n"
    )
    assert run("show", "Kovász").output == shown.output


def test_a_file_of_toml_has_days_and_times_of_its_own(run: Run) -> None:
    assert run("check", "rules.toml", rules_toml=POINTS).output == "These rules can be published.\n"
    assert run("publish", "Kovász", "rules.toml", "--keep-promise").output == "Version 2 is published.\n"
    shown = json.loads(run("show", "Kovász").output)
    assert shown["expiry"] == {"kind": "rolling_on_earn", "duration": "P6M"}
    assert shown["earn"][0]["conditions"]["start"] == "14:00:00"


def test_every_problem_has_a_line(run: Run) -> None:
    broken = POINTS.replace("HUF", "FT").replace("= 100", "= -100").replace("[1, 2]", "[0]")
    checked = run("check", "rules.toml", rules_toml=broken)
    assert checked.exit_code == 1
    assert checked.output.count("\n") == 3
    assert "“FT” is not a currency such as EUR." in checked.output
    published = run("publish", "Kovász", "rules.toml")
    assert (published.exit_code, published.output) == (1, checked.output)


def test_rules_are_judged_as_the_next_ones_of_a_shop(run: Run) -> None:
    """With everything for which they would not be published; nothing is changed by it."""
    rules = POINTS.replace("weekdays = [1, 2]", "weekdays = [0]\nlocation_ids = [7]")
    run("join", "Kovász", of="member")
    alone = run("check", "rules.toml", rules_toml=rules)
    checked = run("check", "rules.toml", "--shop", "Kovász")
    published = run("publish", "Kovász", "rules.toml")
    assert (checked.exit_code, checked.output) == (1, published.output)
    assert (alone.output.count("\n"), checked.output.count("\n")) == (1, 4)
    keeps = run("show", "Kovász").output
    assert run("check", "rules.json", "--shop", "kov", rules_json=keeps).exit_code == 0
    assert run("show", "Kovász").output == keeps


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("kind = ", "rules.toml: "),
        ("\x00", "rules.toml: "),
        ("a = " + "[" * 10_000, "rules.toml: "),
        ("#" * 1_000_001, "larger than"),
        ("# \udcff", "is not text in UTF-8: line 1."),
        ("", "zone is missing."),
    ],
)
def test_what_is_no_program_is_refused_in_words(run: Run, content: str, why: str) -> None:
    refused = run("check", "rules.toml", rules_toml=content)
    assert refused.exit_code == 1
    assert why in refused.output
    assert "Traceback" not in refused.output


@pytest.mark.parametrize("content", ["[]", "null", "3", '"text"', "[" * 10_000, "1" * 5000])
def test_any_json_is_answered(run: Run, content: str) -> None:
    refused = run("check", "rules.json", rules_json=content)
    assert refused.exit_code == 1
    assert refused.output.startswith("Error: ")


def test_a_programme_is_paused_resumed_and_ended_for_good(run: Run) -> None:
    assert run("pause", "Kovász").exit_code == 0
    assert run("resume", "Kovász").exit_code == 0
    assert run("end", "Kovász", "--yes").exit_code == 0
    assert "has ended" in run("resume", "Kovász").output
    assert run("end", "Kovász", "--yes").exit_code == 0


def test_how_many_cards_follow_a_state_is_said_once(run: Run) -> None:
    assert run("pause", "Kovász").output == "Kovász: paused\n"
    assert run("resume", "Kovász").output == "Kovász: active\n"
    run("join", "Kovász", of="member")
    told = "On its way to your customers: 0 of 1 cards, less than a minute left.\n"
    assert run("pause", "Kovász").output == f"Kovász: paused\n{told}"
    assert run("pause", "Kovász").output == "Kovász: paused\n"
    assert told in run("end", "Kovász", "--yes").output


def test_an_unknown_shop_is_refused_with_those_that_exist(run: Run) -> None:
    assert "Here are: Kovász." in run("show", "Kovácz").output


def test_the_examples_of_the_guide_can_be_published(run: Run) -> None:
    examples = re.findall(r"```toml\n(.*?)```", GUIDE.read_text(), re.S)
    assert len(examples) >= 2
    for example in examples:
        assert run("check", "rules.toml", rules_toml=example).output == "These rules can be published.\n"
