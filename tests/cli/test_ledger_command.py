"""`walletpass ledger verify` as operators meet it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support.shops import add_shop

from walletpass.app import build_services
from walletpass.cli import main
from walletpass.loyalty.program import Milestone
from walletpass.operations.earning.stamp import stamp
from walletpass.operations.enrolment.applicant import Applicant
from walletpass.operations.enrolment.join import join, new_form_key
from walletpass.operations.posting.request import Post
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.services import Services
from walletpass.settings import Settings
from walletpass.store.schema import migrate

Run = Callable[..., Result]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"DATA_DIR": str(tmp_path), "SECRET_KEY": "of the tests"}


@pytest.fixture
def services(environment: dict[str, str]) -> Services:
    """Kovász has one card with two stamps; Other has none."""
    services = build_services(Settings.from_env(environment))
    migrate(services.database)
    merchant_id = add_shop(services, "Kovász", (Milestone(10, "Kenyér"),))
    add_shop(services, "Other", (Milestone(10, "Bun"),))
    code = get_rules(services, merchant_id).code
    join(services, code, Applicant(name="Anna", email=""), "hu", "test", new_form_key())
    stamp(services, Post(merchant_id, 1, new_form_key(), {}), 2)
    return services


@pytest.fixture
def run(environment: dict[str, str], services: Services) -> Run:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["ledger", "verify", *arguments], env=environment)

    return run


def test_a_sound_ledger_is_said_to_be_so(run: Run) -> None:
    """With how much was looked at, and each of the ten invariants by its number."""
    done = run()
    assert done.exit_code == 0
    assert "Looked at 1 accounts, 1 entries, 1 lots," in done.output
    for number in range(1, 11):
        assert f"{number:>3}  " in done.output
    assert done.output.endswith("Every invariant kept.\n")


def test_a_breach_is_told_with_account_and_entry_and_nothing_about_the_person(
    run: Run, services: Services
) -> None:
    with services.transaction() as tx:
        tx.exec_driver_sql("UPDATE ledger_entries SET quantity = 3")
    done = run()
    assert done.exit_code == 1
    assert "[7] account 1, entry 1: is not as it was written" in done.output
    assert (
        "  7  Numbers without a gap, each entry under the hash of the one before: broken 1 times"
        in done.output
    )
    assert "Anna" not in done.output
    assert run("--merchant", "other").exit_code == 0
    assert run("--merchant", "kov").exit_code == 1  # how its name begins is enough


def test_a_shop_that_is_not_there_is_refused_in_words(run: Run) -> None:
    refused = run("--merchant", "Nowhere")
    assert refused.exit_code == 2
    assert "Invalid value for '--merchant': say which shop." in refused.output
