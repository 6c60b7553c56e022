"""`walletpass booking` and `walletpass check-in` as their users meet them."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result
from support.branches import branch
from support.rules import BOOKED
from support.shops import add_shop

from walletpass.app import build_services
from walletpass.cli import main
from walletpass.loyalty.program import Milestone
from walletpass.operations.enrolment.applicant import Applicant
from walletpass.operations.enrolment.join import join, new_form_key
from walletpass.operations.locations.add import add_location
from walletpass.operations.programs.publish import publish
from walletpass.operations.programs.rules import get_rules
from walletpass.settings import Settings
from walletpass.store import accounts
from walletpass.store.schema import migrate

Run = Callable[..., Result]
ZONE = ZoneInfo("Europe/Amsterdam")
ANNA = "anna@example.com"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"DATA_DIR": str(tmp_path), "SECRET_KEY": "of the tests"}


@pytest.fixture
def code(environment: dict[str, str]) -> str:
    """Of a member's card, at a shop with one location where appointments bring stamps."""
    services = build_services(Settings.from_env(environment))
    migrate(services.database)
    merchant_id = add_shop(services, "Kovász", (Milestone(10, "Kenyér"),))
    add_location(services, merchant_id, branch("Corner", 52.37, 4.90))
    rules = get_rules(services, merchant_id)
    publish(services, merchant_id, rules.number, replace(rules.program, earn=(BOOKED,)))
    join(services, rules.code, Applicant(email=ANNA), "en", "test", new_form_key())
    with services.reading() as tx:
        typed = services.vault.unseal(accounts.list_scan_codes(tx, 1)["typed"])
    services.database.close()
    return typed


@pytest.fixture
def run(environment: dict[str, str], code: str) -> Run:
    """`walletpass` with arguments as one would type them."""

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments, env=environment)

    return run


def this_evening() -> datetime:
    """On the shop's clock, in the minutes that the command line takes."""
    return datetime.now(UTC).astimezone(ZONE).replace(hour=20, minute=30)  # noqa: TID251 - the command reads it too


def test_an_appointment_is_noted_on_the_shops_clock_completed_and_cancelled(run: Run, code: str) -> None:
    ends = this_evening()
    added = run("booking", "add", "cut-17", "--card", code, "--ends", f"{ends:%Y-%m-%d %H:%M}")
    assert added.exit_code == 0, added.output
    assert re.match(r"cut-17: booked, ends .* 20:30; what it brings follows at .* 23:30\n", added.output)
    assert run("booking", "add", "cut-17", "--card", ANNA, "--ends", f"{ends:%Y-%m-%d %H:%M}").exit_code == 0
    assert run("booking", "complete", "cut-17").output.startswith("cut-17: completed, ends")
    earlier = run("booking", "complete", "cut-17", "--ended", f"{ends - timedelta(hours=1):%Y-%m-%dT%H:%M}")
    assert "19:30; what it brings follows" in earlier.output
    assert "cut-17: cancelled" in run("booking", "cancel", "cut-17").output
    missed = run("booking", "cancel", "cut-17", "--missed").output
    assert missed.startswith("cut-17: nobody came, ends")
    assert missed.endswith("; nothing follows\n")


def test_what_follows_from_an_appointment_that_is_over_is_said_without_a_time(run: Run, code: str) -> None:
    """First it brings something now; cancelled after that, it takes that back."""
    yesterday = f"{this_evening() - timedelta(days=1):%Y-%m-%d %H:%M}"
    added = run("booking", "add", "cut-17", "--card", code, "--ends", yesterday).output
    assert added.endswith("; what it brings follows now\n")
    assert run("due", "run").exit_code == 0
    assert run("booking", "cancel", "cut-17").output.endswith("; what it brought is taken back\n")


def test_the_till_of_a_location_shows_a_code(run: Run) -> None:
    shown = run("check-in", "code", "corner")
    assert re.fullmatch(r"[0-9A-Z]{16} until \d\d:\d\d:(00|30)\n", shown.output), shown.output
    until = datetime.strptime(shown.output[-9:-1], "%H:%M:%S").replace(tzinfo=ZONE)
    now = datetime.now(ZONE)  # noqa: TID251 - the command reads it too
    assert (until.replace(year=now.year, month=now.month, day=now.day) - now).seconds < 90
    assert run("check-in", "renew", "corner").output == "corner: new secret, the old codes are dead\n"
    assert run("check-in", "code", "corner").output[:16] != shown.output[:16]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ("check-in code nowhere", "there is no nowhere. Here are: Corner."),
        ("check-in code corner --shop Other", "say which shop"),
        ("booking cancel cut-99", "This booking does not exist."),
        ("booking add cut-17 --card 0000-0000-0000 --ends 2026-11-22T14:00", "not a card of this shop"),
        ("booking add cut-17 --card 0000-0000-0000 --ends noon", "does not match the formats"),
    ],
)
def test_what_cannot_be_is_refused_in_words(run: Run, arguments: str, why: str) -> None:
    refused = run(*arguments.split())
    assert refused.exit_code != 0
    assert why in refused.output
    assert "Traceback" not in refused.output
