"""A shop's customers, one at a time: `walletpass member`."""

from collections.abc import Iterator
from pathlib import Path

import click

from walletpass.card.design import LANGUAGES
from walletpass.cli.at_counter import open_counter
from walletpass.cli.member_joining import invite, join
from walletpass.cli.member_profile import (
    add_identifier,
    edit,
    remove_identifier,
    remove_photo,
    save_photo,
    set_photo,
    verify_identifier,
)
from walletpass.cli.one_member import of_account, open_shop
from walletpass.loyalty.identifiers import spell_code
from walletpass.loyalty.people import MemberStatus
from walletpass.operations.cards.link_plastic import link_plastic
from walletpass.operations.cards.print_card import print_card
from walletpass.operations.cards.replace_codes import replace_codes
from walletpass.operations.customers.find_member import find_member
from walletpass.operations.customers.merge import merge
from walletpass.operations.customers.profile import Profile, load_profile
from walletpass.operations.customers.status import set_status
from walletpass.operations.customers.tags import add_tag, remove_tag

_NEXT_LINE = "\n" + " " * 13


@click.group()
def member() -> None:
    """Customers: who they are, what is kept about them, what finds them, their printed and lost cards.

    SHOP is its name as `staff list` prints it; ACCOUNT the number that `member find` prints.
    """


for command in (
    *(join, invite, edit),
    *(set_photo, save_photo, remove_photo),
    *(add_identifier, verify_identifier, remove_identifier),
):
    member.add_command(command)


@member.command()
@click.argument("shop")
@click.argument("text")
def find(shop: str, text: str) -> None:
    """Who has this e-mail address, telephone number, number in the till, or card."""
    with open_shop(shop) as (services, merchant_id):
        matches = find_member(services, merchant_id, text)
    if not matches:
        raise click.ClickException("Nobody found.")
    for match in matches:
        click.echo(f"{match.account_id:8} {match.name or '–'} ({match.by})")


@member.command()
@of_account
def show(shop: str, account: int) -> None:
    """All that is kept about a customer."""
    with open_shop(shop) as (services, merchant_id):
        profile = load_profile(services, merchant_id, account)
    for label, text in _describe(profile):
        hanging = str(text).replace("\n", _NEXT_LINE)
        click.echo(f"{label:12} {hanging}")


@member.command()
@of_account
@click.argument("text")
@click.option("--remove", is_flag=True, help="Take the tag away.")
def tag(shop: str, account: int, text: str, remove: bool) -> None:
    """Give a customer a tag."""
    with open_shop(shop) as (services, merchant_id):
        (remove_tag if remove else add_tag)(services, merchant_id, account, text)
    click.echo(f"account {account}: tag {text} {'taken away' if remove else 'given'}")


@member.command()
@of_account
@click.argument("status", type=click.Choice([status.value for status in MemberStatus]))
def status(shop: str, account: int, status: str) -> None:
    """Say what a customer is; whoever is blocked neither earns nor redeems."""
    with open_shop(shop) as (services, merchant_id):
        set_status(services, merchant_id, account, MemberStatus(status))
    click.echo(f"account {account}: {status}")


@member.command("merge")
@click.argument("shop")
@click.argument("keep", type=click.IntRange(1))
@click.argument("gone", type=click.IntRange(1))
@click.confirmation_option(prompt="This cannot be undone. Merge?")
def merge_cards(shop: str, keep: int, gone: int) -> None:
    """Make the accounts KEEP and GONE one; KEEP has everything then."""
    with open_counter(shop) as counter:
        outcome = merge(counter.services, counter.merchant_id, keep, gone, f"merge-{keep}-{gone}")
        click.echo(f"{outcome.member or '–'}: {counter.say_balances(outcome)}.")


@member.command("replace-card")
@of_account
@click.option("--lost-phone", is_flag=True, help="The pass on it and the address of the card's page end too.")
def replace_card(shop: str, account: int, lost_phone: bool) -> None:
    """Give a lost card new codes; the old ones are dead at once."""
    with open_shop(shop) as (services, merchant_id):
        new = replace_codes(services, merchant_id, account, phone_is_lost=lost_phone)
    click.echo(f"account {account}: the code is {spell_code(new.code)} now, the old ones are dead")
    if new.page_key:
        click.echo(f"the card's page: {services.links.card(new.page_key)}")


@member.command("link-card")
@of_account
@click.argument("number")
def link_card(shop: str, account: int, number: str) -> None:
    """Make the NUMBER on a printed card lead to a customer."""
    with open_shop(shop) as (services, merchant_id):
        link_plastic(services, merchant_id, account, number)
    click.echo(f"account {account}: found by the printed number {number} from now on")


@member.command("print-card")
@of_account
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--language", type=click.Choice(LANGUAGES), help="The customer's own where none is said.")
def print_paper(shop: str, account: int, file: Path, language: str | None) -> None:
    """Write a card for somebody without a phone to FILE, a PDF."""
    with open_shop(shop) as (services, merchant_id):
        file.write_bytes(print_card(services, merchant_id, account, language or ""))
    click.echo(f"Wrote {file}.")


def _describe(profile: Profile) -> Iterator[tuple[str, object]]:
    about = profile.about
    yield "name", about.name or "–"
    yield "status", profile.status
    if profile.merged_into is not None:
        yield "merged into", profile.merged_into
    elif profile.state != "active":
        yield "card", profile.state
    for label in ("language", "birthday", "town", "description"):
        if value := getattr(about, label):
            yield label, value
    if profile.tags:
        yield "tags", ", ".join(profile.tags)
    yield "photo", "yes" if profile.photo else "no"
    for identifier in profile.identifiers:
        yield identifier.kind, f"{identifier.value}{'' if identifier.verified_at is None else ' (verified)'}"
    for code in profile.codes:
        ended = "" if code.revoked_at is None else f" to {code.revoked_at:%Y-%m-%d %H:%M}"
        yield code.kind, f"from {code.given_at:%Y-%m-%d %H:%M}{ended} UTC"
