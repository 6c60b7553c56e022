"""Balances from elsewhere: the command `walletpass card import`."""

import csv
import hashlib
import io
from collections.abc import Iterable
from pathlib import Path

import click

from walletpass.cli.at_counter import of_shop, open_counter
from walletpass.cli.files import decode, read_file
from walletpass.cli.opened import say_refusal
from walletpass.operations.earning.import_list import COLUMNS, BadLine, Known, Lines, import_list, judge_list

_MOST_BYTES = 20_000_000
_KEY_LETTERS = 40


@click.command("import")
@of_shop
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--skip-bad", is_flag=True, help="Import the good lines where others are bad.")
@click.option("--key", help="Makes a repetition harmless; else the same file is never imported twice.")
def bring_in(shop: str, file: Path, skip_bad: bool, key: str | None) -> None:
    """Add the balances in FILE, CSV with the columns code, unit, quantity and valid_through.

    The code may be an e-mail address; the last valid day may be empty. Where a line is bad, nothing is imported.
    """
    content = read_file(file, _MOST_BYTES)
    key = key or hashlib.sha256(content).hexdigest()[:_KEY_LETTERS]
    with open_counter(shop) as counter:
        good, bad = judge_list(counter.services, counter.merchant_id, _list_lines(file, content))
        _tell(bad)
        if bad and not skip_bad:
            raise click.ClickException(f"{len(bad)} bad lines; nothing was imported.")
        done = list(import_list(counter.services, counter.merchant_id, key, good))
        late = [line for line in done if isinstance(line, BadLine)]
        _tell(late)
        known = sum(isinstance(line, Known) for line in done)
        if known and known == len(done):
            click.echo("Nothing was imported: all of it was before.")
            return
        before = f", {known} were imported before" if known else ""
        click.echo(f"{len(done) - len(late) - known} imported, {len(bad) + len(late)} left out{before}")
        if late:
            raise click.ClickException("not all lines could be imported.")


def _tell(bad: Iterable[BadLine]) -> None:
    for line in bad:
        click.echo(f"line {line.number}: {say_refusal(line.why)}", err=True)


def _list_lines(file: Path, content: bytes) -> Lines:
    text = io.StringIO(decode(file, content), newline="")
    try:
        reader = csv.DictReader(text, strict=True)
        if sorted(reader.fieldnames or ()) != sorted(COLUMNS):
            raise click.ClickException(f"{file}: the columns must be {', '.join(COLUMNS)}.")
        return [(reader.line_num, {name: line[name] or "" for name in COLUMNS}) for line in reader]
    except csv.Error as error:
        raise click.ClickException(f"{file}: {error}.") from None
