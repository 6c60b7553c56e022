"""`walletpass correction`, and `card adjust` where one person is not enough, as their users meet them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support.installations import open_installation
from support.shops import add_shop

from walletpass.cli import main
from walletpass.loyalty.program import Limits, Milestone
from walletpass.operations.enrolment.applicant import Applicant
from walletpass.operations.enrolment.join import join, new_form_key
from walletpass.operations.installation.init import add_person
from walletpass.operations.programs.publish import publish
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.staffing.sign_in import StaffRole

ANNA, ODON, PIROSKA = "anna@example.com", "odon@example.com", "piroska@example.com"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """`walletpass` in an installation whose shop has two owners, of whom one alone gives at most 3 stamps a day."""
    environment, services = open_installation(tmp_path)
    merchant_id = add_shop(services, "Corner", (Milestone(30, "Cake"),))
    rules = get_rules(services, merchant_id)
    limits = replace(Limits(), most_stamps_alone=3)
    publish(services, merchant_id, rules.number, replace(rules.program, limits=limits))
    join(services, rules.code, Applicant("Anna", ANNA), "en", "test", new_form_key())
    with services.transaction() as tx:
        for name, email in (("Ödön", ODON), ("Piroska", PIROSKA)):
            new = (StaffRole.OWNER, name, email, "long enough", "en")
            add_person(services, tx, merchant_id, *new)
    services.database.close()

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments, env=environment)

    return run


def lines(done: Result) -> list[str]:
    assert done.exit_code == 0, done.output
    return str(done.output).splitlines()


def test_a_second_owner_agrees_to_what_is_too_much_for_one(run: Run) -> None:
    asked = ("card", "adjust", "Corner", ANNA, "4", "--reason", "correction", "--note", "Paper card")
    refused = run(*asked)
    assert (refused.exit_code, "at most 3 stamps by hand" in refused.output) == (1, True)
    assert refused.output.endswith("Say with --by who asks for it.\n")
    assert lines(run(*asked, "--by", ODON)) == ["waits for a second person: correction 1"]
    (waiting,) = lines(run("correction", "list", "Corner"))
    assert waiting.endswith("Ödön: 4 stamps for Anna (account 1), correction  Paper card")
    alone = run("correction", "agree", "Corner", "1", "--by", ODON)
    assert (alone.exit_code, "Somebody other" in alone.output) == (1, True)
    assert lines(run("correction", "agree", "Corner", "1", "--by", PIROSKA))[0] == "adjusted; 4 stamps"
    assert lines(run("correction", "list", "Corner")) == []


def test_it_can_be_refused_and_small_ones_need_nobody(run: Run) -> None:
    assert (
        lines(run("card", "adjust", "Corner", ANNA, "3", "--reason", "courtesy"))[0] == "adjusted; 3 stamps"
    )
    lines(run("card", "adjust", "Corner", ANNA, "1", "--reason", "courtesy", "--by", ODON))
    assert lines(run("correction", "refuse", "Corner", "1", "--by", PIROSKA)) == ["refused: correction 1"]
    again = run("correction", "agree", "Corner", "1", "--by", PIROSKA)
    assert (again.exit_code, "agreed to or refused already" in again.output) == (1, True)


def test_who_does_not_work_there_is_nobody(run: Run) -> None:
    unknown = run("correction", "agree", "Corner", "1", "--by", "who@example.com")
    assert (unknown.exit_code, "This person does not exist." in unknown.output) == (1, True)
