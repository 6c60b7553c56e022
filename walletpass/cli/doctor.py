"""`walletpass doctor`: what keeps this installation from working, and what to do about it."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import partial

import click

from walletpass.clock import SystemClock
from walletpass.operations.doctor.examine import examine, find_wrong_settings
from walletpass.operations.doctor.finding import Finding, Status
from walletpass.operations.doctor.installation import Installation
from walletpass.settings import Settings, SettingsError
from walletpass.wallets import load_wallet_signers

_COUNTED = (Status.FAILED, Status.WARNING, Status.SKIPPED)


def _read_address(_context: click.Context, _option: click.Parameter, typed: str) -> str:
    if typed and not typed.startswith(("https://", "http://")):
        raise click.BadParameter("an address that begins with https:// is needed.")
    return typed


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list instead of text.")
@click.option(
    "--clock",
    "time_address",
    metavar="ADDRESS",
    default="",
    callback=_read_address,
    help="Compare the clock with this web server's.",
)
@click.pass_context
def doctor(context: click.Context, as_json: bool, time_address: str) -> None:
    """Try everything that walletpass needs, and say what is wrong and what to do.

    Sends nothing to customers and changes nothing. Exit status: 1 if something failed, else 0.
    """
    findings = list(_examine(time_address))
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_as_lines(findings)))
    context.exit(any(finding.status is Status.FAILED for finding in findings))


def _examine(time_address: str) -> Iterator[Finding]:
    try:
        settings = Settings.from_env()
    except SettingsError as error:
        yield from find_wrong_settings(error)
        return
    clock = SystemClock()
    yield from examine(
        Installation(settings, clock, partial(load_wallet_signers, settings, clock), time_address)
    )


def _as_lines(findings: Iterable[Finding]) -> Iterator[str]:
    found: Counter[Status] = Counter()
    for finding in findings:
        found[finding.status] += 1
        yield f"{finding.status:8} {finding.name.replace('_', ' '):18} {finding.sentence}"
        if finding.remedy:
            yield f"{'':27} → {finding.remedy}"
    yield ""
    yield ", ".join(f"{found[status]} {status}" for status in _COUNTED if found[status]) or "All is well."
