"""Whose certificate signs whose passes: `walletpass certs bring`, `drop` and `list`."""

import click

from walletpass.cli.opened import find_shop, of_shop, open_services
from walletpass.operations.installation.merchants import list_merchants
from walletpass.operations.passes import bring_pass_type as bringing
from walletpass.operations.passes.operators import show_operators


@click.command()
@click.argument("pass_type")
@of_shop
def bring(pass_type: str, shop: str) -> None:
    """New cards of a shop are of PASS_TYPE, signed with its own certificate; those that customers have stay."""
    with open_services() as services:
        merchant = find_shop(services, shop)
        bringing.bring_pass_type(services, merchant.id, pass_type)
    click.echo(f"{merchant.name}: issued as {pass_type} from now on")
    click.echo("Restart what was started before the certificate came in.")


@click.command()
@of_shop
def drop(shop: str) -> None:
    """New cards of a shop are the operator's again."""
    with open_services() as services:
        merchant = find_shop(services, shop)
        bringing.give_up_pass_type(services, merchant.id)
    click.echo(f"{merchant.name}: issued by the operator from now on")


@click.command("list")
def list_() -> None:
    """Which pass types there are and whose they are, then of which one every shop's new cards are."""
    with open_services() as services:
        operators, shops = show_operators(services), list_merchants(services)
        signers, now = services.signers, services.clock.now()
    theirs = operators.name if operators is not None else None
    owners = {shop.pass_type_identifier: shop.name for shop in shops} | {theirs: "the operator"}
    days = {signer.pass_type_identifier: signer.certificate.days_left(now) for signer in reversed([*signers])}
    for name in sorted({*signers.pass_types_found, *filter(None, owners)} - {""}):
        left = f"{days[name]} days left" if name in days else "no certificate that can be used"
        click.echo(f"{name}: {owners.get(name, 'nobody')}, {left}")
    click.echo()
    for shop in shops:
        own = shop.pass_type_identifier
        click.echo(f"{shop.name}: {own or theirs or 'none'}, {'its own' if own else 'the operator’s'}")
