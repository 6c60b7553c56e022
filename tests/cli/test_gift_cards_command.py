"""`walletpass gift-card` as its users meet it."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result

from walletpass.app import build_services
from walletpass.cli import main
from walletpass.loyalty.rewards.gift_cards import GiftCard
from walletpass.operations.enrolment.applicant import Applicant
from walletpass.operations.enrolment.join import join, new_form_key
from walletpass.operations.gift_cards.issue import issue
from walletpass.operations.gift_cards.moving import Request
from walletpass.operations.installation.at import at
from walletpass.operations.programs.rules import get_rules
from walletpass.settings import Settings
from walletpass.translations import translator

SHOP = (
    "init --operator-email operator@example.com --shop Corner --template bakery --language en"
    " --zone Europe/Budapest --stamps 8 --reward Bun --owner-name Kim --owner-email owner@example.com"
    " --passwords-from-stdin"
)
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\n")
Run = Callable[[str], Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A shop with one member, and `walletpass gift-card` with arguments as one would type them."""
    environment = {"DATA_DIR": str(tmp_path), "SECRET_KEY": "of the tests"}
    done = CliRunner().invoke(
        main, SHOP.split(), input="operator-password\nowner-password\n", env=environment
    )
    assert done.exit_code == 0, done.output
    services = build_services(Settings.from_env(environment))
    applicant = Applicant(name="Anna", email="anna@example.com")
    join(services, get_rules(services, 1).code, applicant, "en", "test", new_form_key())
    services.database.close()

    def run(arguments: str) -> Result:
        return CliRunner().invoke(main, ["gift-card", *arguments.split()], env=environment)

    return run


def issued(run: Run, arguments: str = "50") -> str:
    done = run(f"issue {arguments}")
    assert CODE.fullmatch(done.output), done.output
    return str(done.output).strip()


def test_a_card_is_issued_spent_in_parts_and_shown(run: Run) -> None:
    """Typed without dashes it is the same card. The last day is the shop's."""
    code = issued(run, "50 --days 30")
    assert run(f"spend {code.replace('-', '').lower()} 19.99").output == "active, €30.01 left\n"
    shown = run(f"show {code}").output.splitlines()
    now = datetime.now(ZoneInfo("Europe/Budapest"))  # noqa: TID251 - the command reads it too
    last = now.date() + timedelta(days=30)
    assert shown[0] == f"active, €30.01 to spend, last day: {translator('en').date(last)}"
    assert [line.split()[3:] for line in shown[1:]] == [
        ["issue", "€50.00", "€50.00"],
        ["spend", "-€19.99", "€30.01"],
    ]


def test_a_slip_of_the_finger_issues_nothing(run: Run) -> None:
    refused = "Error: A gift card has at most €21,474,836.47. Check the amount. (absurd_gift_card)\n"
    assert run("issue 1000000000").stderr == refused


def test_a_card_that_has_run_out_says_so(run: Run, tmp_path: Path) -> None:
    services = build_services(Settings.from_env({"DATA_DIR": str(tmp_path), "SECRET_KEY": "of the tests"}))
    ends = services.clock.now() - timedelta(days=1)
    then = at(services, ends - timedelta(days=30))
    code = issue(then, Request(1, new_form_key()), GiftCard("EUR", 2500, expires_at=ends)).code
    services.database.close()
    assert run(f"show {code}").output.startswith("expired, €0.00 to spend, last day: ")


def test_a_payment_is_given_back_in_part_and_whole(run: Run) -> None:
    """By the number that is shown with it, and never more than was paid."""
    code = issued(run)
    run(f"spend {code} 12")
    payment = run(f"show {code}").output.splitlines()[-1].split()[0]
    assert run(f"refund {code} {payment} 5").output == "active, €43.00 left\n"
    too_much = "Error: At most €7.00 of this payment can be given back. (refund_too_large)\n"
    assert run(f"refund {code} {payment} 8").stderr == too_much
    for _ in range(2):
        assert run(f"refund {code} {payment} --key all-of-it").output == "active, €50.00 left\n"
    unknown = "Error: This gift card has no such payment. (unknown_payment)\n"
    assert run(f"refund {code} 99").stderr == unknown


def test_a_repetition_with_the_same_key_does_nothing_more(run: Run) -> None:
    """The code is printed again."""
    code = issued(run, "50 --key once-and-again")
    assert issued(run, "50 --key once-and-again") == code
    for _ in range(2):
        assert run(f"spend {code} 10 --key one-payment").output == "active, €40.00 left\n"


def test_a_card_given_away_has_a_new_code(run: Run) -> None:
    """The old one is like any that was never there."""
    code = issued(run)
    new = run(f"transfer {code} anna@example.com").output.strip()
    assert run(f"show {new}").output.startswith("active, €50.00 to spend")
    assert run(f"show {code}").stderr == "Error: This is not a gift card of this shop. (unknown_gift_card)\n"
    assert (
        run(f"transfer {new} anna@example.com").stderr
        == "Error: They have this gift card already. (gift_card_theirs)\n"
    )
    assert issued(run, "5 --to anna@example.com --not-transferable")


def test_a_blocked_card_pays_nothing_until_it_is_unblocked(run: Run) -> None:
    """What it holds stays its own."""
    code = issued(run)
    assert run(f"block {code} --reason stolen").output == "blocked, €50.00 left\n"
    assert run(f"spend {code} 1").stderr == "Error: This gift card is blocked. (gift_card_blocked)\n"
    assert run(f"show {code}").output.startswith("blocked, €0.00 to spend")
    assert run(f"unblock {code}").output == "active, €50.00 left\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("issue 0", "'0' is not above zero. (bad_amount)"),
        ("issue fifty", "'fifty' is not an amount such as 12.40. (bad_amount)"),
        ("issue 5 --to nobody@example.com", "This person does not exist. (unknown_person)"),
        ("issue 5 --key short", "The request carries no usable idempotency key. (bad_key)"),
        ("show 0000-0000-0000", "This is not a gift card of this shop. (unknown_gift_card)"),
    ],
)
def test_a_refusal_is_one_sentence_and_its_code(run: Run, arguments: str, told: str) -> None:
    """Exit code 1, no traceback."""
    done = run(arguments)
    assert (done.exit_code, done.stderr) == (1, f"Error: {told}\n")
