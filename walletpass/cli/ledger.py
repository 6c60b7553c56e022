"""The ledger, for operators: `walletpass ledger`."""

import os
import sys

import click

from walletpass.cli.opened import find_shop, open_services
from walletpass.loyalty.invariants import Invariant
from walletpass.operations.ledger.found import Found
from walletpass.operations.ledger.verify import Report
from walletpass.operations.ledger.verify import verify as look_through

_KEPT = {
    Invariant.ONLY_ADDED: "What was written stands as it was: only additions",
    Invariant.FOLLOWS: "Balances, counters and rewards follow from the ledger",
    Invariant.LOTS: "Lots hold what was left in them, and debits say where they took from",
    Invariant.KEYS: "One key, one outcome",
    Invariant.ONCE: "Each rule gave once for an activity, nothing was taken back twice",
    Invariant.ONE_BY_ONE: "One write at a time for each account and gift card",
    Invariant.CHAINED: "Numbers without a gap, each entry under the hash of the one before",
    Invariant.WHOLE: "Whole numbers only",
    Invariant.TOLD: "Every change gave its card a new version",
    Invariant.APART: "Units and money share no balance",
}


@click.group()
def ledger() -> None:
    """The ledger of stamps, points and gift cards."""


@ledger.command()
@click.option("--merchant", metavar="SHOP", help="Only this one, by its name as `staff list` prints it.")
@click.option(
    "--processes",
    type=click.IntRange(1, 256),
    default=os.cpu_count() or 1,
    show_default="as many as the machine has cores",
    help="How many look at the same time.",
)
def verify(merchant: str | None, processes: int) -> None:
    """Compute every balance again and check that all that was written holds together."""
    with open_services() as services:
        merchant_id = find_shop(services, merchant).id if merchant else None
        report = look_through(services, merchant_id, _tell, processes)
    _sum_up(report)
    if report.broken:
        sys.exit(1)


def _tell(found: Found) -> None:
    where = f"{found.where}: " if found.where else ""
    click.echo(f"[{found.breach.invariant}] {where}{found.breach.what}")


def _sum_up(report: Report) -> None:
    counts = ", ".join(f"{number:,} {what}" for what, number in report.looked_at.items())
    click.echo(f"Looked at {counts}.")
    for invariant, kept in _KEPT.items():
        broken = report.broken[invariant]
        click.echo(f"{invariant:>3}  {kept}: " + (f"broken {broken:,} times" if broken else "yes"))
    click.echo("Some invariants are broken." if report.broken else "Every invariant kept.")
