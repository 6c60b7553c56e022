"""Google Wallet from the command line: `walletpass google`."""

from datetime import datetime
from pathlib import Path

import click

from walletpass.cli.at_counter import DAY
from walletpass.cli.opened import find_shop, of_shop, open_services
from walletpass.gpay.errors import WalletError
from walletpass.gpay.service_account import ServiceAccountRefused
from walletpass.loyalty.local_days import end_of_day
from walletpass.operations.customers.find_member import get_member
from walletpass.operations.google import bring_issuer as bringing
from walletpass.operations.google.message import Reach, send_message, write_message
from walletpass.operations.google.reconcile import reconcile as reconcile_cards
from walletpass.operations.google.standing import show_standing
from walletpass.operations.programs.rules import get_rules


@click.group()
def google() -> None:
    """Cards in Google Wallet: how they stand, who issues them, who holds them."""


@google.command()
def status() -> None:
    """How many cards are held, what waits to be sent, and what Google does not take."""
    with open_services() as services:
        standing = show_standing(services)
    click.echo(f"{standing.saved} held, {standing.offered} offered, {standing.waiting} waiting")
    for problem, cards in standing.problems.items():
        click.echo(f"{cards} x {problem}")
    for halt in standing.halts:
        click.echo(
            f"issuer {halt.issuer_id}: halted since {halt.since:%Y-%m-%d %H:%M} UTC ({halt.cause}), "
            f"tried again {halt.retry_at:%Y-%m-%d %H:%M} UTC"
        )


@google.command()
def reconcile() -> None:
    """Ask Google who holds a card; done every few hours by itself."""
    with open_services() as services:
        try:
            click.echo(f"{reconcile_cards(services)} corrected")
        except WalletError as error:
            raise click.ClickException(f"{error} {error.failure.action}") from None


@google.command()
@click.argument("header")
@click.argument("body")
@click.option("--until", type=DAY, required=True, help="The last day on which it stands on the cards.")
@click.option(
    "--quietly", is_flag=True, help="Without a notification; a card has three a day, for all it says."
)
@click.option("--card", metavar="CODE", default="", help="Only this one: as `walletpass card` finds it.")
@of_shop
def message(header: str, body: str, until: datetime, quietly: bool, card: str, shop: str) -> None:
    """Tell everybody who has a shop's card in Google Wallet, or one customer.

    Sent again, the same words add nothing.
    """
    with open_services() as services:
        merchant = find_shop(services, shop)
        end = end_of_day(until.date(), get_rules(services, merchant.id).program.zone)
        if end <= services.clock.now():
            raise click.BadParameter("that day is over.", param_hint="--until")
        told = write_message(header, body, end)
        only = get_member(services, merchant.id, card) if card else None
        try:
            reached = send_message(services, merchant.id, told, account_id=only, notify=not quietly)
        except WalletError as error:
            raise click.ClickException(f"{error} {error.failure.action}") from None
    click.echo(", ".join(f"{reached[how]} {how}" for how in Reach))


@google.group()
def issuer() -> None:
    """A merchant's own issuer account, in place of the operator's."""


@issuer.command()
@click.argument("issuer_id")
@click.argument("key", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@of_shop
def bring(issuer_id: str, key: Path, shop: str) -> None:
    """New cards of a shop are issued by ISSUER_ID with the service account's KEY file."""
    with open_services() as services:
        merchant = find_shop(services, shop)
        try:
            bringing.bring_issuer(services, merchant.id, issuer_id, key.read_bytes())
        except ServiceAccountRefused as error:
            raise click.ClickException(str(error)) from None
    click.echo(f"{merchant.name}: issued by {issuer_id} from now on")


@issuer.command()
@of_shop
def drop(shop: str) -> None:
    """New cards of a shop are the operator's again."""
    with open_services() as services:
        merchant = find_shop(services, shop)
        bringing.give_up_issuer(services, merchant.id)
    click.echo(f"{merchant.name}: issued by the operator from now on")
