"""Corrections of a card by hand: the commands `walletpass card adjust` and `revive`."""

from collections.abc import Callable
from dataclasses import asdict

import click
from msgspec.structs import replace

from walletpass.cli.at_counter import (
    SIGNED,
    Counter,
    of_card,
    open_counter,
    with_key,
    with_note,
    with_staff,
    with_unit,
)
from walletpass.cli.opened import say_refusal
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.units import Unit
from walletpass.operations.corrections.ask import Asked, CorrectionKind, ask_for_correction
from walletpass.operations.earning import adjust as by_hand
from walletpass.operations.posting.outcome import Outcome
from walletpass.operations.posting.request import Post


@click.command(context_settings=SIGNED)
@of_card
@click.argument("units", type=int)
@click.option("--reason", type=click.Choice(by_hand.REASONS), required=True)
@with_unit
@with_note
@with_staff(required=False)
@with_key
def adjust(
    shop: str, code: str, units: int, reason: str, unit: Unit | None, note: str, by: str | None, key: str
) -> None:
    """Give UNITS, or with -5 take some away."""
    with open_counter(shop) as counter:
        asked = Asked(CorrectionKind.ADJUST, counter.choose_unit(unit), units, reason, note)

        def post(request: Post) -> Outcome:
            return by_hand.adjust(counter.services, request, asked.unit, units, reason, note)

        _correct(counter, code, key, by, asked, post)


@click.command()
@of_card
@click.argument("units", type=int)
@with_unit
@with_note
@with_staff(required=False)
@with_key
def revive(shop: str, code: str, units: int, unit: Unit | None, note: str, by: str | None, key: str) -> None:
    """Give back UNITS that have run out, out of goodwill and with some days of grace."""
    with open_counter(shop) as counter:
        asked = Asked(CorrectionKind.REVIVE, counter.choose_unit(unit), units, "goodwill", note)

        def post(request: Post) -> Outcome:
            return by_hand.revive(counter.services, request, asked.unit, units, note)

        _correct(counter, code, key, by, asked, post)


def _correct(
    counter: Counter, code: str, key: str, by: str | None, asked: Asked, post: Callable[[Post], Outcome]
) -> None:
    """Where that is too much for one person, the one who is named asks for a second."""
    account_id = counter.find(code)
    staff_id = counter.find_staff(by) if by else None
    try:
        request = counter.request(account_id, key, **asdict(asked))
        counter.tell(post(replace(request, staff_id=staff_id)))
    except Refusal as refusal:
        if refusal.code != "needs_second_person":
            raise
        if staff_id is None:
            raise click.ClickException(f"{say_refusal(refusal)}\nSay with --by who asks for it.") from None
        number = ask_for_correction(counter.services, counter.merchant_id, account_id, staff_id, key, asked)
        click.echo(f"waits for a second person: correction {number}")
