"""Files that commands are given: no larger than they may be, and text where text is meant."""

from pathlib import Path

import click


def read_file(file: Path, most_bytes: int) -> bytes:
    with file.open("rb") as stream:
        content = stream.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise click.ClickException(f"{file} is larger than {most_bytes} bytes.")
    return content


def decode(file: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise click.ClickException(f"{file} is not text in UTF-8: line {line}. Save it as UTF-8.") from None
