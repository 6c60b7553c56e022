"""Setting an installation up, and letting people in: `walletpass init`, `demo` and `staff`."""

import sys
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import click

from walletpass import shipped
from walletpass.app import prepare
from walletpass.card.design import LANGUAGES
from walletpass.card_templates import load_templates
from walletpass.cli.opened import (
    find_shop,
    judging_settings,
    open_services,
    read_settings,
    refuse_public_demo,
)
from walletpass.loyalty.program import LEAST_GOAL, MOST_GOAL, Milestone
from walletpass.operations.installation.add_merchant import NewMerchant
from walletpass.operations.installation.history import OWNER, STAFF, begin_year
from walletpass.operations.installation.history_shop import MERCHANT
from walletpass.operations.installation.init import init as set_up
from walletpass.operations.installation.init import is_known
from walletpass.operations.installation.merchants import list_merchants
from walletpass.operations.staffing.invite import invite as invite_person
from walletpass.operations.staffing.invite import list_people, send_password_link
from walletpass.operations.staffing.passwords import LEAST
from walletpass.operations.staffing.sign_in import StaffRole
from walletpass.store.session import HastyDatabase

_EMAIL = "E-mail address"
_UNFINISHED = "demo-history.unfinished"


def _known_template(_context: click.Context, _parameter: click.Parameter, name: str) -> str:
    templates, problems = load_templates(shipped.CARD_TEMPLATES)
    if name not in templates:
        wrong = [str(problem) for problem in problems if problem.template == name]
        raise click.BadParameter("\n".join(wrong) or f"{name} is not one of {', '.join(templates)}.")
    return name


def _known_zone(_context: click.Context, _parameter: click.Parameter, name: str) -> ZoneInfo:
    if name not in available_timezones():
        raise click.BadParameter(f"{name} is not a time zone such as Europe/Amsterdam.")
    return ZoneInfo(name)


class _Asked(click.Option):
    """Asked for where it is missing, but not of a standard input on which passwords wait."""

    def prompt_for_value(self, ctx: click.Context) -> Any:
        if not ctx.params.get("passwords_from_stdin"):
            return super().prompt_for_value(ctx)
        if not isinstance(self.default, str | int):
            raise click.MissingParameter(ctx=ctx, param=self)
        return self.default


_asked = partial(click.option, cls=_Asked)


@click.command()
@_asked("--operator-email", prompt="Operator's e-mail address")
@_asked("--shop", prompt="Name of the shop")
@_asked("--template", prompt="Card template", default="coffee-bar", callback=_known_template)
@_asked("--language", prompt="Language of the shop", default="en", type=click.Choice(LANGUAGES))
@_asked("--zone", prompt="Time zone", default="Europe/Amsterdam", callback=_known_zone)
@_asked("--stamps", prompt="Stamps on a full card", default=10, type=click.IntRange(LEAST_GOAL, MOST_GOAL))
@_asked("--reward", prompt="Reward for a full card")
@_asked("--owner-name", prompt="Owner's name")
@_asked("--owner-email", prompt="Owner's e-mail address")
@click.option(
    "--passwords-from-stdin",
    is_flag=True,
    is_eager=True,  # before anything is asked
    help="Read the operator's password, if they are new, and the owner's, one per line, instead of asking.",
)
def init(
    operator_email: str,
    shop: str,
    template: str,
    language: str,
    zone: ZoneInfo,
    stamps: int,
    reward: str,
    owner_name: str,
    owner_email: str,
    passwords_from_stdin: bool,
) -> None:
    """Make the operator, a shop and its owner. Again with another shop: adds that shop."""
    ask = _read_password if passwords_from_stdin else _ask_password
    new = NewMerchant(shop, template, language, zone, (Milestone(stamps, reward),))
    with open_services() as services:
        operator = "" if is_known(services, operator_email) else ask("Operator's password")
        owner = (owner_name, owner_email, ask("Owner's password"))
        merchant_id = set_up(services, (operator_email, operator), new, owner)
        made = next(line for line in list_merchants(services) if line.id == merchant_id)
        click.echo(f"{made.name} is there. Customers join at {made.join_link}")
        click.echo(f"Sign in at {services.links.public_url}/sign-in once `walletpass serve` runs.")


@click.command()
@click.option("--history", is_flag=True, help="A fourth shop, with a year behind it. Takes minutes.")
@click.option(
    "--members", type=click.IntRange(1, 100_000), default=2000, show_default=True, help="Of that shop."
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same makes the same year.")
def demo(history: bool, members: int, seed: int) -> None:
    """Load three shops with people, customers and public passwords; on this machine only."""
    settings = read_settings()
    refuse_public_demo(settings)
    with judging_settings():
        lines = prepare(settings, demo=True)
    if history:
        lines.append(_load_history(members, seed, settings.data_dir / _UNFINISHED))
    click.echo("\n".join(lines))


def _load_history(members: int, seed: int, unfinished: Path) -> str:
    """How to sign in to the shop with the year. The file is there while the year is not over."""
    with open_services() as services, closing(HastyDatabase(services.database.url)) as hasty:
        year = begin_year(replace(services, database=hasty), members, seed)
        if year is None and unfinished.exists():
            raise click.ClickException(
                f"A year of {MERCHANT.name} was begun here and broken off. Begin anew with an empty database."
            )
        if year is None:
            return f"  {MERCHANT.name} is there already."
        unfinished.touch()
        with click.progressbar(year.happenings, label=f"A year of {MERCHANT.name}") as happenings:
            for happening in happenings:
                year.play(happening)
    unfinished.unlink()
    return f"  {MERCHANT.name:22} owner {OWNER:28} staff {STAFF}"


@click.group()
def staff() -> None:
    """People who work here: invite, list, new password."""


@staff.command()
@click.option(
    "--role",
    type=click.Choice(StaffRole, case_sensitive=False),
    default=StaffRole.STAFF.value,
    show_default=True,
)
@click.option("--shop", help="Its name as `staff list` prints it; not for an operator.", default="")
@click.option("--name", prompt="Name")
@click.option("--email", prompt=_EMAIL)
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def invite(role: StaffRole, shop: str, name: str, email: str, language: str) -> None:
    """Invite somebody; they get the link by e-mail too."""
    with open_services() as services:
        merchant_id = None if role is StaffRole.OPERATOR else find_shop(services, shop).id
        click.echo(invite_person(services, merchant_id, role, name, email, language))


@staff.command("reset-password")
@click.argument("email")
def reset_password(email: str) -> None:
    """Print a link with which EMAIL chooses a new password; they get it by e-mail too."""
    with open_services() as services:
        link = send_password_link(services, email)
    if link is None:
        raise click.ClickException(f"Nobody with the address {email} works here.")
    click.echo(link)


@staff.command("list")
def list_staff() -> None:
    """Everybody: operators, then shop by shop."""
    with open_services() as services:
        for place, merchant_id in [
            ("Everywhere", None),
            *((shop.name, shop.id) for shop in list_merchants(services)),
        ]:
            people = list_people(services, merchant_id)
            if people or merchant_id is not None:
                click.echo(place)
            for person in people:
                click.echo("  {role:8} {email:32} {name:24} {state}".format(**person, state=_state(person)))


def _state(person: dict[str, object]) -> str:
    if not person["active"]:
        return "removed"
    return "invited" if person["invited"] else ""


def _ask_password(whose: str) -> str:
    password: str = click.prompt(whose, hide_input=True, confirmation_prompt=True, value_proc=_long_enough)
    return password


def _long_enough(password: str) -> str:
    if len(password) < LEAST:
        raise click.UsageError(f"Passwords have at least {LEAST} characters.")
    return password


def _read_password(whose: str) -> str:
    password = sys.stdin.readline().rstrip("\n")
    if not password:
        raise click.ClickException(f"{whose} is missing on standard input.")
    return password
