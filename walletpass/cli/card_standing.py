"""How a card stands: the command `walletpass card show`."""

from collections.abc import Iterator

import click

from walletpass.cli.at_counter import ENGLISH, Counter, of_card, open_counter, say_day
from walletpass.loyalty.program import units_of
from walletpass.operations.cards.standing import LotLine, RewardLine, Standing, load_standing


@click.command()
@of_card
def show(shop: str, code: str) -> None:
    """All that the card holds, what was done with it last, and whether its ledger is as it was written."""
    with open_counter(shop) as counter:
        standing = load_standing(counter.services, counter.merchant_id, counter.find(code))
        for label, text in _describe(counter, standing):
            click.echo(f"{label:8} {text}".rstrip())


def _describe(counter: Counter, standing: Standing) -> Iterator[tuple[str, str]]:
    yield "member", standing.member or "–"
    if standing.state != "active":
        yield "card", standing.state
    known = units_of(standing.program.kind)
    for unit, n in standing.balances.items():
        if n or unit in known:
            yield "balance", counter.say_units(n, unit)
    if standing.tier:
        yield "tier", standing.tier
    for lot in standing.lots:
        yield "lot", _describe_lot(counter, lot)
    for reward in standing.rewards:
        yield "ready", _describe_reward(counter, reward)
    for card in standing.gift_cards:
        left = ENGLISH.money(card.left)
        yield "gift", f"card of {left}, code {card.code}, last day: {say_day(card.last_day)}"
    for entry in standing.entries:
        when, there = (
            ENGLISH.moment(entry.at, standing.program.zone),
            counter.say_units(entry.after, entry.unit),
        )
        moved = f"  {entry.quantity:+} to {there}" if entry.quantity else ""
        yield "entry", f"{when}{moved}  {ENGLISH.say(entry.told)}"
    yield "ledger", _describe_chain(standing)


def _describe_lot(counter: Counter, lot: LotLine) -> str:
    begins = f", from {say_day(lot.first_day)}" if lot.first_day else ""
    return f"{counter.say_units(lot.remaining, lot.unit)}{begins}, last day: {say_day(lot.last_day)}"


def _describe_reward(counter: Counter, reward: RewardLine) -> str:
    code = f", code {reward.code}" if reward.code else ""
    held = reward.reserved_until
    reserved = f", reserved until {ENGLISH.moment(held, counter.program.zone)}" if held else ""
    return f"{reward.title} (--reward {reward.id}){code}, last day: {say_day(reward.last_day)}{reserved}"


def _describe_chain(standing: Standing) -> str:
    if standing.broken_at is not None:
        return f"{standing.entry_count} entries, not as they were written from number {standing.broken_at} on"
    return f"{standing.entry_count} entries, chain holds, {standing.chain_head.hex()[:16]}"
