"""What earns without a purchase, on the command line: a welcome, sharing, checking in, being most loyal."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support.branches import branch
from support.installations import open_installation
from support.purchases import rule
from support.shops import add_shop

from walletpass.cli import main
from walletpass.loyalty.earn_rules import Period, RuleLimit, Trigger
from walletpass.loyalty.program import Milestone, ProgramKind
from walletpass.operations.locations.add import add_location
from walletpass.operations.programs.publish import publish
from walletpass.operations.programs.rules import get_rules

ANNA, BELA = "anna@example.com", "bela@example.com"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """`walletpass` in a shop with one location and two members, who joined on the command line."""
    environment, services = open_installation(tmp_path)
    merchant_id = add_shop(services, "Corner", (Milestone(10, "Bun"),))
    add_location(services, merchant_id, branch("Quay", 52.37, 4.90))
    rules = get_rules(services, merchant_id)
    earn = (
        rule("hello", Trigger.WELCOME, 25),
        rule("spring", Trigger.SHARE, 5),
        rule("autumn", Trigger.SHARE, 7, limit=RuleLimit(1, Period.EVER)),
        rule("here", Trigger.CHECK_IN, 3),
        rule("top", Trigger.LOYAL_TOP, 100),
    )
    program = replace(rules.program, kind=ProgramKind.POINTS, milestones=(), earn=earn)
    publish(services, merchant_id, rules.number, program)
    services.database.close()

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments, env=environment)

    for email in (ANNA, BELA):
        assert run("member", "join", "Corner", "--name", email[:4], "--email", email).exit_code == 0
    return run


def points(run: Run) -> str:
    """Of Anna."""
    shown = str(run("card", "show", "Corner", ANNA).output)
    return next(line.split()[1] for line in shown.splitlines() if line.startswith("balance"))


def test_who_shares_gets_what_one_rule_or_all_give(run: Run) -> None:
    assert run("card", "share", "Corner", ANNA, "--rule", "spring").output == "given; 30 points\n"
    assert run("card", "share", "Corner", ANNA).output == "given; 37 points\n"
    assert "this earns nothing now" in run("card", "share", "Corner", ANNA).stderr
    assert "no such earn rule" in run("card", "share", "Corner", ANNA, "--rule", "top").stderr


def test_a_member_checks_in_with_what_the_till_shows(run: Run) -> None:
    shown = run("check-in", "code", "Quay").output.split()[0]
    at_till = ("card", "check-in", "Corner", ANNA, "quay", shown)
    assert "where your phone is" in run(*at_till, "--within", "50").stderr
    assert "m away" in run(*at_till, "--within", "50", "--position", "52.38, 4.90").stderr
    assert run(*at_till, "--within", "50", "--position", "52.37, 4.90").output == "given; 28 points\n"
    assert "checked in already" in run(*at_till).stderr
    assert "no longer valid" in run("card", "check-in", "Corner", BELA, "Quay", "0" * 16).stderr


def test_the_most_loyal_are_listed_and_rewarded_once(run: Run) -> None:
    asked = ("Corner", "--since", "2020-01-01", "--most", "1")
    assert "Nobody" in run("most-loyal", "list", *asked).output
    for bill in ("17", "18"):
        bought = run("card", "buy", "Corner", ANNA, "10", "--bill", bill)
        assert bought.exit_code == 0, bought.output
    assert run("most-loyal", "list", *asked).output.split() == ["1", "anna", "2", "visits"]
    assert run("most-loyal", "list", *asked, "--by", "spend").output.split()[-1] == "€20.00"
    for _ in range(2):
        assert run("most-loyal", "reward", *asked, "top").output.split() == ["1", "anna", "has", "it"]
    assert points(run) == "125"
    run("member", "status", "Corner", "1", "blocked")
    passed_over = run("most-loyal", "reward", *asked, "top", "--key", "once-more")
    assert passed_over.output.split() == ["1", "anna", "gets", "nothing"]


HALF = "\udc80"
"""What an argument has that was no text."""


@pytest.mark.parametrize(
    "arguments",
    [
        ("card", "share", "Corner", HALF),
        ("card", "share", "Corner", ANNA, "--rule", HALF),
        ("card", "share", "Corner", ANNA, "--key", "!"),
        ("card", "check-in", "Corner", ANNA, "Nowhere", "0" * 16),
        ("card", "check-in", "Corner", ANNA, "Quay", HALF),
        ("card", "check-in", "Corner", ANNA, "Quay", "x" * 100_000),
        ("card", "check-in", "Corner", ANNA, "Quay", "0" * 16, "--position", "here"),
        ("card", "check-in", "Corner", ANNA, "Quay", "0" * 16, "--within", "0"),
        ("most-loyal", "list", "Corner", "--since", "yesterday"),
        ("most-loyal", "list", "Corner", "--since", "2026-01-01", "--most", "0"),
        ("most-loyal", "list", "Corner", "--since", "2026-01-01", "--most", str(10**30)),
        ("most-loyal", "reward", "Corner", "hello", "--since", "2026-01-01"),
        ("most-loyal", "reward", "Corner", HALF, "--since", "0001-01-01"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_writes_nothing(run: Run, arguments: tuple[str, ...]) -> None:
    refused = run(*arguments)
    assert refused.exit_code in (1, 2), refused.output
    assert isinstance(refused.exception, SystemExit), refused.exc_info
    assert refused.stderr
    assert points(run) == "25"
