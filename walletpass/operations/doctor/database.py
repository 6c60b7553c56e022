"""Whether the database is there, is of this version, and takes what is written."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from walletpass.operations.doctor.finding import Verdict, failed, ok, skipped
from walletpass.operations.doctor.installation import Installation
from walletpass.store.condition import State, examine
from walletpass.store.session import Database, Transaction

_FILE = "sqlite:///"
_JUDGEMENTS = {
    State.GOOD: ok("The database is there, of this version, and can be written."),
    State.EMPTY: skipped("The database is empty.", "It is filled at the first start: walletpass serve"),
    State.OLDER: failed(
        "The database is of an older version of walletpass.",
        "Back it up, then start walletpass: it brings the database up to date.",
    ),
    State.FOREIGN: failed(
        "The database is of a newer version of walletpass, or of something else.",
        "Install that version here, or set DATABASE_URL to the right database.",
    ),
    State.UNREACHABLE: failed("The database cannot be opened: {why}.", "Look at DATABASE_URL and DATA_DIR."),
    State.READ_ONLY: failed(
        "The database cannot be written: {why}.",
        "Let the user that runs walletpass own it and its folder, and look whether the disk is full.",
    ),
}


def check_database(installation: Installation) -> Iterator[Verdict]:
    url = installation.settings.database_url
    if missing := _find_missing_file(url):
        yield _judge_place(missing.parent)
        return
    condition = examine(url)
    verdict = _JUDGEMENTS[condition.state]
    yield Verdict(verdict.status, verdict.sentence.format(why=condition.why), verdict.remedy)


class DatabaseUnreadable(Exception):
    """`check_database` says why."""


@contextmanager
def reading(installation: Installation) -> Iterator[Transaction | None]:
    """None where there is nothing yet. Raises DatabaseUnreadable."""
    url = installation.settings.database_url
    state = State.EMPTY if _find_missing_file(url) else examine(url).state
    if state is State.EMPTY:
        yield None
        return
    if state not in (State.GOOD, State.READ_ONLY):
        raise DatabaseUnreadable
    database = Database(url)
    try:
        with database.reading() as tx:
            yield tx
    finally:
        database.close()


def _find_missing_file(url: str) -> Path | None:
    path = Path(url.removeprefix(_FILE))
    return path if url.startswith(_FILE) and not path.exists() else None


def _judge_place(folder: Path) -> Verdict:
    """Of a file that is not there yet."""
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        return skipped("There is no database yet.", "It is made at the first start: walletpass serve")
    return failed(
        f"There is no database, and none can be made in {folder}.",
        "Set DATA_DIR to a folder that the user who runs walletpass may write.",
    )
