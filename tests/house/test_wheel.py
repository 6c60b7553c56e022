"""The wheel is what most people install: it must hold all that a checkout has."""

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from support.servers import running_server

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [BIN / "hatchling", "build", "--target", "wheel", "--directory", folder], cwd=ROOT, check=True
    )
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`walletpass` in an environment that holds the wheel and what it locks, nothing else."""
    environment = tmp_path_factory.mktemp("installed") / "environment"
    python = environment / "bin" / "python"
    install = (BIN / "uv", "pip", "install", "--quiet", "--python", python)
    for step in (
        (BIN / "uv", "venv", "--quiet", "--python", sys.executable, environment),
        (*install, "--require-hashes", "--requirement", ROOT / "requirements" / "run.txt"),
        (*install, "--no-deps", wheel),
    ):
        subprocess.run(step, check=True)
    return environment / "bin" / "walletpass"


@pytest.fixture(scope="module")
def address(command: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of the installed product with its demo, started from an empty folder."""
    empty = tmp_path_factory.mktemp("empty")
    with running_server(empty / "data", "--demo", command=(command,), cwd=empty) as server:
        yield server.url


def test_it_holds_neither_our_sources_for_scripts_nor_marks_of_the_build(wheel: Path) -> None:
    """What browsers and drawings need is inside, what made it is not."""
    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name in names if name.endswith((".ts", ".made-from")) or name.startswith("tests")] == []


def test_it_says_which_version_it_is(command: Path) -> None:
    """A bug report needs it."""
    said = subprocess.check_output([command, "--version"], text=True)
    assert said.startswith("walletpass, version ")


def test_it_answers_with_pages_and_every_script_style_and_font(address: str) -> None:
    """The files of the checkout, built ones too, byte for byte."""
    assert urlopen(address).status == 200
    static = ROOT / "walletpass" / "web" / "static"
    files = [file for file in static.rglob("*") if file.is_file() and not file.name.startswith(".")]
    assert {file.suffix for file in files} >= {".css", ".js", ".woff2"}
    for file in files:
        assert urlopen(f"{address}/static/{file.relative_to(static)}").read() == file.read_bytes()


def test_it_starts_with_the_card_templates_of_the_checkout(command: Path, wheel: Path) -> None:
    """Owners pick from the same designs."""
    inside = {
        name.split("/")[3]
        for name in zipfile.ZipFile(wheel).namelist()
        if "/shipped_files/templates/" in name
    }
    assert inside == {folder.name for folder in (ROOT / "templates").iterdir() if folder.is_dir()}
