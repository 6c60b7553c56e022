"""A shop's programme as a file: `walletpass program`."""

import json
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time
from pathlib import Path
from typing import Any

import click

from walletpass.cli.files import decode, read_file
from walletpass.cli.opened import find_shop, open_services
from walletpass.loyalty.program import Migration, ProgramState
from walletpass.loyalty.program_document import dump_program
from walletpass.loyalty.program_problems import BadProgram
from walletpass.operations.programs.check import check_document, check_document_for
from walletpass.operations.programs.publish import publish_document
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.programs.state import change_state
from walletpass.operations.roll_outs.progress import find_progress
from walletpass.translations import SOURCE_LANGUAGE, translator

_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_MOST_BYTES = 1_000_000


@click.group()
def program() -> None:
    """A shop's programme: show, check, publish, pause, resume, end."""


@program.command()
@click.argument("shop")
def show(shop: str) -> None:
    """Print the rules of SHOP as JSON; what is as shipped is left out."""
    with open_services() as services:
        rules = get_rules(services, find_shop(services, shop).id)
    click.echo(json.dumps(dump_program(rules.program), ensure_ascii=False, indent=2))


@program.command()
@_file
@click.option(
    "--shop", help="Judge them as this shop's next rules: with its locations, and what it must keep."
)
def check(file: Path, shop: str | None) -> None:
    """Say everything that is wrong with the rules in FILE (TOML or JSON). Exit status 1 if something is."""
    document = _read(file)
    if shop is None:
        with _listing_problems():
            check_document(document)
    else:
        with open_services() as services, _listing_problems():
            check_document_for(services, find_shop(services, shop).id, document)
    click.echo("These rules can be published.")


@program.command()
@click.argument("shop")
@_file
@click.option("--keep-promise", is_flag=True, help="Cards in progress keep the rules that they have.")
def publish(shop: str, file: Path, keep_promise: bool) -> None:
    """Make the rules in FILE (TOML or JSON) those of SHOP."""
    migration = Migration.KEEP_PROMISE if keep_promise else Migration.MOVE_ALL
    with open_services() as services, _listing_problems():
        merchant_id = find_shop(services, shop).id
        present = get_rules(services, merchant_id)
        number = publish_document(services, merchant_id, present.number, _read(file), migration)
    click.echo(f"Version {number} is published.")


@program.command()
@click.argument("shop")
def pause(shop: str) -> None:
    """Nobody joins SHOP or earns there for a while; what customers have they can use."""
    _change_state(shop, ProgramState.PAUSED)


@program.command()
@click.argument("shop")
def resume(shop: str) -> None:
    """Go on after a pause."""
    _change_state(shop, ProgramState.ACTIVE)


@program.command()
@click.argument("shop")
@click.confirmation_option(
    prompt="Nothing can be earned or used afterwards, and there is no way back. End it?"
)
def end(shop: str) -> None:
    """End the programme of SHOP for good."""
    _change_state(shop, ProgramState.ENDED)


def _change_state(shop: str, state: ProgramState) -> None:
    with open_services() as services:
        found = find_shop(services, shop)
        moved = change_state(services, found.id, state)
        click.echo(f"{found.name}: {state.value}")
        if moved and (progress := find_progress(services, found.id)):
            told = translator(SOURCE_LANGUAGE).say(progress.sentence)
            click.echo(f"On its way to your customers: {told}.")


def _read(file: Path) -> Any:
    """JSON values, also of a TOML file, which has days and times of its own."""
    text = decode(file, read_file(file, _MOST_BYTES))
    try:
        if file.suffix.lower() == ".json":
            return json.loads(text)
        return json.loads(json.dumps(tomllib.loads(text), default=_spell))
    except (ValueError, RecursionError) as error:
        raise click.ClickException(f"{file}: {error}.") from None


def _spell(value: date | time) -> str:
    return value.isoformat()


@contextmanager
def _listing_problems() -> Iterator[None]:
    """One line each, and exit status 1."""
    try:
        yield
    except BadProgram as refusal:
        problems = "\n".join(map(translator(SOURCE_LANGUAGE).say, refusal.problems))
        raise click.ClickException(f"{problems} ({refusal.code})") from None
