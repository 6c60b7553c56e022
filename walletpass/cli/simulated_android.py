"""`walletpass simulate android`: an Android phone in the terminal."""

from datetime import UTC
from threading import Event
from typing import Any

import click

from walletpass.cli.opened import read_settings
from walletpass.clock import SystemClock
from walletpass.simulator import SIMULATOR_FOLDER
from walletpass.simulator.browsing import NoPass
from walletpass.simulator.google.android import AndroidPhone, LinkRefused
from walletpass.simulator.google.chrome import Chrome
from walletpass.simulator.google.place import find_address
from walletpass.simulator.google.view import android_view

_ABOUT = {"update": "your card was updated", "message": "new message"}


@click.command()
@click.argument("address", metavar="URL")
@click.option("--google", metavar="URL", help="Where the simulated Google answers; else that of DATA_DIR.")
@click.option("--account", default="", help="Google account of the owner; else a new one.")
@click.option("--language", default="en", show_default=True, help="Of the phone.")
@click.option("--interval", default=2.0, show_default=True, help="Seconds between looks.")
@click.option("--remove", is_flag=True, help="Remove the cards at the end.")
@click.option("--seconds", type=float, help="End after so long; else at Ctrl-C.")
def android(
    address: str,
    google: str | None,
    account: str,
    language: str,
    interval: float,
    remove: bool,
    seconds: float | None,
) -> None:
    """Save the card behind URL and follow it: a save link, the page of a card, or a page to join."""
    folder = read_settings().data_dir / SIMULATOR_FOLDER
    try:
        phone = AndroidPhone(lambda: google or find_address(folder), account, language=language, zone=UTC)
        phone.open_link(Chrome(language).find_save_link(address))
        _print_cards(phone)
        _follow(phone, interval, seconds)
        if remove:
            phone.empty()
    except ValueError:
        raise click.ClickException(f"{language} cannot be read.") from None
    except (NoPass, LinkRefused) as refused:
        raise click.ClickException(str(refused)) from None
    except KeyboardInterrupt:
        click.echo()


def _follow(phone: AndroidPhone, interval: float, seconds: float | None) -> None:
    """Prints what the phone tells, and cards anew where they have changed."""
    left, seen = seconds, phone.passes
    while left is None or left > 0:
        Event().wait(interval if left is None else min(interval, left))
        left = None if left is None else left - interval
        phone.look()
        for notice in _describe(phone)["notices"]:
            click.echo(f"{notice['at'][11:19]}  {notice['title']}: {_ABOUT[notice['about']]}")
        phone.clear_notices()
        if phone.passes != seen:
            seen = phone.passes
            _print_cards(phone)


def _print_cards(phone: AndroidPhone) -> None:
    for card in _describe(phone)["cards"]:
        click.echo("\n".join(_card_lines(card)))


def _describe(phone: AndroidPhone) -> dict[str, Any]:
    return android_view(phone, SystemClock().now())


def _card_lines(card: dict[str, Any]) -> list[str]:
    code = card["code"]
    return [
        f"{card['issuer']}  {card['program']}  {card['ended']}".rstrip(),
        *(_slot_line(slot) for row in card["rows"] for slot in row),
        *([f"  [{code['type']}] {code['text']}"] if code else []),
        "  ---",
        *(f"  {message['header']}: {message['body']}" for message in card["messages"]),
        *(_slot_line(slot) for slot in card["details"]),
        *(f"  {link['text']}: {link['address']}" for link in card["links"]),
    ]


def _slot_line(slot: dict[str, str]) -> str:
    label = f"{slot['label']}: " if slot["label"] else ""
    return f"  {label}{slot['value']}".replace("\n", "\n    ")
