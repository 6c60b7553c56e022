"""The customers who came or spent most: `walletpass most-loyal`."""

from collections.abc import Callable
from datetime import datetime

import click

from walletpass.cli.at_counter import DAY, ENGLISH, Counter, of_shop, open_counter
from walletpass.loyalty.tier_measures import qualifying_unit
from walletpass.loyalty.tier_rules import Measure
from walletpass.loyalty.wording import Money
from walletpass.operations.most_loyal.reward import LoyalMember, list_most_loyal, reward_most_loyal


def _chosen(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--most", type=int, default=10, show_default=True, help="So many, and who is equal."),
        click.option("--since", type=DAY, required=True, help="What was done from that day on counts."),
        click.option(
            "--by",
            type=click.Choice(Measure, case_sensitive=False),
            default=Measure.VISITS,
            show_default=True,
        ),
        of_shop,
    ):
        command = option(command)
    return command


@click.group()
def most_loyal() -> None:
    """Customers who came or spent most: list, reward."""


@most_loyal.command("list")
@_chosen
def list_them(shop: str, by: Measure, since: datetime, most: int) -> None:
    """Highest first."""
    with open_counter(shop) as counter:
        for member in _find(counter, by, since, most):
            click.echo(f"{_name(member)}  {_say_total(counter, by, member.total)}")


@most_loyal.command()
@_chosen
@click.argument("rule")
@click.option("--key", help="Else one rule rewards a customer once for the same first day.")
def reward(shop: str, by: Measure, since: datetime, most: int, rule: str, key: str | None) -> None:
    """Give those that `list` lists what RULE gives, one of the programme's `loyal_top`."""
    with open_counter(shop) as counter:
        members = _find(counter, by, since, most)
        chosen, key = [member.account_id for member in members], key or f"loyal-{rule}-{since:%Y-%m-%d}"
        given = reward_most_loyal(counter.services, counter.merchant_id, rule, chosen, key)
        for member in members:
            click.echo(f"{_name(member)}  {'has it' if member.account_id in given else 'gets nothing'}")


def _find(counter: Counter, by: Measure, since: datetime, most: int) -> tuple[LoyalMember, ...]:
    members = list_most_loyal(counter.services, counter.merchant_id, by, since.date(), most)
    if not members:
        click.echo("Nobody has done anything since then.")
    return members


def _name(member: LoyalMember) -> str:
    return f"{member.account_id:8} {member.name or '–'}"


def _say_total(counter: Counter, by: Measure, total: int) -> str:
    match by:
        case Measure.VISITS:
            return f"{total} visit{'' if total == 1 else 's'}"
        case Measure.UNITS:
            return counter.say_units(total, qualifying_unit(counter.program.kind))
        case Measure.SPEND:
            return ENGLISH.money(Money(total, counter.program.currency))
