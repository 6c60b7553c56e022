"""Corrections that wait for a second person: `walletpass correction`."""

import click

from walletpass.cli.at_counter import ENGLISH, of_shop, open_counter, with_staff
from walletpass.operations.corrections import answer
from walletpass.operations.corrections.ask import list_waiting

_number = click.argument("number", type=click.IntRange(1))


@click.group()
def correction() -> None:
    """Corrections that are too large for one person: list, agree, refuse. `card adjust --by` asks for one."""


@correction.command("list")
@of_shop
def list_all(shop: str) -> None:
    """What is waiting for a second person."""
    with open_counter(shop) as counter:
        for each in list_waiting(counter.services, counter.merchant_id):
            asked, when = each.asked, ENGLISH.moment(each.asked_at, counter.program.zone)
            units = counter.say_units(asked.quantity, asked.unit)
            click.echo(
                f"{each.id:6} {when}  {each.asked_by}: {units} for {each.member or '–'} (account"
                f" {each.account_id}), {asked.reason}  {asked.note}".rstrip()
            )


@correction.command()
@of_shop
@_number
@with_staff(required=True)
def agree(shop: str, number: int, by: str) -> None:
    """Make the correction NUMBER, which somebody else asked for."""
    with open_counter(shop) as counter:
        counter.tell(answer.agree(counter.services, counter.merchant_id, number, counter.find_staff(by)))


@correction.command()
@of_shop
@_number
@with_staff(required=True)
def refuse(shop: str, number: int, by: str) -> None:
    """Leave the correction NUMBER undone."""
    with open_counter(shop) as counter:
        answer.refuse(counter.services, counter.merchant_id, number, counter.find_staff(by))
    click.echo(f"refused: correction {number}")
