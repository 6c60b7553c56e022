"""`walletpass member` as its users meet it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from walletpass.app import build_services
from walletpass.cli import main
from walletpass.operations.enrolment.applicant import Applicant
from walletpass.operations.enrolment.join import join, new_form_key
from walletpass.operations.installation.merchants import list_merchants
from walletpass.operations.programs.rules import get_rules
from walletpass.settings import Settings

Run = Callable[..., Result]
SHOP = "Kovász"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs `walletpass` in an installation with one shop and its customer Anna."""
    environment = {"DATA_DIR": str(tmp_path), "SECRET_KEY": "of the tests"}

    def run(*arguments: str, input: str = "") -> Result:  # noqa: A002 - click's own name
        return CliRunner().invoke(main, arguments, input=input, env=environment)

    options = ("--shop", SHOP, "--reward", "Bread", "--owner-name", "Ödön", "--owner-email", "o@example.com")
    rest = ("--operator-email", "op@example.com", "--template", "bakery", "--language", "hu", "--stamps", "8")
    zone = ("--zone", "Europe/Budapest", "--passwords-from-stdin")
    assert run("init", *options, *rest, *zone, input="operator-pass\nowner-pass-1\n").exit_code == 0
    services = build_services(Settings.from_env(environment))
    rules = get_rules(services, list_merchants(services)[0].id)
    join(services, rules.code, Applicant(name="Anna", email="anna@example.com"), "hu", "", new_form_key())
    services.database.close()
    return run


def ask(run: Run, command: str, *arguments: str) -> str:
    done = run("member", command, SHOP, *arguments)
    assert done.exit_code == 0, done.output
    return done.output


def test_a_customer_is_found_shown_tagged_and_judged(run: Run) -> None:
    found = ask(run, "find", "ANNA@example.com")
    assert re.fullmatch(r" +1 Anna \(email\)\n", found)
    ask(run, "tag", "1", "Regular")
    ask(run, "status", "1", "vip")
    shown = ask(run, "show", "1")
    for told in (r"name +Anna", r"status +vip", r"tags +Regular", r"email +anna@example.com\n", r"photo +no"):
        assert re.search(told, shown), told
    ask(run, "tag", "1", "regular", "--remove")
    assert "Regular" not in ask(run, "show", "1")


def test_what_is_written_about_a_customer_is_changed(run: Run) -> None:
    """What is not said stays, "" empties; of several wrong answers each is told, and nothing changes."""
    ask(run, "edit", "1", "--town", "Szeged", "--description", "No nuts\nSits outside", "--language", "da")
    ask(run, "edit", "1", "--birthday", "1990-12-31")
    shown = ask(run, "show", "1")
    for told in (
        "language     da",
        "birthday     1990-12-31",
        "town         Szeged",
        "description  No nuts\n",
    ):
        assert told in shown
    assert f"\n{' ' * 13}Sits outside\n" in shown
    refused = run("member", "edit", SHOP, "1", "--town", "x" * 81, "--birthday", "31-12-1990")
    assert sorted(refused.stderr.removeprefix("Error: ").splitlines()) == [
        "Date of birth: This is not a date of birth. (bad_birthday)",
        "Town: “Town” has at most 80 characters. (text_too_long)",
    ]
    assert "town         Szeged" in ask(run, "show", "1")
    ask(run, "edit", "1", "--town", "")
    assert "Szeged" not in ask(run, "show", "1")


def test_a_customer_is_found_by_what_was_added_until_it_is_removed(run: Run) -> None:
    """However it is spelt."""
    ask(run, "add-identifier", "1", "phone", "+36 1 555 0000")
    ask(run, "add-identifier", "1", "external", "K-17", "--verified")
    ask(run, "verify-identifier", "1", "email", "Anna@Example.com")
    shown = ask(run, "show", "1")
    for told in (
        r"phone +\+3615550000\n",
        r"external +K-17 \(verified\)",
        r"email +anna@example.com \(verified\)",
    ):
        assert re.search(told, shown), told
    assert "Anna (phone)" in ask(run, "find", "003615550000")
    ask(run, "remove-identifier", "1", "phone", "0036 1 555-0000")
    assert run("member", "find", SHOP, "003615550000").exit_code == 1


def test_a_photo_is_kept_shown_and_forgotten(run: Run, tmp_path: Path) -> None:
    picture, saved = tmp_path / "anna.png", tmp_path / "anna.jpg"
    Image.new("RGB", (40, 30), "teal").save(picture)
    assert ask(run, "set-photo", "1", str(picture)) == "account 1: photo kept\n"
    assert re.search(r"photo +yes", ask(run, "show", "1"))
    ask(run, "save-photo", "1", str(saved))
    with Image.open(saved) as photo:
        assert (photo.format, photo.width) == ("JPEG", photo.height)
    ask(run, "remove-photo", "1")
    gone = run("member", "save-photo", SHOP, "1", str(saved))
    assert gone.stderr == "Error: There is no photo of this customer. (unknown_photo)\n"
    picture.write_bytes(b"no picture")
    assert "(unknown_format)" in run("member", "set-photo", SHOP, "1", str(picture)).stderr


def test_a_printed_card_is_linked_and_a_lost_one_replaced(run: Run) -> None:
    assert ask(run, "link-card", "1", "0012-3456") == (
        "account 1: found by the printed number 0012-3456 from now on\n"
    )
    assert "(code)" in ask(run, "find", "00123456")
    ask(run, "replace-card", "1", "--lost-phone")
    refused = run("member", "find", SHOP, "00123456")
    assert (refused.exit_code, refused.stderr) == (1, "Error: This card is no longer valid. (void_card)\n")
    assert len(re.findall(r"barcode +from", ask(run, "show", "1"))) == 2


def test_who_replaces_a_card_reads_the_new_code_and_where_its_page_is(run: Run) -> None:
    """The page moves only with a lost phone; the code is the one to write on paper."""
    (kept,) = ask(run, "replace-card", "1").splitlines()
    told, page = ask(run, "replace-card", "1", "--lost-phone").splitlines()
    pattern = r"account 1: the code is ([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}) now, the old ones are dead"
    old, new = (re.fullmatch(pattern, line) for line in (kept, told))
    assert old is not None
    assert new is not None
    assert "Anna (code)" in ask(run, "find", new[1])
    assert "(void_card)" in run("member", "find", SHOP, old[1]).stderr
    assert re.fullmatch(r"the card's page: http://127\.0\.0\.1:8000/card/[\w-]{20,}", page)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("tag", "1", "Regular"), "tag Regular given"),
        (("tag", "1", "Regular", "--remove"), "tag Regular taken away"),
        (("status", "1", "vip"), "vip"),
        (("edit", "1", "--town", "Pécs", "--language", "da"), "town, language changed"),
        (("edit", "1"), "nothing changed"),
        (("remove-photo", "1"), "no photo any more"),
        (("add-identifier", "1", "external", "K-17"), "found by K-17 from now on"),
        (("verify-identifier", "1", "email", "anna@example.com"), "anna@example.com is verified"),
        (("remove-identifier", "1", "email", "anna@example.com"), "no longer found by anna@example.com"),
    ],
)
def test_a_command_that_changes_a_customer_says_in_one_line_what_it_did(
    run: Run, arguments: tuple[str, ...], told: str
) -> None:
    assert ask(run, *arguments) == f"account 1: {told}\n"


def test_cards_are_merged_once_that_was_confirmed(run: Run, tmp_path: Path) -> None:
    services = build_services(Settings.from_env({"DATA_DIR": str(tmp_path), "SECRET_KEY": "of the tests"}))
    code = get_rules(services, list_merchants(services)[0].id).code
    join(services, code, Applicant(name="Anna again", email="a@example.com"), "hu", "", new_form_key())
    services.database.close()
    assert run("member", "merge", SHOP, "1", "2", input="n\n").exit_code == 1
    assert "Anna again" in ask(run, "show", "2")
    assert ask(run, "merge", "1", "2", "--yes") == "Anna: 0 stamps.\n"
    assert re.search(r"merged into +1", ask(run, "show", "2"))
    assert "Anna (email)" in ask(run, "find", "a@example.com")


def test_a_card_is_printed_into_a_file(run: Run, tmp_path: Path) -> None:
    ask(run, "print-card", "1", str(tmp_path / "card.pdf"), "--language", "da")
    assert (tmp_path / "card.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("find", SHOP, "nobody@example.com"), "Nobody found."),
        (("show", SHOP, "99"), "This is not a card of this shop. (unknown_card)"),
        (("tag", SHOP, "1", "x" * 31), "A tag has from 1 to 30 characters. (bad_tag)"),
        (
            ("link-card", SHOP, "1", "?"),
            "The number of a printed card has from 6 to 32 letters and digits. (bad_card_number)",
        ),
        (("edit", SHOP, "99", "--town", "Pécs"), "This is not a card of this shop. (unknown_card)"),
        (("add-identifier", SHOP, "1", "email", "anna"), "This is not an e-mail address. (bad_email)"),
        (
            ("verify-identifier", SHOP, "1", "phone", "+3615550000"),
            "This customer is not found by that. (unknown_identifier)",
        ),
        (("remove-photo", SHOP, "99"), "This is not a card of this shop. (unknown_card)"),
        (("print-card", SHOP, "1", "/nowhere/card.pdf"), "/nowhere/card.pdf: No such file or directory."),
    ],
)
def test_a_refusal_is_one_sentence_and_its_code(run: Run, arguments: tuple[str, ...], told: str) -> None:
    """Exit code 1, no traceback."""
    done = run("member", *arguments)
    assert done.exit_code == 1
    assert done.stderr == f"Error: {told}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "Elsewhere", "1"),
        ("status", SHOP, "1", "king"),
        ("show", SHOP, "0"),
        ("add-identifier", SHOP, "1", "shoe size", "42"),
        ("set-photo", SHOP, "1", "/nowhere.png"),
    ],
)
def test_wrong_usage_ends_with_2(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("member", *arguments).exit_code == 2


def test_somebody_joins_with_the_code_of_a_customer(run: Run) -> None:
    link, code = ask(run, "invite", "1").splitlines()
    assert link.endswith(f"?ref={code.replace('-', '')}")
    assert "/card/" in ask(run, "join", "--name", "Béla", "--email", "bela@example.com", "--code", code)
    assert "Béla" in ask(run, "find", "bela@example.com")


def test_a_wrong_code_and_wrong_answers_are_said_and_nobody_joins(run: Run) -> None:
    refused = run("member", "join", SHOP, "--name", "Béla", "--code", "KKKK-KKKK-KKKK")
    assert (refused.exit_code, "Nobody here has this invitation code" in refused.output) == (1, True)
    refused = run("member", "join", SHOP, "--email", "no address")
    assert (refused.exit_code, "E-mail: This is not an e-mail address. (bad_email)" in refused.output) == (
        1,
        True,
    )
    assert run("member", "show", SHOP, "2").exit_code == 1


def test_what_the_programme_does_not_ask_for_is_not_dropped_in_silence(run: Run) -> None:
    refused = run(
        "member", "join", SHOP, "--name", "Béla", "--phone", "+3615550000", "--birthday", "1990-02-28"
    )
    assert (refused.exit_code, "does not ask for --phone, --birthday." in refused.output) == (2, True)
    assert run("member", "show", SHOP, "2").exit_code == 1
