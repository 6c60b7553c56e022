"""Apple's certificates: `walletpass certs`."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click

from walletpass import shipped
from walletpass.cli.opened import read_settings
from walletpass.cli.pass_types import bring, drop, list_
from walletpass.clock import SystemClock
from walletpass.pkpass import development
from walletpass.pkpass.certificate_folder import (
    Candidate,
    FileProblem,
    MaterialFile,
    Trust,
    find_candidates,
    list_files,
    read_files,
    store,
)
from walletpass.pkpass.certificates import PASS_TYPE, PassCertificate
from walletpass.pkpass.key_files import make_key, make_request, write_key, write_request
from walletpass.pkpass.refusals import CertificateRefused, Reason

_NO_CERTIFICATE = "There is no pass certificate."

_existing = click.Path(exists=True, path_type=Path)
_root_option = click.option(
    "--root", type=_existing, default=shipped.APPLE_ROOT, help="Root to trust instead of Apple's."
)


@click.group()
def certs() -> None:
    """Get, store and judge the certificates that sign passes, and say whose they are."""


for command in (bring, drop, list_):
    certs.add_command(command)


def _read_pass_types(
    _context: click.Context, _argument: click.Parameter, typed: tuple[str, ...]
) -> tuple[str, ...]:
    if wrong := [each for each in typed if not PASS_TYPE.fullmatch(each)]:
        raise click.BadParameter(f"{wrong[0]} is no pass type; pass.dev.corner.cards is one.")
    return typed


@certs.command()
@click.argument("pass_types", nargs=-1, callback=_read_pass_types)
def dev(pass_types: tuple[str, ...]) -> None:
    """Make the development chain, or show the one there is. No iPhone trusts it.

    With PASS_TYPES it is made anew with a certificate for each of them too, for shops to bring.
    """
    folder = read_settings().data_dir / development.FOLDER
    now = SystemClock().now()
    with _telling_refusals():
        signers = development.load_development_signers(folder, now, *pass_types)
    click.echo(f"Development chain in {folder}; no iPhone trusts it.")
    for signer in signers:
        _show(signer.certificate, now)


@certs.command()
@click.option(
    "--name", default="walletpass", show_default=True, help="Your own name for it; Apple replaces it."
)
def csr(name: str) -> None:
    """Make a private key and the request to upload to Apple."""
    folder = read_settings().certs_dir
    stem = f"request-{SystemClock().now():%Y%m%d-%H%M%S}"
    key_path, request_path = folder / f"{stem}.key.pem", folder / f"{stem}.csr"
    with _telling_refusals():
        folder.mkdir(parents=True, exist_ok=True)
        key = make_key()
        request = make_request(key, name)
        write_key(key_path, key)
        write_request(request_path, request)
    click.echo(f"Request: {request_path}\nKey:     {key_path} (keep it, and keep a copy in a safe place)")
    click.echo(
        "Upload the request at developer.apple.com under Certificates > + > Pass Type ID Certificate. Leave the "
        "certificate's name empty. Then: walletpass certs import pass.cer"
    )


@certs.command("import")
@click.argument("files", nargs=-1, required=True, type=_existing)
@_root_option
def import_(files: tuple[Path, ...], root: Path) -> None:
    """Judge and store a certificate from FILES: PEM, .cer or .p12 under any names."""
    folder = read_settings().certs_dir
    now = SystemClock().now()
    with _telling_refusals():
        kept, _ = read_files(list_files(folder) if folder.is_dir() else ())
        given, problems = _read_all(files)
        if problems:
            raise click.ClickException(_tell_problem(problems[0]))
        candidates = list(find_candidates(given, _trust(root), kept))
        if not candidates:
            raise click.ClickException(_NO_CERTIFICATE)
        for candidate in candidates:
            _store(folder, candidate, now)


@certs.command()
@click.argument("paths", nargs=-1, type=_existing)
@_root_option
def check(paths: tuple[Path, ...], root: Path) -> None:
    """Show and judge the certificates in PATHS, files or folders; else those in CERTS_DIR. Exit 1 if any is refused."""
    now = SystemClock().now()
    with _telling_refusals():
        files, problems = _read_all(paths or (read_settings().certs_dir,))
        candidates = list(find_candidates(files, _trust(root)))
    for candidate in candidates:
        _show(candidate.certificate, now)
        refusals = candidate.find_refusals(now)
        problems += [FileProblem(candidate.file, refusal.reason) for refusal in refusals]
        click.echo("  refused" if refusals else "  good")
    for problem in problems:
        click.echo(_tell_problem(problem), err=True)
    if not candidates:
        click.echo(_NO_CERTIFICATE, err=True)
    if problems or not candidates:
        raise click.exceptions.Exit(1)


def _read_all(paths: Iterable[Path]) -> tuple[list[MaterialFile], list[FileProblem]]:
    """For a file that is named its passphrase is asked; those in a folder are read as the server would."""
    files, problems = [], []
    for path in paths:
        found, unread = read_files(list_files(path)) if path.is_dir() else _read_asking(path)
        files += found
        problems += unread
    return files, problems


def _read_asking(path: Path) -> tuple[list[MaterialFile], list[FileProblem]]:
    files, problems = read_files([path])
    if any(problem.reason.code == "passphrase_needed" for problem in problems):
        passphrase = click.prompt(f"Passphrase of {path.name}", hide_input=True, err=True)
        return read_files([path], passphrase.encode())
    return files, problems


def _trust(root: Path) -> Trust:
    return Trust.from_files(roots=[root], intermediates=[shipped.APPLE_WWDR_G4])


def _store(folder: Path, candidate: Candidate, now: datetime) -> None:
    if refusals := candidate.find_refusals(now):
        raise refusals[0]
    assert candidate.key
    certificate_path, key_path = store(folder, candidate.certificate, candidate.key)
    _show(candidate.certificate, now)
    click.echo(f"Stored {certificate_path} and {key_path}.")


def _show(certificate: PassCertificate, now: datetime) -> None:
    chain = (certificate.leaf, certificate.intermediate, certificate.root)
    lines = {
        "subject": certificate.subject,
        "team": certificate.team_identifier or "-",
        "pass type": certificate.pass_type_identifier or "-",
        "marker": certificate.marker or "-",
        "NFC": "yes" if certificate.nfc else "no",
        "chain": " < ".join(link.subject.rfc4514_string() for link in chain[1:] if link) or "incomplete",
        "certificate": _days(certificate.days_left(now)),
        "intermediate": _days(certificate.intermediate_days_left(now)),
    }
    click.echo("\n".join(f"  {name:13}{text}" for name, text in lines.items()))


def _days(left: int | None) -> str:
    return "unknown" if left is None else f"{left} days left"


def _tell_problem(problem: FileProblem) -> str:
    return f"{problem.file}: {_tell(problem.reason)}"


def _tell(reason: Reason) -> str:
    return f"{reason} ({reason.code})"


@contextmanager
def _telling_refusals() -> Iterator[None]:
    try:
        yield
    except CertificateRefused as refusal:
        raise click.ClickException(_tell(refusal.reason)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}.") from None
