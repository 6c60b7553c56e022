"""The demo, with the commands that the guide gives for it."""

import re
from pathlib import Path

from click.testing import CliRunner
from support.installations import open_installation

from walletpass.cli import main
from walletpass.operations.enrolment.applicant import Applicant
from walletpass.operations.enrolment.join import join, new_form_key
from walletpass.operations.installation.demo import load_demo
from walletpass.operations.installation.merchants import list_merchants
from walletpass.operations.programs.rules import get_rules

GUIDE = Path(__file__).parent.parent.parent / "docs" / "programs.md"
BARBER = "Sharp & Sons Barbers"


def test_the_guides_rules_and_purchase_fit_the_barber_in_leeds(tmp_path: Path) -> None:
    """In pounds, and somebody has joined, so the rules could not bring other money."""
    environment, services = open_installation(tmp_path)
    load_demo(services)
    shop_id = next(shop.id for shop in list_merchants(services) if shop.name == BARBER)
    applicant = Applicant("Anna", "anna@mail.example")
    join(services, get_rules(services, shop_id).code, applicant, "en", "test", new_form_key())
    services.database.close()

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(main, arguments, env=environment)
        assert done.exit_code == 0, done.output
        return done.output.replace("\N{NO-BREAK SPACE}", " ")

    rules = tmp_path / "shop.toml"
    (example,) = re.findall(r"```toml\n([^`]*London[^`]*)```", GUIDE.read_text())
    rules.write_text(example)
    (amount,) = re.findall(r'^walletpass card buy "Sharp.* (\S+) --bill', GUIDE.read_text(), re.M)
    run("program", "publish", BARBER, str(rules))
    run("card", "buy", BARBER, "anna@mail.example", amount)
    assert "246 points for £24.60" in run("card", "show", BARBER, "anna@mail.example")
