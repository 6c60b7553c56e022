"""`walletpass simulate faults`: what the simulators of a running `walletpass serve` do wrong from now on."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from walletpass.cli.opened import read_settings
from walletpass.cli.simulate_apns import with_apns_faults
from walletpass.simulator import SIMULATOR_FOLDER
from walletpass.simulator.behaviour import Behaviour as ApnsBehaviour
from walletpass.simulator.google.behaviour import Behaviour as GoogleBehaviour
from walletpass.simulator.google.behaviour import Lost
from walletpass.simulator.orders import APNS_FILE, GOOGLE_FILE, Told, give_order

_TYPED = ParameterSource.COMMANDLINE

_count = click.IntRange(min=0)


@click.group()
def faults() -> None:
    """Let the simulated APNs or Google of a running service do wrong, until it is told otherwise or starts anew.

    An order to one of the two takes the place of the one before it.
    """


@faults.command()
@with_apns_faults
def apns(**told: Any) -> None:
    """From the next push on."""
    _order(APNS_FILE, ApnsBehaviour.of, told)


@faults.command()
@click.option(
    "--calls", default="*", show_default=True, help="Which: token, loyaltyObject.patch, loyaltyClass.*"
)
@click.option("--status", type=click.IntRange(400, 599), help="Answer so, and do nothing.")
@click.option("--reason", default="backendError", show_default=True, help="… with this reason of Google.")
@click.option("--retry-after", type=_count, help="… and these seconds to wait.")
@click.option("--delay", type=click.FloatRange(min=0), default=0, help="Seconds before each answer.")
@click.option(
    "--lost",
    type=click.Choice([each.name.lower() for each in Lost]),
    default="never",
    help="Cut the connection before or after the call is carried out.",
)
@click.option("--every", type=click.IntRange(min=1), default=1, help="One call in so many.")
@click.option("--times", type=_count, default=0, help="So often at most; 0: without end.")
@click.option("--legacy-spellings", is_flag=True, help="Answer in Google's older spellings.")
@click.option("--fetches-images", is_flag=True, help="Ask for every picture, and refuse what cannot be had.")
@click.option(
    "--unreachable-image", "unreachable_images", multiple=True, help="Refuse this address; * fits all."
)
@click.option("--allows-locations/--no-locations", default=True, help="Refuse cards with places.")
@click.option("--loses-callbacks", is_flag=True, help="Tell nobody who saved or removed a card.")
@click.option("--sends-callbacks", type=click.IntRange(min=1), default=1, help="Tell it so often.")
def google(**told: Any) -> None:
    """From the next call on; without --status, --delay and --lost calls are answered well."""
    _order(GOOGLE_FILE, GoogleBehaviour.of, {name: each for name, each in told.items() if each is not None})


@faults.command()
def none() -> None:
    """Both do well again."""
    for file in (APNS_FILE, GOOGLE_FILE):
        _find(file).unlink(missing_ok=True)
    click.echo("Behaves: well")


def _order(file: str, judge: Callable[[Told], object], told: Told) -> None:
    try:
        judge(told)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    give_order(_find(file), told)
    source = click.get_current_context().get_parameter_source
    typed = [f"{name}={value}" for name, value in told.items() if source(name) is _TYPED]
    click.echo(f"Behaves: {', '.join(typed) or 'well'}")


def _find(file: str) -> Path:
    folder = read_settings().data_dir / SIMULATOR_FOLDER
    if not folder.is_dir():
        raise click.ClickException(f"No service with simulators was started on {folder.parent}.")
    return folder / file
