"""`walletpass card` and `walletpass due` as their users meet them."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support.installations import open_installation
from support.purchases import by_amount, rule
from support.shops import add_shop

from walletpass.cli import main
from walletpass.loyalty.earn_rules import Trigger
from walletpass.loyalty.expiry_policy import Duration, ExpiryKind, ExpiryPolicy
from walletpass.loyalty.program import Milestone, ProgramKind
from walletpass.loyalty.reward_templates import IssueMode, RewardKind, RewardTemplate
from walletpass.loyalty.tier_rules import TierPlan, TierRule
from walletpass.loyalty.units import Unit
from walletpass.operations.enrolment.applicant import Applicant
from walletpass.operations.enrolment.join import join, new_form_key
from walletpass.operations.programs.publish import publish
from walletpass.operations.programs.rules import get_rules

ANNA, BELA = "anna@example.com", "bela@example.com"
COUPON = RewardTemplate(
    "five", RewardKind.AMOUNT_COUPON, "5 off", issue=IssueMode.CHOOSE, price=20, amount_minor=500
)
GIFT_CARD = RewardTemplate(
    "card", RewardKind.GIFT_CARD, "Gift card", issue=IssueMode.CHOOSE, price=20, amount_minor=500
)
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return open_shop(tmp_path)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One shop for all that writes nothing."""
    return open_shop(tmp_path_factory.mktemp("untouched"))


def open_shop(folder: Path) -> Run:
    """`walletpass` with arguments as one would type them, in a shop with points and stamps and two members."""
    environment, services = open_installation(folder)
    merchant_id = add_shop(services, "Corner", (Milestone(10, "Bun"),))
    rules = get_rules(services, merchant_id)
    program = replace(
        rules.program,
        kind=ProgramKind.MIXED,
        earn=(
            by_amount(1, 100),
            rule("tea", Trigger.ITEM, items={"Tea": 5}),
            rule("visit", Trigger.VISIT, 1, unit=Unit.STAMPS),
        ),
        rewards=(COUPON, GIFT_CARD),
        tier_plan=TierPlan((TierRule("gold", "Gold", 50),)),
        expiry=ExpiryPolicy(ExpiryKind.FIXED_DURATION, Duration(months=6)),
    )
    publish(services, merchant_id, rules.number, program)
    for email in (ANNA, BELA):
        join(services, rules.code, Applicant(name=email[:4], email=email), "en", "test", new_form_key())
    services.database.close()

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments, env=environment)

    return run


def lines(done: Result) -> list[str]:
    assert done.exit_code == 0, done.output
    return str(done.output).splitlines()


def test_a_card_is_stamped_and_a_purchase_counted_and_refunded(run: Run) -> None:
    assert lines(run("card", "stamp", "Corner", ANNA, "--count", "2"))[0].startswith("stamped; 2 stamps, 0 p")
    bought = run("card", "buy", "Corner", ANNA, "12.40", "--item", "Tea=2", "--bill", "17")
    assert lines(bought)[0] == "earned; 3 stamps, 22 points"
    assert lines(run("card", "refund", "Corner", "17", "2.40", "--item", "Tea"))[0].endswith("15 points")
    assert lines(run("card", "refund", "Corner", "17"))[0].endswith("2 stamps, 0 points")
    assert "taken back already" in run("card", "refund", "Corner", "17").stderr
    assert "no such purchase" in run("card", "refund", "Corner", "18").stderr


def test_a_purchase_says_which_items_no_rule_knows(run: Run) -> None:
    """A name that was mistyped would else earn nothing without a word."""
    bought = run("card", "buy", "Corner", ANNA, "5", "--item", "Tea", "--item", "Teh=2", "--item", "1=2=1")
    assert lines(bought) == ["earned; 1 stamp, 10 points", "no present rule for items knows: Teh, 1=2"]
    assert len(lines(run("card", "buy", "Corner", ANNA, "6", "--item", "Tea=2"))) == 1


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ("Tea=x", "bad_quantity"),
        ("Tea=", "bad_quantity"),
        ("Tea=0", "bad_quantity"),
        ("Tea=-1", "bad_quantity"),
        ("Tea=1.5", "bad_quantity"),
        (f"Tea={'9' * 5000}", "bad_quantity"),
        ("Tea=1001", "absurd_quantity"),
        (f"Tea={10**30}", "absurd_quantity"),
        ("=2", "bad_item"),
    ],
)
def test_items_that_cannot_be_so_many_are_refused(untouched: Run, item: str, code: str) -> None:
    assert f"({code})" in untouched("card", "buy", "Corner", ANNA, "5", "--item", item).stderr


def test_items_of_a_refund_are_read_as_those_of_a_purchase(run: Run) -> None:
    run("card", "buy", "Corner", ANNA, "5", "--item", "Tea=2", "--bill", "17")
    assert "(bad_quantity)" in run("card", "refund", "Corner", "17", "--item", "Tea=0").stderr
    assert "(absurd_quantity)" in run("card", "refund", "Corner", "17", "--item", "Tea=1001").stderr
    assert "(not_bought)" in run("card", "refund", "Corner", "17", "--item", "Teh").stderr


def test_gift_cards_that_are_bought_earn_nothing_unless_the_rules_say_so(run: Run) -> None:
    bought = run("card", "buy", "Corner", ANNA, "37.40", "--gift-cards", "25")
    assert lines(bought)[0] == "earned; 1 stamp, 12 points"


def test_the_same_key_counts_once(run: Run) -> None:
    for _ in range(2):
        once = run("card", "buy", "Corner", ANNA, "10", "--key", "till-3-bill-17")
        assert lines(once)[0] == "earned; 1 stamp, 10 points"
    other = run("card", "buy", "Corner", ANNA, "11", "--key", "till-3-bill-17")
    assert "sent before with other contents" in other.stderr


def test_a_reward_is_chosen_reserved_and_redeemed_by_its_code(run: Run) -> None:
    run("card", "adjust", "Corner", ANNA, "45", "--unit", "points", "--reason", "courtesy")
    assert lines(run("card", "choose", "Corner", ANNA, "five"))[:2] == [
        "chosen; 0 stamps, 25 points",
        "new: 5 off",
    ]
    code = next(
        line.split("code ")[1][:14] for line in lines(run("card", "show", "Corner", ANNA)) if "code" in line
    )
    held = lines(run("card", "reserve", "Corner", code))[0]
    assert "handed out at this moment" in run("card", "redeem", "Corner", code, "--order", "20").stderr
    assert lines(run("card", "release", "Corner", code, held))[0].startswith("released")
    assert "How much is it" in run("card", "redeem", "Corner", ANNA, "--reward", "1").stderr
    for _ in range(2):
        redeemed = run(
            "card", "redeem", "Corner", ANNA, "--reward", "1", "--order", "20", "--key", "the-order"
        )
        assert lines(redeemed) == ["redeemed; 0 stamps, 25 points", "€5.00 off €20.00"]
    assert "already been used" in run("card", "redeem", "Corner", code, "--order", "20").stderr
    [used] = [line for line in lines(run("card", "show", "Corner", ANNA)) if "Used" in line]
    assert " to " not in used  # it moved no units


def test_a_gift_card_that_is_chosen_prints_its_code_once(run: Run) -> None:
    """Also for a member whom no letter reaches; later it stands with all else that the card holds."""
    run("card", "adjust", "Corner", ANNA, "45", "--unit", "points", "--reason", "courtesy")
    choosing = ("card", "choose", "Corner", ANNA, "card", "--key", "gift-card-of-5")
    *told, code = lines(run(*choosing))
    assert told == ["chosen; 0 stamps, 25 points", "new: Gift card"]
    assert code.startswith("code: ")
    assert lines(run(*choosing)) == told
    held = f"gift     card of €5.00, code {code.removeprefix('code: ')}, last day: no end"
    assert held in lines(run("card", "show", "Corner", ANNA))


def test_a_used_reward_is_given_back(run: Run) -> None:
    """Once, and not one that is still there."""
    run("card", "adjust", "Corner", ANNA, "20", "--unit", "points", "--reason", "courtesy")
    run("card", "choose", "Corner", ANNA, "five")
    not_used = run("card", "reinstate", "Corner", ANNA, "--reward", "1")
    assert not_used.stderr == "Error: This reward has not been used. (reward_not_used)\n"
    run("card", "redeem", "Corner", ANNA, "--reward", "1", "--order", "20")
    back = lines(run("card", "reinstate", "Corner", ANNA, "--reward", "1"))
    assert back == ["undone; 0 stamps, 0 points", "ready: 5 off (--reward 1)"]
    assert run("card", "reinstate", "Corner", ANNA, "--reward", "1").stderr == not_used.stderr


def test_a_tier_is_given_and_taken_by_hand(run: Run) -> None:
    lines(run("card", "give-tier", "Corner", ANNA, "gold", "--through", "2090-01-31"))
    assert "tier     Gold" in lines(run("card", "show", "Corner", ANNA))
    (taken,) = lines(run("card", "take-tier", "Corner", ANNA))
    assert taken.startswith("tier taken; ")
    none = run("card", "take-tier", "Corner", ANNA)
    assert none.stderr == "Error: This customer has no tier. (no_tier)\n"
    assert "tier     Gold" not in lines(run("card", "show", "Corner", ANNA))
    refused = run("card", "give-tier", "Corner", ANNA, "silver")
    assert refused.stderr == "Error: This programme has no such tier. (unknown_tier)\n"


def test_units_are_given_and_taken_by_hand(run: Run) -> None:
    """A minus is a number here, not an option. What was done by hand is corrected by hand."""
    by_hand = ("card", "adjust", "Corner", ANNA)
    given = run(*by_hand, "30", "--reason", "goodwill", "--unit", "points", "--note", "Sorry for the wait")
    assert lines(given)[0] == "adjusted; 0 stamps, 30 points"
    assert lines(run(*by_hand, "-5", "--reason", "correction", "--unit", "points"))[0].endswith("25 points")
    too_much = run(*by_hand, "-26", "--reason", "correction", "--unit", "points")
    assert too_much.stderr == "Error: The card has only 25 points. (balance_too_small)\n"
    assert "nothing to undo" in run("card", "undo", "Corner", ANNA).stderr
    assert "stamps or points?" in run(*by_hand, "5", "--reason", "correction").stderr


def test_a_card_is_shown_with_all_that_it_holds(run: Run) -> None:
    """Balances, lots with their last days, entries with their sentences, and the state of the ledger."""
    by_hand = ("card", "adjust", "Corner", ANNA, "30", "--unit", "points", "--reason", "goodwill")
    run(*by_hand, "--note", "Sorry for the wait")
    run("card", "extend", "Corner", ANNA, "--until", "2090-05-01")
    assert "at most 0 points can be" in run("card", "revive", "Corner", ANNA, "7", "--unit", "points").stderr
    shown = lines(run("card", "show", "Corner", ANNA))
    assert shown[:3] == ["member   anna", "balance  0 stamps", "balance  30 points"]
    assert "lot      30 points, last day: 1 May 2090" in shown
    told = [line.split("  ")[-1] for line in shown if line.startswith("entry")]
    assert told == [
        "Now valid through 1 May 2090.",
        "30 points out of goodwill: Sorry for the wait",
    ]
    assert shown[-1].startswith("ledger   2 entries, chain holds, ")
    assert "Every invariant kept." in run("ledger", "verify").output


def test_a_reader_who_has_had_enough_ends_the_output_without_a_word(run: Run, tmp_path: Path) -> None:
    """As `head` does."""
    process = subprocess.Popen(
        [sys.executable, "-m", "walletpass", "card", "show", "Corner", ANNA],
        env={"DATA_DIR": str(tmp_path), "SECRET_KEY": "of the tests", "PATH": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    with process.stderr as errors:
        assert errors.read() == b""
    assert process.wait() == 1


def test_balances_come_from_a_file_all_or_none(run: Run, tmp_path: Path) -> None:
    """The same file once more changes nothing."""
    file = tmp_path / "old.csv"
    good = f"code,unit,quantity,valid_through\n{ANNA},points,120,2090-01-31\n{BELA},stamps,4,\n"
    bad = (
        "nobody@example.com,points,5,\n" + f"{BELA},points,-5,\n{BELA},miles,5,\n{BELA},points,5,31-01-2090\n"
    )
    file.write_text(good + bad)
    refused = run("card", "import", "Corner", str(file))
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert [line[:7] for line in refused.stderr.splitlines()] == [
        *(f"line {n}:" for n in (4, 5, 6, 7)),
        "Error: ",
    ]
    assert "line 5: The quantity must be a whole number from 1 to 1,000,000 points. (bad_balance)" in (
        refused.stderr
    )
    assert "0 entries" in lines(run("card", "show", "Corner", ANNA))[-1]
    skipped = ("card", "import", "Corner", str(file), "--skip-bad")
    for told in ("2 imported, 4 left out", "Nothing was imported: all of it was before."):
        assert lines(run(*skipped))[-1] == told
    shown = lines(run("card", "show", "Corner", ANNA))
    assert "lot      120 points, last day: 31 Jan 2090" in shown
    assert shown[-1].startswith("ledger   1 entries")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"name,points\nAnna,5\n", "the columns must be"),
        (b"code,unit\xff", "is not text in UTF-8: line 1."),
        (b"code,unit,quantity,valid_through\na\x00b,points,5,\n", "line"),
        (b'code,unit,quantity,valid_through\n"open,points,5,\n', "line|unexpected"),
        (b"code,unit,quantity,valid_through\n" + b"x" * 200_000 + b",points,5,\n", "field larger"),
        (b"", "the columns must be"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(
    untouched: Run, tmp_path: Path, content: bytes, why: str
) -> None:
    file = tmp_path / "old.csv"
    file.write_bytes(content)
    refused = untouched("card", "import", "Corner", str(file))
    assert refused.exit_code == 1
    assert isinstance(refused.exception, SystemExit)
    assert any(each in refused.stderr for each in why.split("|")), refused.stderr


def test_what_is_due_is_done_and_told(untouched: Run) -> None:
    assert lines(untouched("due", "run")) == ["Nothing was due."]


HALF = "\udc80"
"""What an argument has that was no text."""


@pytest.mark.parametrize(
    "arguments",
    [
        ("stamp", "Corner", "0000-0000-0000"),
        ("stamp", "Corner", HALF),
        ("stamp", "Corner", "x" * 100_000),
        ("stamp", "Corner", ANNA, "--count", "0"),
        ("stamp", "Corner", ANNA, "--count", "-1"),
        ("stamp", "Corner", ANNA, "--count", str(10**30)),
        ("stamp", "Corner", ANNA, "--key", HALF * 10),
        ("stamp", "Corner", ANNA, "--location", "Nowhere"),
        ("stamp", HALF, ANNA),
        ("stamp", "Corner", ANNA, "--reason", "x" * 100_000),
        ("buy", "Corner", ANNA, "-5"),
        ("buy", "Corner", ANNA, "1e3"),
        ("buy", "Corner", ANNA, "9" * 12),
        ("buy", "Corner", ANNA, "12.405"),
        ("buy", "Corner", ANNA, "5", "--item", "x" * 5000),
        ("buy", "Corner", ANNA, "5", "--item", HALF),
        ("buy", "Corner", ANNA, "5", "--item", ""),
        ("buy", "Corner", ANNA, "5", "--bill", ""),
        ("buy", "Corner", ANNA, "5", "--bill", HALF),
        ("buy", "Corner", ANNA, "5", "--bill", "a\x00b"),
        ("buy", "Corner", ANNA, "5", "--bill", "x" * 5000),
        ("buy", "Corner", ANNA, "5", "--at", "2020-01-01 10:00"),
        ("buy", "Corner", ANNA, "5", "--at", "0001-01-01 00:00"),
        ("buy", "Corner", ANNA, "5", "--at", "9999-12-31 23:59"),
        ("refund", "Corner", HALF),
        ("refund", "Corner", "none"),
        ("refund", "Corner", "none", "0"),
        ("adjust", "Corner", ANNA, "-5", "--unit", "points", "--reason", "correction"),
        ("adjust", "Corner", ANNA, "5", "--unit", "miles", "--reason", "correction"),
        ("adjust", "Corner", ANNA, "5", "--unit", "points", "--reason", "because"),
        ("adjust", "Corner", ANNA, "9" * 30, "--unit", "points", "--reason", "other"),
        ("adjust", "Corner", ANNA, "5", "--unit", "points", "--reason", "other", "--note", "x" * 201),
        ("revive", "Corner", ANNA, "-5", "--unit", "points"),
        ("choose", "Corner", ANNA, HALF),
        ("redeem", "Corner", "0000-0000-0000"),
        ("redeem", "Corner", HALF),
        ("redeem", "Corner", ANNA, "--reward", str(10**30)),
        ("redeem", "Corner", ANNA, "--reward", "-1"),
        ("reserve", "Corner", ANNA, "--reward", "1", "--reservation", HALF),
        ("release", "Corner", ANNA, HALF, "--reward", "1"),
        ("reinstate", "Corner", ANNA, "--reward", "1"),
        ("reinstate", "Corner", ANNA, "--reward", str(10**30)),
        ("reinstate", "Corner", HALF),
        ("give-tier", "Corner", ANNA, HALF),
        ("give-tier", "Corner", ANNA, "gold", "--through", "2020-01-01"),
        ("give-tier", "Corner", ANNA, "gold", "--through", "9999-12-31"),
        ("give-tier", "Corner", ANNA, "gold", "--key", HALF),
        ("take-tier", "Corner", HALF),
        ("extend", "Corner", ANNA, "--until", "2020-01-01"),
        ("extend", "Corner", ANNA, "--until", "9999-12-31"),
        ("show", "Corner", HALF),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_writes_nothing(
    untouched: Run, arguments: tuple[str, ...]
) -> None:
    refused = untouched("card", *arguments)
    assert refused.exit_code in (1, 2), refused.output
    assert isinstance(refused.exception, SystemExit), refused.exc_info
    assert refused.stderr
    assert "0 entries" in lines(untouched("card", "show", "Corner", ANNA))[-1]
