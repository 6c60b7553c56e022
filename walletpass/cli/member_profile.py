"""What is kept about a customer: `walletpass member edit`, and commands about their photo and what finds them."""

from collections.abc import Callable
from pathlib import Path

import click

from walletpass.artwork.uploads import MAX_BYTES
from walletpass.card.design import LANGUAGES
from walletpass.cli.files import read_file
from walletpass.cli.one_member import of_account, open_shop, refuse_fields
from walletpass.loyalty.identifiers import READERS, IdentifierKind
from walletpass.loyalty.people import ABOUT_NAMES
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.customers import identifiers, photo
from walletpass.operations.customers.profile import change_profile, load_profile
from walletpass.operations.services import Services


def _of_identifier(command: Callable[..., None]) -> Callable[..., None]:
    kind = click.argument("kind", type=click.Choice([kind.value for kind in IdentifierKind]))
    return of_account(kind(click.argument("text")(command)))


@click.command()
@of_account
@click.option("--name")
@click.option("--birthday", help="Such as 1990-12-31.")
@click.option("--town")
@click.option("--description", help="For those who work here; never on the card.")
@click.option("--language", type=click.Choice(LANGUAGES))
def edit(shop: str, account: int, **fields: str | None) -> None:
    """Change what is written about a customer. "" empties it; what is not said stays."""
    given = {field: text for field, text in fields.items() if text is not None}
    with open_shop(shop) as (services, merchant_id):
        seen = load_profile(services, merchant_id, account).about.revision
        refuse_fields(ABOUT_NAMES, change_profile(services, merchant_id, account, seen, given))
    click.echo(f"account {account}: {', '.join(given) or 'nothing'} changed")


@click.command("set-photo")
@of_account
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def set_photo(shop: str, account: int, file: Path) -> None:
    """Keep the middle of the picture in FILE (PNG, JPEG or WebP) as a customer's photo."""
    content = read_file(file, MAX_BYTES)
    with open_shop(shop) as (services, merchant_id):
        photo.set_photo(services, merchant_id, account, content)
    click.echo(f"account {account}: photo kept")


@click.command("save-photo")
@of_account
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def save_photo(shop: str, account: int, file: Path) -> None:
    """Write a customer's photo to FILE, a JPEG."""
    with open_shop(shop) as (services, merchant_id):
        file.write_bytes(photo.load_photo(services, merchant_id, account))
    click.echo(f"Wrote {file}.")


@click.command("remove-photo")
@of_account
def remove_photo(shop: str, account: int) -> None:
    """Forget a customer's photo."""
    with open_shop(shop) as (services, merchant_id):
        photo.remove_photo(services, merchant_id, account)
    click.echo(f"account {account}: no photo any more")


@click.command("add-identifier")
@_of_identifier
@click.option("--verified", is_flag=True, help="Somebody who works here saw that it is theirs.")
def add_identifier(shop: str, account: int, kind: str, text: str, verified: bool) -> None:
    """Find a customer by TEXT too: an e-mail address, a telephone number, or a till's own number for them.

    The number of a printed card is a code: `member link-card`.
    """
    with open_shop(shop) as (services, merchant_id):
        known_as = IdentifierKind(kind)
        number = identifiers.add_identifier(services, merchant_id, account, known_as, text)
        if verified:
            identifiers.verify_identifier(services, merchant_id, account, number)
    click.echo(f"account {account}: found by {text} from now on")


@click.command("verify-identifier")
@_of_identifier
def verify_identifier(shop: str, account: int, kind: str, text: str) -> None:
    """Say that somebody who works here saw that TEXT is theirs."""
    with open_shop(shop) as (services, merchant_id):
        number = _get_identifier(services, merchant_id, account, IdentifierKind(kind), text)
        identifiers.verify_identifier(services, merchant_id, account, number)
    click.echo(f"account {account}: {text} is verified")


@click.command("remove-identifier")
@_of_identifier
def remove_identifier(shop: str, account: int, kind: str, text: str) -> None:
    """Find a customer by TEXT no longer. A printed card ends with `member replace-card`."""
    with open_shop(shop) as (services, merchant_id):
        number = _get_identifier(services, merchant_id, account, IdentifierKind(kind), text)
        identifiers.remove_identifier(services, merchant_id, account, number)
    click.echo(f"account {account}: no longer found by {text}")


def _get_identifier(
    services: Services, merchant_id: int, account: int, kind: IdentifierKind, text: str
) -> int:
    asked = kind, READERS[kind](text)
    for known in load_profile(services, merchant_id, account).identifiers:
        if (known.kind, known.value) == asked:
            return known.id
    raise Refusal("unknown_identifier")
