"""Tiers by hand: the commands `walletpass card give-tier` and `take-tier`."""

from datetime import datetime

import click

from walletpass.cli.at_counter import DAY, of_card, open_counter, with_key
from walletpass.operations.tiers import give


@click.command("give-tier")
@of_card
@click.argument("tier")
@click.option("--through", type=DAY, help="Its last day; else it stays until it is taken.")
@with_key
def give_tier(shop: str, code: str, tier: str, through: datetime | None, key: str) -> None:
    """Put the customer into TIER, by its id in the rules, whether they have earned it or not."""
    _change_tier(shop, code, key, tier, through)


@click.command("take-tier")
@of_card
@with_key
def take_tier(shop: str, code: str, key: str) -> None:
    """Take the tier that the customer is in."""
    _change_tier(shop, code, key, "", None)


def _change_tier(shop: str, code: str, key: str, tier: str, through: datetime | None) -> None:
    with open_counter(shop) as counter:
        request = counter.request(counter.find(code), key, tier=tier, through=str(through))
        last_day = through.date() if through else None
        outcome = give.give_tier(counter.services, request, tier, last_day)
        counter.tell(outcome, "tier given" if tier else "tier taken")
