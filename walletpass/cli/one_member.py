"""One customer of a shop, as all commands about members need them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import click

from walletpass.cli.at_counter import ENGLISH
from walletpass.cli.opened import find_shop, open_services, say_refusal
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.wording import Sentence
from walletpass.operations.services import Services


@contextmanager
def open_shop(shop: str) -> Iterator[tuple[Services, int]]:
    """The services and the shop's id."""
    with open_services() as services:
        yield services, find_shop(services, shop).id


def of_account(command: Callable[..., None]) -> Callable[..., None]:
    return click.argument("shop")(click.argument("account", type=click.IntRange(1))(command))


def refuse_fields(names: Mapping[str, Sentence], problems: Mapping[str, Refusal]) -> None:
    """All that is wrong with what was filled in, a line each."""
    if problems:
        told = (f"{ENGLISH.say(names[field])}: {say_refusal(why)}" for field, why in problems.items())
        raise click.ClickException("\n".join(told))
