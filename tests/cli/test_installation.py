"""`walletpass init`, `demo` and `staff` as their users meet them."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from walletpass.app import build_services
from walletpass.cli import main
from walletpass.operations.staffing.sign_in import StaffRole, sign_in
from walletpass.settings import Settings

OPERATOR, OWNER = "operator-password", "owner-password"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs `walletpass` with arguments, standard input and settings of its own."""

    def run(*arguments: str, input: str = "", **settings: str) -> Result:  # noqa: A002 - click's own name
        environment = {"DATA_DIR": str(tmp_path), "SECRET_KEY": "of the tests", **settings}
        return CliRunner().invoke(main, arguments, input=input, env=environment)

    return run


def shop(name: str = "Kovász #1", **changed: str) -> list[str]:
    """An option that is "" is left out."""
    options = {
        "operator-email": "operator@example.com",
        "shop": name,
        "template": "bakery",
        "language": "hu",
        "zone": "Europe/Budapest",
        "stamps": "8",
        "reward": "Kenyér",
        "owner-name": "Ödön",
        "owner-email": "owner@example.com",
        **{key.replace("_", "-"): value for key, value in changed.items()},
    }
    return ["init", *(part for key, value in options.items() if value for part in (f"--{key}", value))]


def make_shop(run: Run, **changed: str) -> Result:
    return run(*shop(**changed), "--passwords-from-stdin", input=f"{OPERATOR}\n{OWNER}\n")


def test_an_empty_installation_becomes_one_that_people_can_sign_in_to(run: Run, tmp_path: Path) -> None:
    """`init` makes the database, the operator, the shop and its owner, with the passwords given."""
    done = make_shop(run)
    assert done.exit_code == 0, done.output
    assert "http://127.0.0.1:8000/join/" in done.output
    services = build_services(Settings.from_env({"DATA_DIR": str(tmp_path), "SECRET_KEY": "of the tests"}))
    assert sign_in(services, "operator@example.com", OPERATOR).role is StaffRole.OPERATOR
    assert sign_in(services, "owner@example.com", OWNER).role is StaffRole.OWNER
    services.database.close()


def test_passwords_are_asked_for_twice_and_never_shown(run: Run) -> None:
    """Without the flag both passwords are prompted for, with a repetition, and are not in the output."""
    answers = [OPERATOR, OPERATOR, OWNER, OWNER]
    done = run(*shop(), input="\n".join(answers) + "\n")
    assert done.exit_code == 0, done.output
    assert OPERATOR not in done.output
    assert OWNER not in done.output


def test_a_short_password_is_asked_for_again(run: Run) -> None:
    """The other answers are not lost for it."""
    done = run(*shop(), input="\n".join(["short", OPERATOR, OPERATOR, OWNER, OWNER]) + "\n")
    assert done.exit_code == 0, done.output
    assert "at least 10 characters" in done.output


def test_a_second_shop_needs_no_operator_password(run: Run) -> None:
    """The operator stays; only the new owner chooses a password."""
    make_shop(run)
    arguments = shop("Second", owner_email="second@example.com")
    done = run(*arguments, "--passwords-from-stdin", input=f"{OWNER}\n")
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, "This name is already in use. (name_taken)"),
        ({"name": "Other"}, "Somebody with this e-mail address is already here. (email_taken)"),
        ({"name": "Other", "owner_email": "nobody"}, "This is not an e-mail address. (bad_email)"),
    ],
)
def test_a_refusal_is_one_sentence_and_its_code(run: Run, changed: dict[str, str], told: str) -> None:
    """Exit code 1, no traceback."""
    make_shop(run)
    done = run(*shop(**changed), "--passwords-from-stdin", input=f"{OWNER}\n")
    assert done.exit_code == 1
    assert done.stderr == f"Error: {told}\n"


@pytest.mark.parametrize(
    ("option", "value"),
    [("template", "spaceship"), ("zone", "Mars/Base"), ("stamps", "31"), ("language", "tlh")],
)
def test_an_impossible_value_is_refused_by_its_name(run: Run, option: str, value: str) -> None:
    """Wrong usage ends with 2 and says which option it was."""
    done = make_shop(run, **{option: value})
    assert done.exit_code == 2
    assert f"--{option}" in done.stderr


def test_missing_passwords_on_standard_input_are_named(run: Run) -> None:
    """An empty password is never taken for one."""
    done = run(*shop(), "--passwords-from-stdin", input=f"{OPERATOR}\n")
    assert done.exit_code == 1
    assert "Owner's password is missing" in done.stderr


def test_no_password_is_taken_for_an_answer(run: Run) -> None:
    """Where they wait on standard input nothing is asked: what has no default must be said."""
    defaults = make_shop(run, template="", language="", zone="", stamps="")
    assert defaults.exit_code == 0, defaults.output
    refused = make_shop(run, owner_email="")
    assert (refused.exit_code, OPERATOR in refused.output) == (2, False)
    assert "--owner-email" in refused.stderr


def test_wrong_settings_are_listed_and_end_with_2(run: Run) -> None:
    """All at once, one line each."""
    done = run("demo", PORT="none", APPLE_WALLET="maybe")
    assert done.exit_code == 2
    assert [line.partition("=")[0] for line in done.stderr.splitlines()] == ["PORT", "APPLE_WALLET"]


def test_the_demo_is_loaded_with_its_sign_ins_printed(run: Run) -> None:
    """Twice is as good as once."""
    run("demo")
    done = run("demo")
    assert done.exit_code == 0, done.output
    assert "owner@noordlicht.example" in done.output
    assert "Everywhere" not in run("staff", "list").output  # the demo has no operator


def test_the_demo_is_refused_where_others_can_reach_it(run: Run, tmp_path: Path) -> None:
    """Its passwords are public."""
    done = run("demo", HOST="0.0.0.0")
    assert done.exit_code == 1
    assert "passwords are public" in done.stderr
    assert not list(tmp_path.glob("*.db"))


def test_staff_are_invited_listed_and_get_new_passwords(run: Run) -> None:
    """Each command prints the link that is also mailed."""
    make_shop(run)
    invited = run("staff", "invite", "--name", "Kim", "--email", "kim@example.com")
    assert invited.output.startswith("http://127.0.0.1:8000/welcome/")
    listed = run("staff", "list").output
    assert "operator" in listed
    assert "Kovász #1" in listed
    assert "kim@example.com" in listed
    assert "invited" in listed
    reset = run("staff", "reset-password", "owner@example.com")
    assert reset.output.startswith("http://127.0.0.1:8000/password/")
    nobody = run("staff", "reset-password", "nobody@example.com")
    assert (nobody.exit_code, nobody.stdout) == (1, "")


@pytest.mark.parametrize("role", ["owner", "OWNER", "Owner"])
def test_a_role_is_typed_in_any_case(run: Run, role: str) -> None:
    make_shop(run)
    invited = run("staff", "invite", "--role", role, "--name", "Kim", "--email", "kim@example.com")
    assert invited.exit_code == 0, invited.output
    listed = run("staff", "list").output.splitlines()
    assert any(line.split()[:2] == ["owner", "kim@example.com"] for line in listed)


def test_with_several_shops_the_invitation_must_name_one(run: Run) -> None:
    """The refusal lists the names that would do."""
    make_shop(run)
    run(*shop("Second", owner_email="2@example.com"), "--passwords-from-stdin", input=f"{OWNER}\n")
    person = ("--name", "Kim", "--email", "kim@example.com")
    refused = run("staff", "invite", *person)
    assert refused.exit_code == 2
    assert "Kovász #1, Second" in refused.stderr
    assert run("staff", "invite", *person, "--shop", "second").exit_code == 0


def test_the_command_works_as_a_process(tmp_path: Path) -> None:
    """From an empty folder, with the passwords on standard input and nothing secret in the arguments."""
    done = subprocess.run(
        [sys.executable, "-m", "walletpass", *shop(), "--passwords-from-stdin"],
        input=f"{OPERATOR}\n{OWNER}\n",
        env={"DATA_DIR": str(tmp_path / "data"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Kovász #1 is there." in done.stdout
