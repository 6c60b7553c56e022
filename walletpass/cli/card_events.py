"""What members do without buying anything: the commands `walletpass card share` and `check-in`."""

import click

from walletpass.cli.at_counter import of_card, open_counter, with_key
from walletpass.cli.opened import find_location
from walletpass.loyalty.earn_rules import Trigger
from walletpass.loyalty.positions import read_position
from walletpass.operations.check_in.check_in import check_in as check_in_at
from walletpass.operations.earning.purchase import post_event


@click.command()
@of_card
@click.option("--rule", help="Only what this one gives, where several are for sharing.", default="")
@with_key
def share(shop: str, code: str, rule: str, key: str) -> None:
    """Give what the rules give for recommending the shop: the customer says they did."""
    with open_counter(shop) as counter:
        request = counter.request(counter.find(code), key, rule=rule)
        counter.tell(post_event(counter.services, request, Trigger.SHARE, rule))


@click.command("check-in")
@of_card
@click.argument("location")
@click.argument("shown")
@click.option("--position", help="Where the customer's phone says it is, such as 52.37, 4.90.", default="")
@click.option("--within", type=click.IntRange(1), help="Only so many metres from the location.")
@with_key
def check_in(
    shop: str, code: str, location: str, shown: str, position: str, within: int | None, key: str
) -> None:
    """Check the customer in with the code that the till of LOCATION has SHOWN; `check-in code` prints it."""
    with open_counter(shop) as counter:
        there = read_position(position) if position else None
        location_id = find_location(counter.services, counter.merchant_id, location)
        request = counter.request(counter.find(code), key, location, shown=shown)
        counter.tell(check_in_at(counter.services, request, location_id, shown, there, within))
