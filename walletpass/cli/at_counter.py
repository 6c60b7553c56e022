"""One card at a shop's counter, as all commands about cards need it."""

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

import click

from walletpass.cli.amounts import read_money
from walletpass.cli.opened import find_location, find_shop, open_services
from walletpass.loyalty.earn_rules import Trigger
from walletpass.loyalty.program import Program, units_of
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rules.activity import check_quantity
from walletpass.loyalty.units import Unit
from walletpass.loyalty.wording import UnitCount
from walletpass.operations.customers.find_member import get_member
from walletpass.operations.posting.outcome import Outcome
from walletpass.operations.posting.request import Post
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.services import Services
from walletpass.operations.staffing.invite import list_people
from walletpass.translations import SOURCE_LANGUAGE, translator

_KEY_BYTES = 12
SIGNED = {"ignore_unknown_options": True}
"""-5 is a number here."""
DAY = click.DateTime(["%Y-%m-%d"])
TIME = click.DateTime(["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"])
ENGLISH = translator(SOURCE_LANGUAGE)


def of_shop(command: Callable[..., None]) -> Callable[..., None]:
    return click.argument("shop")(command)


def of_card(command: Callable[..., None]) -> Callable[..., None]:
    return of_shop(click.argument("code")(command))


with_key = click.option(
    "--key",
    help="Makes a repetition harmless: 8 to 80 letters, digits, - and _.",
    default=lambda: secrets.token_urlsafe(_KEY_BYTES),
)
with_items = click.option(
    "--item", "items", multiple=True, help="NAME or NAME=2; may be given several times."
)
with_unit = click.option(
    "--unit", type=click.Choice(Unit, case_sensitive=False), help="Where the programme has both."
)


def with_staff(*, required: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return click.option("--by", metavar="EMAIL", required=required, help="Who of the staff does it.")


with_note = click.option("--note", help="For the member to read.", default="")


@dataclass(frozen=True, slots=True)
class Counter:
    services: Services
    merchant_id: int
    program: Program

    def find(self, code: str) -> int:
        """The account's id. Raises Refusal unknown_card, void_card, several_found."""
        return get_member(self.services, self.merchant_id, code)

    def find_staff(self, email: str) -> int:
        """Raises Refusal unknown_person."""
        for person in list_people(self.services, self.merchant_id):
            if person["email"].casefold() == email.casefold():
                return int(person["id"])
        raise Refusal("unknown_person")

    def request(self, account_id: int, key: str, /, place: str = "", **body: object) -> Post:
        """`place`: name of a location; `body`: all that is asked for."""
        location_id = find_location(self.services, self.merchant_id, place) if place else None
        asked = {"command": click.get_current_context().info_name, "place": place, **body}
        return Post(self.merchant_id, account_id, key, asked, location_id=location_id)

    def read_money(self, amount: str) -> int:
        """Minor units. Raises Refusal bad_currency, and what ends the command in words."""
        return read_money(amount, self.program.currency)

    def choose_unit(self, unit: Unit | None) -> Unit:
        """The programme's own, if there is one only."""
        known = units_of(self.program.kind)
        if unit is None and len(known) > 1:
            raise click.BadParameter("stamps or points?", param_hint="--unit")
        return unit or next(iter(known))

    def locate(self, local: datetime) -> datetime:
        """What the shop's clock shows."""
        return local.replace(tzinfo=self.program.zone)

    def say_units(self, n: int, unit: Unit) -> str:
        return ENGLISH.units(UnitCount(n, unit, self.program.unit_names))

    def say_balances(self, outcome: Outcome) -> str:
        balances = {Unit.STAMPS: outcome.stamps, Unit.POINTS: outcome.points}
        known = units_of(self.program.kind)
        return ", ".join(self.say_units(n, unit) for unit, n in balances.items() if n or unit in known)

    def tell_unknown(self, items: Iterable[str]) -> None:
        """They earn nothing: tills send whole bills, but who types a name may have mistyped it."""
        known = {item for rule in self.program.earn if rule.trigger is Trigger.ITEM for item in rule.items}
        unknown = [item for item in items if item not in known]
        if unknown:
            click.echo(f"no present rule for items knows: {', '.join(unknown)}")

    def tell(self, outcome: Outcome, done: str = "") -> None:
        """`done`: what that is called here; else by its kind."""
        again = ", the same scan again: nothing was added" if outcome.repeat else ""
        click.echo(f"{done or outcome.done}{again}; {self.say_balances(outcome)}")
        for title in outcome.gained:
            click.echo(f"new: {title}")
        for reward in outcome.ready:
            click.echo(f"ready: {reward.title} (--reward {reward.id})")


@contextmanager
def open_counter(shop: str) -> Iterator[Counter]:
    with open_services() as services:
        merchant_id = find_shop(services, shop).id
        yield Counter(services, merchant_id, get_rules(services, merchant_id).program)


def read_items(typed: Sequence[str]) -> dict[str, int]:
    """ "tea=2" and "tea" are three teas. Raises Refusal bad_quantity, absurd_quantity."""
    items: dict[str, int] = {}
    for each in typed:
        name, n = each.rsplit("=", 1) if "=" in each else (each, "1")
        items[name] = items.get(name, 0) + _read_quantity(n)
    return items


def _read_quantity(text: str) -> int:
    try:
        quantity = int(text)
    except ValueError:
        raise Refusal("bad_quantity") from None
    check_quantity(quantity)
    return quantity


def say_day(day: date | None) -> str:
    return ENGLISH.date(day) if day else "no end"
