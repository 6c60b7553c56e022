"""`walletpass certs bring`, `drop` and `list` as their users meet them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from walletpass.cli import main

OPERATORS, OWN = "pass.dev.walletpass.cards", "pass.dev.corner.cards"
SHOP = (
    "init --operator-email operator@example.com --shop Corner --template bakery --language en"
    " --zone Europe/Budapest --stamps 8 --reward Bun --owner-name Kim --owner-email owner@example.com"
    " --passwords-from-stdin"
)
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    environment = {"DATA_DIR": str(tmp_path), "SECRET_KEY": "of the tests", "APPLE_PASS_TYPE": OPERATORS}
    for arguments, typed in ((SHOP, "operator-password\nowner-password\n"), (f"certs dev {OWN}", "")):
        done = CliRunner().invoke(main, arguments.split(), input=typed, env=environment)
        assert done.exit_code == 0, done.output

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["certs", *arguments], env=environment)

    return run


def test_a_shop_brings_its_own_certificate_and_gives_it_up(run: Run) -> None:
    assert run("list").output == (
        f"{OWN}: nobody, 394 days left\n{OPERATORS}: the operator, 394 days left\n\n"
        f"Corner: {OPERATORS}, the operator’s\n"
    )
    assert run("bring", OWN).output.startswith(f"Corner: issued as {OWN} from now on\n")
    assert run("list").output == (
        f"{OWN}: Corner, 394 days left\n{OPERATORS}: the operator, 394 days left\n\nCorner: {OWN}, its own\n"
    )
    assert run("drop").output == "Corner: issued by the operator from now on\n"
    assert f"Corner: {OPERATORS}, the operator’s" in run("list").output


@pytest.mark.parametrize(
    ("pass_type", "told"), [(OPERATORS, "the operator’s"), ("pass.nobody", "no certificate")]
)
def test_what_a_shop_cannot_bring_is_refused_in_words(run: Run, pass_type: str, told: str) -> None:
    refused = run("bring", pass_type)
    assert refused.exit_code == 1
    assert told in refused.output


def test_what_is_no_pass_type_gets_no_development_certificate(run: Run) -> None:
    refused = run("dev", "../corner")
    assert refused.exit_code == 2
    assert "no pass type" in refused.output
