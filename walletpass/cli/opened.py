"""What commands start from: settings that were read, services that are open, and errors as plain lines."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from walletpass.app import build_services
from walletpass.artwork.uploads import UploadRefused
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.installation.merchants import MerchantLine, list_merchants
from walletpass.operations.locations.list_locations import list_open_names
from walletpass.operations.services import Services
from walletpass.settings import Settings, SettingsError
from walletpass.store.schema import migrate
from walletpass.store.session import StoreUnavailable
from walletpass.translations import SOURCE_LANGUAGE, translator

WRONG_SETTINGS = 2
_SHOP_NAMES = ("shop", "merchant")
"""Of what a command calls the one it is about."""
of_shop = click.option(
    "--shop", help="Its name as `staff list` prints it; the only one needs none.", default=""
)


def read_settings() -> Settings:
    with judging_settings():
        return Settings.from_env()


@contextmanager
def open_services() -> Iterator[Services]:
    """Services over a database with the present schema. A refusal inside ends the program in words."""
    settings = read_settings()
    with judging_settings(), _telling_refusals():
        services = build_services(settings)
        try:
            migrate(services.database)
            yield services
        finally:
            services.database.close()


def say_refusal(refusal: Refusal | UploadRefused) -> str:
    """For people its sentence, for scripts its code, which stays the same."""
    return f"{translator(SOURCE_LANGUAGE).say(refusal.sentence)} ({refusal.code})"


def find_shop(services: Services, name: str) -> MerchantLine:
    """By its name or how only that begins; the only one needs no name."""
    shops, asked = list_merchants(services), name.casefold()
    named = [shop for shop in shops if shop.name.casefold() == asked]
    fitting = named or [shop for shop in shops if shop.name.casefold().startswith(asked)]
    if len(fitting) != 1:
        names = ", ".join(shop.name for shop in shops) or "none yet"
        given = [each for each in click.get_current_context().command.params if each.name in _SHOP_NAMES]
        raise click.BadParameter(f"say which shop. Here are: {names}.", param=next(iter(given), None))
    return fitting[0]


def find_location(services: Services, merchant_id: int, name: str) -> int:
    """The id of an open one."""
    names = list_open_names(services, merchant_id)
    fitting = [location_id for location_id, known in names.items() if known.casefold() == name.casefold()]
    if not fitting:
        here = ", ".join(names.values()) or "none yet"
        raise click.BadParameter(f"there is no {name}. Here are: {here}.", param_hint="LOCATION")
    return fitting[0]


def refuse_public_demo(settings: Settings) -> None:
    if not settings.on_loopback:
        raise click.ClickException(
            f"The demo's passwords are public and HOST={settings.host} can be reached from elsewhere. "
            "Leave the demo out, or HOST."
        )


@contextmanager
def judging_settings() -> Iterator[None]:
    """Ends the program with one line per wrong setting."""
    try:
        yield
    except SettingsError as error:
        click.echo(error, err=True)
        sys.exit(WRONG_SETTINGS)


@contextmanager
def _telling_refusals() -> Iterator[None]:
    try:
        yield
    except StoreUnavailable as unavailable:
        raise _told(Refusal(unavailable.code)) from None
    except (Refusal, UploadRefused) as refusal:
        raise _told(refusal) from None
    except BrokenPipeError:  # who reads the output has had enough: click ends without a word
        raise
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}.") from None


def _told(refusal: Refusal | UploadRefused) -> click.ClickException:
    return click.ClickException(say_refusal(refusal))
