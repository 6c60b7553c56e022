"""Appointments from the command line: `walletpass booking`."""

from datetime import datetime

import click

from walletpass.cli.opened import find_location, find_shop, of_shop, open_services
from walletpass.loyalty.bookings import BookingState
from walletpass.operations.bookings import note
from walletpass.operations.bookings.details import BookingDetails
from walletpass.operations.customers.find_member import get_member
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.services import Services
from walletpass.translations import SOURCE_LANGUAGE, translator

_TIME = click.DateTime(["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"])


@click.group()
def booking() -> None:
    """Appointments, and what they bring: add, complete, cancel."""


@booking.command()
@click.argument("name")
@click.option("--card", required=True, help="Whatever `walletpass card` finds the member by.")
@click.option("--ends", required=True, type=_TIME, help="On the shop's own clock.")
@click.option("--service", help="As the programme's rules name it.", default="")
@click.option("--location", help="Its name.", default="")
@of_shop
def add(name: str, card: str, ends: datetime, service: str, location: str, shop: str) -> None:
    """Note an appointment under its own NAME; again with another end: move it."""
    with open_services() as services:
        merchant_id = find_shop(services, shop).id
        where = find_location(services, merchant_id, location) if location else None
        details = BookingDetails(name, _locate(services, merchant_id, ends), service, where)
        line = note.note_booking(services, merchant_id, get_member(services, merchant_id, card), details)
        _tell(services, merchant_id, line)


@booking.command()
@click.argument("name")
@click.option("--ended", type=_TIME, help="On the shop's own clock, if not as planned.")
@of_shop
def complete(name: str, ended: datetime | None, shop: str) -> None:
    """It took place."""
    with open_services() as services:
        merchant_id = find_shop(services, shop).id
        ended_at = _locate(services, merchant_id, ended) if ended else None
        _tell(services, merchant_id, note.complete_booking(services, merchant_id, name, ended_at))


@booking.command()
@click.argument("name")
@click.option("--missed", is_flag=True, help="Nobody came.")
@of_shop
def cancel(name: str, missed: bool, shop: str) -> None:
    """It does not take place; what it brought is taken back."""
    with open_services() as services:
        merchant_id = find_shop(services, shop).id
        _tell(services, merchant_id, note.cancel_booking(services, merchant_id, name, missed=missed))


def _locate(services: Services, merchant_id: int, local: datetime) -> datetime:
    return local.replace(tzinfo=get_rules(services, merchant_id).program.zone)


def _tell(services: Services, merchant_id: int, line: note.BookingLine) -> None:
    zone, moment = get_rules(services, merchant_id).program.zone, translator(SOURCE_LANGUAGE).moment
    follows = "nothing follows"
    if line.is_taken_back:
        follows = "what it brought is taken back"
    elif line.due_at:
        is_past = line.due_at <= services.clock.now()
        follows = "what it brings follows " + ("now" if is_past else f"at {moment(line.due_at, zone)}")
    state = "nobody came" if line.state is BookingState.NO_SHOW else line.state.value
    click.echo(f"{line.external_id}: {state}, ends {moment(line.ends_at, zone)}; {follows}")
