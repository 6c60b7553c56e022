"""Changes on their way to cards, for operators: `walletpass roll-out`."""

import click

from walletpass.cli.opened import find_shop, of_shop, open_services
from walletpass.operations.roll_outs import control
from walletpass.operations.roll_outs.progress import list_progress
from walletpass.settings import read_rate
from walletpass.translations import SOURCE_LANGUAGE, translator


def _read_cards(_context: click.Context, _argument: click.Parameter, typed: str) -> float:
    try:
        return read_rate(typed)
    except ValueError:
        raise click.BadParameter("a number greater than 0 is needed.") from None


@click.group()
def roll_out() -> None:
    """Published changes on their way to cards: list, pause, resume, rate."""


@roll_out.command("list")
def list_roll_outs() -> None:
    """How far they are, shop by shop."""
    say = translator(SOURCE_LANGUAGE).say
    with open_services() as services:
        for shop, progress in list_progress(services):
            since = f"since {progress.started_at:%Y-%m-%d %H:%M} UTC, {progress.rate:g} a second"
            click.echo(f"{shop:24} {say(progress.sentence)} ({since})")


@roll_out.command()
@of_shop
def pause(shop: str) -> None:
    """Hold a shop's."""
    with open_services() as services:
        found = find_shop(services, shop)
        control.pause(services, found.id)
    click.echo(f"{found.name}: paused")


@roll_out.command()
@of_shop
def resume(shop: str) -> None:
    """Let a shop's go on."""
    with open_services() as services:
        found = find_shop(services, shop)
        control.resume(services, found.id)
    click.echo(f"{found.name}: goes on")


@roll_out.command()
@click.argument("cards", callback=_read_cards)
@of_shop
def rate(cards: float, shop: str) -> None:
    """Move CARDS a second from now on."""
    with open_services() as services:
        found = find_shop(services, shop)
        control.change_rate(services, found.id, cards)
    click.echo(f"{found.name}: {cards:g} a second from now on")
