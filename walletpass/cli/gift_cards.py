"""Gift cards from the command line: `walletpass gift-card`."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import click

from walletpass.cli.amounts import read_money
from walletpass.cli.at_counter import SIGNED, say_day
from walletpass.cli.opened import find_shop, of_shop, open_services
from walletpass.loyalty.expiry import last_valid_day
from walletpass.loyalty.local_days import end_of_day, local_day
from walletpass.loyalty.program import Program
from walletpass.loyalty.rewards.gift_cards import BlockReason, GiftCard
from walletpass.loyalty.wording import Money
from walletpass.operations.gift_cards import block as blocking
from walletpass.operations.gift_cards.issue import issue as issue_card
from walletpass.operations.gift_cards.moving import Receipt, Request
from walletpass.operations.gift_cards.recipient import find_recipient
from walletpass.operations.gift_cards.refund import refund as refund_payment
from walletpass.operations.gift_cards.show import find_by_code, list_moves
from walletpass.operations.gift_cards.spend import spend as spend_money
from walletpass.operations.gift_cards.transfer import transfer as transfer_card
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.services import Services
from walletpass.translations import SOURCE_LANGUAGE, translator

_KEY_BYTES = 12
_key = click.option(
    "--key",
    help="Makes a repetition harmless: 8 to 80 letters, digits, - and _.",
    default=lambda: secrets.token_urlsafe(_KEY_BYTES),
)


@dataclass(frozen=True, slots=True)
class _Till:
    services: Services
    merchant_id: int
    program: Program

    def request(self, key: str) -> Request:
        return Request(self.merchant_id, key)

    def find(self, code: str) -> int:
        return find_by_code(self.services, self.merchant_id, code).id

    def say(self, minor: int) -> str:
        return translator(SOURCE_LANGUAGE).money(Money(minor, self.program.currency))

    def tell(self, receipt: Receipt) -> None:
        click.echo(f"{receipt.state.value}, {self.say(receipt.balance_minor)} left")


@contextmanager
def _open_till(shop: str) -> Iterator[_Till]:
    with open_services() as services:
        merchant_id = find_shop(services, shop).id
        yield _Till(services, merchant_id, get_rules(services, merchant_id).program)


@click.group()
def gift_card() -> None:
    """Gift cards: issue, show, spend, refund, transfer, block, unblock."""


@gift_card.command(context_settings=SIGNED)
@click.argument("amount")
@click.option("--to", "email", help="E-mail address of the member it is for; else of whoever has the code.")
@click.option("--days", type=click.IntRange(0, 36500), help="Valid through so many days after today.")
@click.option("--transferable/--not-transferable", default=True, show_default=True)
@of_shop
@_key
def issue(amount: str, email: str | None, days: int | None, transferable: bool, shop: str, key: str) -> None:
    """Issue a gift card of AMOUNT, such as 25 or 19.99, and print its code."""
    with _open_till(shop) as till:
        zone, now = till.program.zone, till.services.clock.now()
        card = GiftCard(
            till.program.currency,
            read_money(amount, till.program.currency, least=1),
            expires_at=None
            if days is None
            else end_of_day(local_day(now, zone) + timedelta(days=days), zone),
            holder_id=find_recipient(till.services, till.merchant_id, email) if email else None,
            transferable=transferable,
        )
        receipt = issue_card(till.services, till.request(key), card)
        click.echo(receipt.code)


@gift_card.command()
@click.argument("code")
@of_shop
def show(code: str, shop: str) -> None:
    """How the gift card with CODE stands, and all that was done with it."""
    with _open_till(shop) as till:
        found = find_by_code(till.services, till.merchant_id, code)
        zone = till.program.zone
        last_day = last_valid_day(found.expires_at, zone) if found.expires_at else None
        state = "expired" if found.has_ended else found.state.value
        click.echo(f"{state}, {till.say(found.usable_minor)} to spend, last day: {say_day(last_day)}")
        for line in list_moves(till.services, till.merchant_id, found.id):
            click.echo(
                f"{line.id:6} {line.at.astimezone(zone):%Y-%m-%d %H:%M}  {line.kind.value:9}"
                f"{till.say(line.value_minor):>14}{till.say(line.balance_minor):>14}  {line.reason}".rstrip()
            )


@gift_card.command(context_settings=SIGNED)
@click.argument("code")
@click.argument("amount")
@of_shop
@_key
def spend(code: str, amount: str, shop: str, key: str) -> None:
    """Take AMOUNT from the gift card with CODE."""
    with _open_till(shop) as till:
        currency = till.program.currency
        minor = read_money(amount, currency, least=1)
        till.tell(spend_money(till.services, till.request(key), till.find(code), minor, currency))


@gift_card.command(context_settings=SIGNED)
@click.argument("code")
@click.argument("payment", type=int)
@click.argument("amount", required=False)
@of_shop
@_key
def refund(code: str, payment: int, amount: str | None, shop: str, key: str) -> None:
    """Give AMOUNT of a PAYMENT back to the gift card with CODE, or all of it; `show` prints its number."""
    with _open_till(shop) as till:
        minor = read_money(amount, till.program.currency, least=1) if amount else None
        till.tell(refund_payment(till.services, till.request(key), till.find(code), payment, minor))


@gift_card.command()
@click.argument("code")
@click.argument("email")
@of_shop
@_key
def transfer(code: str, email: str, shop: str, key: str) -> None:
    """Give the gift card with CODE to the member with EMAIL, and print its new code. The old one is dead."""
    with _open_till(shop) as till:
        to = find_recipient(till.services, till.merchant_id, email)
        click.echo(transfer_card(till.services, till.request(key), till.find(code), to).code)


@gift_card.command()
@click.argument("code")
@click.option(
    "--reason",
    type=click.Choice(BlockReason, case_sensitive=False),
    default=BlockReason.LOST,
    show_default=True,
)
@of_shop
@_key
def block(code: str, reason: BlockReason, shop: str, key: str) -> None:
    """Block the gift card with CODE."""
    with _open_till(shop) as till:
        till.tell(blocking.block(till.services, till.request(key), till.find(code), reason))


@gift_card.command()
@click.argument("code")
@of_shop
@_key
def unblock(code: str, shop: str, key: str) -> None:
    """Let the gift card with CODE pay again."""
    with _open_till(shop) as till:
        till.tell(blocking.unblock(till.services, till.request(key), till.find(code)))
