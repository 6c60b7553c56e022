"""The code with which members check in: `walletpass check-in`."""

import click

from walletpass.cli.opened import find_location, find_shop, of_shop, open_services
from walletpass.operations.check_in.codes import renew_secret, show_code
from walletpass.operations.programs.rules import get_rules


@click.group()
def check_in() -> None:
    """What tills show for members to check in: code, renew."""


@check_in.command()
@click.argument("location")
@of_shop
def code(location: str, shop: str) -> None:
    """Print what the till of LOCATION shows now, and until when on the shop's clock."""
    with open_services() as services:
        merchant_id = find_shop(services, shop).id
        shown = show_code(services, merchant_id, find_location(services, merchant_id, location))
        zone = get_rules(services, merchant_id).program.zone
    click.echo(f"{shown.code} until {shown.shown_until.astimezone(zone):%H:%M:%S}")


@check_in.command()
@click.argument("location")
@of_shop
def renew(location: str, shop: str) -> None:
    """Make a new secret for LOCATION: nobody can make its codes from the old one."""
    with open_services() as services:
        merchant_id = find_shop(services, shop).id
        renew_secret(services, merchant_id, find_location(services, merchant_id, location))
    click.echo(f"{location}: new secret, the old codes are dead")
