"""A customer's card at the counter: `walletpass card`."""

from datetime import datetime

import click

from walletpass.cli.amounts import refuse_amount
from walletpass.cli.at_counter import (
    DAY,
    SIGNED,
    TIME,
    of_card,
    of_shop,
    open_counter,
    read_items,
    with_items,
    with_key,
)
from walletpass.cli.card_corrections import adjust, revive
from walletpass.cli.card_events import check_in, share
from walletpass.cli.card_imports import bring_in
from walletpass.cli.card_rewards import choose, redeem, reinstate, release, reserve
from walletpass.cli.card_standing import show
from walletpass.cli.card_tiers import give_tier, take_tier
from walletpass.loyalty.rules.amounts import Price
from walletpass.loyalty.rules.basket import returned
from walletpass.operations.earning.extend import extend as extend_units
from walletpass.operations.earning.purchase import Purchase, post_purchase
from walletpass.operations.earning.refund import find_purchase
from walletpass.operations.earning.refund import refund as refund_purchase
from walletpass.operations.earning.stamp import stamp as stamp_card
from walletpass.operations.earning.undo import undo as undo_last

_at_place = click.option("--location", "place", help="Its name.", default="")


@click.group()
def card() -> None:
    """A card at the counter: show, stamp, buy, refund, undo, share, check-in, rewards, and corrections.

    SHOP is its name as `staff list` prints it. CODE is whatever the customer shows or says: a scanned or typed code,
    the number of a printed card, an e-mail address, a telephone number, their number in the till.
    """


for command in (
    *(show, choose, reserve, release, redeem, reinstate),
    *(bring_in, adjust, revive, give_tier, take_tier, share, check_in),
):
    card.add_command(command)


@card.command()
@of_card
@click.option("--count", type=int, default=1, show_default=True)
@click.option("--reason", help="Stamps again within the cool-down.", default="")
@_at_place
@with_key
def stamp(shop: str, code: str, count: int, reason: str, place: str, key: str) -> None:
    """Stamp the card for a visit."""
    with open_counter(shop) as counter:
        request = counter.request(counter.find(code), key, place, count=count, reason=reason)
        counter.tell(stamp_card(counter.services, request, count, reason))


@card.command(context_settings=SIGNED)
@of_card
@click.argument("amount")
@click.option("--gift-cards", help="So much of it for gift cards that were bought.", default="0")
@with_items
@click.option("--bill", help="The till's own number for it: counted once, and named by a refund.")
@click.option("--at", "at", type=TIME, help="On the shop's own clock, if not now.")
@_at_place
@with_key
def buy(
    shop: str,
    code: str,
    amount: str,
    gift_cards: str,
    items: tuple[str, ...],
    bill: str | None,
    at: datetime | None,
    place: str,
    key: str,
) -> None:
    """Count a purchase of AMOUNT, such as 12.40."""
    with open_counter(shop) as counter:
        price = Price(counter.read_money(amount), gift_cards=counter.read_money(gift_cards))
        if price.gift_cards > price.gross:
            raise refuse_amount(gift_cards, f"for gift cards is more than the whole purchase of {amount}.")
        purchase = Purchase(
            price,
            counter.program.currency,
            read_items(items),
            bill,
            counter.locate(at) if at else None,
        )
        request = counter.request(
            counter.find(code),
            key,
            place,
            amount=amount,
            gift_cards=gift_cards,
            items=items,
            bill=bill,
            at=str(at),
        )
        counter.tell(post_purchase(counter.services, request, purchase))
        counter.tell_unknown(purchase.items)


@card.command(context_settings=SIGNED)
@of_shop
@click.argument("bill")
@click.argument("amount", required=False)
@with_items
@with_key
def refund(shop: str, bill: str, amount: str | None, items: tuple[str, ...], key: str) -> None:
    """Take back the purchase BILL, or AMOUNT and items of it."""
    with open_counter(shop) as counter:
        minor = counter.read_money(amount) if amount else 0
        back = returned(minor, read_items(items)) if amount or items else None
        account_id = find_purchase(counter.services, counter.merchant_id, bill)
        request = counter.request(account_id, key, bill=bill, amount=amount, items=items)
        counter.tell(refund_purchase(counter.services, request, bill, back))


@card.command()
@of_card
@click.option("--any-time", is_flag=True, help="Also after the time in which staff can.")
@with_key
def undo(shop: str, code: str, any_time: bool, key: str) -> None:
    """Take back what was done last to the card."""
    with open_counter(shop) as counter:
        request = counter.request(counter.find(code), key)
        counter.tell(undo_last(counter.services, request, at_any_time=any_time))


@card.command()
@of_card
@click.option("--until", type=DAY, required=True, help="The last day on which they can be used.")
@with_key
def extend(shop: str, code: str, until: datetime, key: str) -> None:
    """Let all that would run out sooner last through a day; nothing is shortened."""
    with open_counter(shop) as counter:
        request = counter.request(counter.find(code), key, until=f"{until:%Y-%m-%d}")
        counter.tell(extend_units(counter.services, request, until.date()))
