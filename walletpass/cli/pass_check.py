"""`walletpass pass check`: what an iPhone would say about a pass file."""

import json
from dataclasses import asdict
from datetime import datetime
from itertools import groupby
from pathlib import Path

import click
from cryptography import x509

from walletpass import shipped
from walletpass.clock import SystemClock
from walletpass.pkpass.check import Finding, Identity, Report, Severity, check_pass
from walletpass.pkpass.check.package import MAX_FILE

_existing = click.Path(exists=True, dir_okay=False, path_type=Path)
_HEADINGS = {
    Severity.ERROR: "An iPhone would refuse this:",
    Severity.WARNING: "This will not work as meant:",
    Severity.NOTE: "Worth knowing:",
}


@click.command()
@click.argument("file", type=_existing)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
@click.option("--root", type=_existing, help="Root to trust instead of Apple's (PEM), for development.")
@click.option("--allow-http", is_flag=True, help="Let the web service be reached without TLS.")
@click.pass_context
def check(context: click.Context, file: Path, as_json: bool, root: Path | None, allow_http: bool) -> None:
    """Judge a .pkpass or .pkpasses FILE without a phone.

    Exit status: 0 clean or warnings only, 1 an iPhone would refuse it, 2 not readable.
    """
    with file.open("rb") as stream:
        data = stream.read(MAX_FILE + 1)
    report = check_pass(data, roots=read_roots(root), now=SystemClock().now(), allow_http=allow_http)
    click.echo(_as_json(report) if as_json else "\n".join(_as_lines(report)))
    context.exit(report.exit_code)


def read_roots(root: Path | None) -> list[x509.Certificate]:
    if root is None:
        return [
            *x509.load_pem_x509_certificates(shipped.APPLE_ROOT.read_bytes()),
            x509.load_der_x509_certificate(shipped.APPLE_WWDR_G4.read_bytes()),
        ]
    try:
        return x509.load_pem_x509_certificates(root.read_bytes())
    except ValueError:
        raise click.BadParameter(f"{root} holds no PEM certificate.", param_hint="--root") from None


def _as_json(report: Report) -> str:
    """`readable`, `exit_code`, `passes` and `findings`; members as in the dataclasses, instants in ISO 8601."""
    return json.dumps({**asdict(report), "exit_code": report.exit_code}, default=datetime.isoformat, indent=2)


def _as_lines(report: Report) -> list[str]:
    lines = [line for identity in report.passes for line in _describe(identity)]
    ordered = sorted(report.findings, key=lambda finding: list(Severity).index(finding.severity))
    for severity, findings in groupby(ordered, key=lambda finding: finding.severity):
        lines += ["", _HEADINGS[severity], *(line for finding in findings for line in _tell(finding))]
    return [*lines, "", _verdict(report)]


def _describe(identity: Identity) -> list[str]:
    signed = (
        f"signed {identity.signed_at:%Y-%m-%d %H:%M} UTC" if identity.signed_at else "signing date unknown"
    )
    return [
        f"{identity.organization or '?'}: {identity.pass_type or '?'}, serial {identity.serial or '?'}",
        f"  team {identity.team or '?'}, {signed}",
        f"  {' ← '.join(identity.chain) or 'signer unknown'}",
    ]


def _tell(finding: Finding) -> list[str]:
    return [
        f"  {finding.place or 'package'}  [{finding.code}]",
        f"    {finding.sentence}",
        f"    → {finding.remedy}",
    ]


def _verdict(report: Report) -> str:
    if not report.readable:
        return "Not readable."
    return "An iPhone would refuse it." if report.exit_code else "Nothing here makes an iPhone refuse it."
