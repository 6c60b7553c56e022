"""Amounts of money as they are typed into commands: what is wrong with one is said."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from support.installations import open_installation
from support.shops import add_shop

from walletpass.cli import main
from walletpass.loyalty.program import Milestone
from walletpass.operations.enrolment.applicant import Applicant
from walletpass.operations.enrolment.join import join, new_form_key
from walletpass.operations.programs.rules import get_rules

ANNA = "anna@example.com"
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """`walletpass` in a shop that takes euros; nothing here writes."""
    environment, services = open_installation(tmp_path_factory.mktemp("shop"))
    merchant_id = add_shop(services, "Corner", (Milestone(10, "Bun"),))
    join(services, get_rules(services, merchant_id).code, Applicant("Anna", ANNA), "en", "", new_form_key())
    services.database.close()

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments, env=environment)

    return run


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        ("fifty", "'fifty' is not an amount such as 12.40. (bad_amount)"),
        ("", "'' is not an amount such as 12.40. (bad_amount)"),
        ("€5", "'€5' is not an amount such as 12.40. (bad_amount)"),
        ("1,000.00", "'1,000.00' is not an amount such as 12.40. (bad_amount)"),
        ("\udc80", "'\\udc80' is not an amount such as 12.40. (bad_amount)"),
        ("12.405", "'12.405' has too many decimals: EUR has 2. (bad_amount)"),
        ("99999999999", "'99999999999' is too much. (bad_amount)"),
        ("9" * 13, f"'{'9' * 13}' is too much. (bad_amount)"),
        ("-5", "'-5' is not above zero. (bad_amount)"),
        ("12.40 USD", "This amount is not in EUR. (bad_currency)"),
        ("$5", "This amount is not in EUR. (bad_currency)"),
    ],
)
def test_what_is_wrong_with_an_amount_is_said(run: Run, amount: str, told: str) -> None:
    """The same of a purchase and of a gift card."""
    for command in (("card", "buy", "Corner", ANNA, amount), ("gift-card", "issue", amount)):
        refused = run(*command)
        assert (refused.exit_code, refused.stderr) == (1, f"Error: {told}\n")


def test_gift_cards_in_a_purchase_cannot_be_more_than_it(run: Run) -> None:
    refused = run("card", "buy", "Corner", ANNA, "10", "--gift-cards", "20")
    told = "'20' for gift cards is more than the whole purchase of 10. (bad_amount)"
    assert (refused.exit_code, refused.stderr) == (1, f"Error: {told}\n")


def test_a_gift_card_has_something_on_it(run: Run) -> None:
    assert run("gift-card", "issue", "0").stderr == "Error: '0' is not above zero. (bad_amount)\n"
