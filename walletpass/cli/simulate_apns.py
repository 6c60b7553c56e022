"""`walletpass simulate apns`: a push service that does wrong when it is told to, also while it runs."""

import shlex
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import click

from walletpass.cli.opened import read_settings
from walletpass.pkpass import development
from walletpass.simulator.apns import SimulatedApns
from walletpass.simulator.behaviour import USUAL_STREAM_LIMIT, Behaviour

ALTERNATIVE_PORT = 2197
"""Where Apple's own answers beside 443."""

_SHOWN_OF_A_TOKEN = 6
_GOOD = Behaviour()

_Command = Callable[..., Any]

_every = click.IntRange(min=0)
_faults: tuple[Callable[[_Command], _Command], ...] = (
    click.option("--refusal", metavar="REASON", default="", help="Answer with this reason of APNs."),
    click.option("--refusal-every", type=click.IntRange(min=1), default=1, help="… one push in so many."),
    click.option("--refused-token", "refused_tokens", multiple=True, help="… this token's; can be repeated."),
    click.option("--goaway-every", type=_every, default=0, help="GOAWAY after every so many pushes."),
    click.option("--goaway-reason", metavar="REASON", default="Shutdown", show_default=True),
    click.option("--reset-every", type=_every, default=0, help="Reset TCP at one push in so many."),
    click.option("--refused-stream-every", type=_every, default=0, help="REFUSED_STREAM for one in so many."),
    click.option("--dropped-every", type=_every, default=0, help="Never answer one push in so many."),
    click.option("--delay", type=click.FloatRange(min=0), default=0, help="Seconds before each answer."),
    click.option("--stream-limit", type=click.IntRange(min=1), default=USUAL_STREAM_LIMIT, show_default=True),
    click.option(
        "--end-token", "ended", multiple=True, help="Answer 410 for it from now on; can be repeated."
    ),
)


def with_apns_faults(command: _Command) -> _Command:
    for option in reversed(_faults):
        command = option(command)
    return command


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=ALTERNATIVE_PORT, show_default=True)
@with_apns_faults
def apns(port: int, **faults: Any) -> None:
    """Take pushes as APNs does, on 127.0.0.1, and show each.

    While it runs, a line of the same options typed here changes what it does; an empty line makes it good again.
    """
    folder = read_settings().data_dir / development.FOLDER
    simulated = SimulatedApns(folder, port)
    simulated.on_push(lambda topic, token: click.echo(f"{topic} {token[:_SHOWN_OF_A_TOKEN]}…"))
    _behave(simulated, **faults)
    try:
        simulated.start()
    except OSError as error:
        raise click.ClickException(f"Cannot listen on port {port}: {error.strerror}.") from None
    click.echo(f"Simulated APNs on {simulated.address}\nTrust {folder / development.ROOT_FILE}")
    with suppress(KeyboardInterrupt):
        _obey(simulated)
    simulated.stop()


def _obey(simulated: SimulatedApns) -> None:
    """Line by line; without any it runs until it is ended."""
    for line in sys.stdin:
        try:
            _behave(simulated, **_orders.make_context("", shlex.split(line)).params)
        except click.ClickException as error:
            click.echo(error.format_message(), err=True)
        except ValueError as error:  # a quotation that does not end
            click.echo(error, err=True)
    threading.Event().wait()


@click.command(add_help_option=False)
@with_apns_faults
def _orders(**_faults: Any) -> None:
    """What may be typed while it runs."""


def _behave(simulated: SimulatedApns, **faults: Any) -> None:
    try:
        click.echo(describe(simulated.order(faults)))
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def describe(behaviour: Behaviour) -> str:
    asked = [f"{name}={told}" for name, told in asdict(behaviour).items() if told != getattr(_GOOD, name)]
    return f"Behaves: {', '.join(asked) or 'well'}"
