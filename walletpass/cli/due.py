"""What has to be done later: `walletpass due`."""

from collections import Counter

import click

from walletpass.cli.opened import open_services
from walletpass.operations.due.do_due import do_due
from walletpass.operations.gift_cards.expire import expire_gift_cards


@click.group()
def due() -> None:
    """What time brings: warnings, ends, delayed credits. Servers do it by themselves."""


@due.command()
def run() -> None:
    """Do all that is due now, and say what that was."""
    done: Counter[str] = Counter()

    def count(kind: str) -> None:
        done[kind] += 1

    with open_services() as services:
        while do_due(services, count):
            pass
        while ended := expire_gift_cards(services):
            done["gift_card"] += ended
    for kind, times in sorted(done.items()):
        click.echo(f"{kind}: {times}")
    if not done:
        click.echo("Nothing was due.")
