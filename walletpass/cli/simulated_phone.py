"""`walletpass simulate phone`: an iPhone in the terminal, or a fleet of them."""

from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import click

from walletpass.cli.pass_check import read_roots
from walletpass.clock import SystemClock
from walletpass.simulator.browsing import NoPass
from walletpass.simulator.fleet import Fleet
from walletpass.simulator.installed import PassRefused, Trust
from walletpass.simulator.messenger import Entry
from walletpass.simulator.phone import Phone
from walletpass.simulator.phones import Phones
from walletpass.simulator.safari import Safari
from walletpass.simulator.saving import is_saved, restore_phone, save_phone, saved_language
from walletpass.simulator.view import phone_view

_COMPLAINTS = ("complained", "refused", "dropped")
_FRONT = ("header", "primary", "secondary", "auxiliary")

_existing = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("address", metavar="URL")
@click.option("--root", type=_existing, help="Root to trust instead of Apple's (PEM), for development.")
@click.option("--allow-http", is_flag=True, help="Talk to web services without TLS.")
@click.option("--language", default="en", show_default=True, help="Of the phone.")
@click.option("--interval", default=2.0, show_default=True, help="Seconds between questions for changes.")
@click.option("--remove", is_flag=True, help="Remove the pass at the end, which unregisters the phone.")
@click.option(
    "--state", type=click.Path(file_okay=False, path_type=Path), help="Folder to keep the phone in."
)
@click.option("--fleet", "size", type=click.IntRange(1), help="Run so many phones and print what they do.")
@click.option(
    "--cards", default=1, show_default=True, type=click.IntRange(1), help="Of each phone of a fleet."
)
@click.option("--churn", default=1.0, show_default=True, help="Things a second that happen to a fleet.")
@click.option("--seconds", type=float, help="End after so long; else at Ctrl-C.")
def phone(
    address: str,
    root: Path | None,
    allow_http: bool,
    language: str,
    interval: float,
    remove: bool,
    state: Path | None,
    size: int | None,
    cards: int,
    churn: float,
    seconds: float | None,
) -> None:
    """Install the pass behind URL and follow it: a pass file, the page of a card, or a page to join.

    No push reaches this process, so the phone asks for changes every few seconds by itself.
    """
    trust = Trust(read_roots(root), allow_http)
    every = timedelta(seconds=interval)
    try:
        if size is not None:
            _run_fleet(address, trust, size, cards, churn, every, seconds)
        else:
            _follow(address, trust, language, state, every, remove=remove, seconds=seconds)
    except (NoPass, PassRefused) as refused:
        raise click.ClickException(str(refused)) from None
    except KeyboardInterrupt:
        click.echo()


def _follow(
    address: str,
    trust: Trust,
    language: str,
    folder: Path | None,
    every: timedelta,
    *,
    remove: bool,
    seconds: float | None,
) -> None:
    clock = SystemClock()
    handset = _open_phone(trust, language, folder)
    if not handset.wallet.cards:
        handset.install(Safari(language).find_pass(address).file, clock.now())
    _print_cards(handset)
    told = {notice.number for notice in handset.wallet.notices}

    def look(stepped: Phone) -> None:
        for notice in tuple(stepped.wallet.notices):
            if notice.number not in told:
                told.add(notice.number)
                click.echo(f"{notice.at:%H:%M:%S}  {notice.title}: {notice.text}")
        if folder:
            save_phone(stepped, folder)

    handset.step(clock.now())
    try:
        with Phones(clock, threads=1, ask_every=every, on_step=look) as phones:
            phones.add(handset)
            Event().wait(seconds)
    finally:
        if remove:
            for key in tuple(handset.wallet.cards):
                handset.remove(key)
            handset.step(clock.now())
        look(handset)


def _open_phone(trust: Trust, language: str, folder: Path | None) -> Phone:
    kept = folder if folder and is_saved(folder) else None
    try:
        handset = Phone(trust, language=saved_language(kept) if kept else language, on_entry=_print_complaint)
        if kept:
            restore_phone(handset, kept)
    except (ValueError, KeyError, OSError):
        raise click.ClickException(f"{folder or language} cannot be read.") from None
    return handset


def _run_fleet(
    address: str, trust: Trust, size: int, cards: int, churn: float, every: timedelta, seconds: float | None
) -> None:
    clock = SystemClock()
    with Phones(clock, ask_every=every) as phones:
        fleet = Fleet(phones, address, trust, clock)
        for _ in range(size):
            fleet.add(cards)
        owed, end = 0.0, clock.now() + timedelta(seconds=seconds) if seconds is not None else None
        try:
            while end is None or clock.now() < end:
                owed += churn
                while owed >= 1:
                    fleet.churn()
                    owed -= 1
                Event().wait(1)
                click.echo(f"{clock.now():%H:%M:%S} {fleet.tally.cut().line()}")
        finally:
            click.echo(f"in all   {fleet.tally.total.line()}")
            for (errand, status), times in fleet.tally.total.failures.most_common():
                click.echo(f"  {errand} was answered with {status or 'nothing'}: {times} times")


def _print_complaint(entry: Entry) -> None:
    if entry.what in _COMPLAINTS:
        click.echo(f"{entry.at:%H:%M:%S}  {entry.what}: {entry.text}", err=True)


def _print_cards(handset: Phone) -> None:
    for card in phone_view(handset, SystemClock().now())["cards"]:
        click.echo("\n".join(_card_lines(card)))


def _card_lines(card: dict[str, Any]) -> list[str]:
    state = [word for word in ("voided", "expired") if card[word]]
    front = [line for group in _FRONT for line in _field_lines(card["groups"][group])]
    barcode = card["barcode"]
    return [
        f"{card['organizationName']}  {' '.join(state)}".rstrip(),
        *front,
        *(
            [f"  [{barcode['format'].removeprefix('PKBarcodeFormat')}] {barcode['altText']}"]
            if barcode
            else []
        ),
        "  ---",
        *_field_lines(card["groups"]["back"]),
    ]


def _field_lines(fields: list[dict[str, str]]) -> list[str]:
    return [f"  {field['label']}: {field['value']}".replace("\n", "\n    ") for field in fields]
