"""What keeps the house in order, so that nobody has to remember it."""

import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

from tools.document_settings import PAGE, describe_settings

ROOT = Path(__file__).resolve().parent.parent.parent
MOST_LINES = 420
SOURCES = ("*.py", "*.ts", "*.css", "*.html", "*.toml", "*.md", "Makefile")
BINARIES = {
    "certs/AppleWWDRCAG4.cer": "Apple's public intermediate certificate, as Apple gives it out",
    "docs/pictures/*.png": "pages of ours, as a browser shows them",
    "templates/*/*.png": "drawn for this project",
}
HERE = (f"{ROOT}/", f"{Path.home()}/", "/home/")
"""How paths of a machine begin: of this one, and of most."""


def committed() -> list[str]:
    listed = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True)
    return [name for name in listed.split("\0") if name and (ROOT / name).exists()]


def matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


def is_binary(name: str) -> bool:
    return b"\0" in (ROOT / name).read_bytes()


def test_rooms_know_only_the_rooms_below() -> None:
    """The contracts in pyproject.toml hold."""
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_every_setting_is_documented_as_it_is() -> None:
    """docs/settings.md is what `make settings` would write."""
    assert PAGE.read_text() == describe_settings()


def test_no_source_file_is_long() -> None:
    """A file that passes the limit has more than one reason to change."""
    lengths = {name: (ROOT / name).read_text().count("\n") for name in committed() if matches(name, SOURCES)}
    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


def test_nothing_committed_names_a_machine_or_a_registry() -> None:
    """Paths of one machine break on the next; where packages come from is the machine's own setting."""
    here = str(Path(__file__).relative_to(ROOT))
    texts = {name: (ROOT / name).read_text() for name in committed() if name != here and not is_binary(name)}
    assert [name for name, text in texts.items() if any(path in text for path in HERE)] == []
    locks = [name for name in texts if name.startswith("requirements/") or name.endswith("package-lock.json")]
    assert locks
    assert [
        name for name in locks if re.search("https?://(?!opencollective|github|tidelift)", texts[name])
    ] == []


def test_every_committed_binary_is_accounted_for() -> None:
    """Nobody can read it in a review, so it says here where it comes from."""
    assert [name for name in committed() if is_binary(name) and not matches(name, tuple(BINARIES))] == []


def test_nothing_that_is_built_or_secret_is_committed() -> None:
    """Fonts, bundles and packages are made; keys stay where they are used."""
    kept_out = ("*.ttf", "*.woff2", "*/built/*", "node_modules/*", "*.key", "*.p12", "*.pkpass", "*.db")
    assert [name for name in committed() if matches(name, kept_out)] == []
