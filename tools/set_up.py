"""Make .venv hold exactly what requirements/ locks: `python3 tools/set_up.py build` or `dev`.

Runs before anything is installed, so it uses the standard library only. Does nothing when nothing changed.
"""

import hashlib
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
STAMP = VENV / ".made-from"
REQUIREMENTS = ROOT / "requirements"
GROUPS = ("build", "dev")
"""Each holds all of the one before."""

ITSELF = ("--no-deps", "--no-build-isolation", "--editable", ".")


def main(wanted: str) -> None:
    group = max(wanted, _group_held(), key=GROUPS.index)  # `make run` after `make test` takes nothing away
    now = f"{group} {_fingerprint(group)}"
    if STAMP.exists() and STAMP.read_text() == now:
        return
    print(f"Installing the packages of requirements/{group}.txt into .venv", flush=True)
    STAMP.unlink(missing_ok=True)
    _make_environment()
    if not (_install_with_uv(group) or _install_with_pip(group)):
        sys.exit("The packages could not be installed: see above. Is there a way to the package index?")
    STAMP.write_text(now)


def _group_held() -> str:
    return STAMP.read_text().split()[0] if STAMP.exists() else GROUPS[0]


def _fingerprint(group: str) -> str:
    digest = hashlib.sha256(bytes(ROOT))  # the commands in an environment name its folder
    for file in (REQUIREMENTS / f"{group}.txt", ROOT / "pyproject.toml"):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _make_environment() -> None:
    if _succeeds(UV, "pip", "freeze", "--python", PYTHON) or _succeeds(PYTHON, "-m", "pip", "--version"):
        return
    if find_spec("venv") is None or find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        sys.exit(f"This Python cannot make environments. On Debian: apt-get install python{version}-venv")
    shutil.rmtree(VENV, ignore_errors=True)
    if not _succeeds(sys.executable, "-m", "venv", VENV):
        sys.exit("The environment .venv could not be made; try `python3 -m venv .venv` to see why.")


def _install_with_uv(group: str) -> bool:
    """A second where pip takes fifteen, but not to be had on every machine, and deaf to pip's settings."""
    pip = (PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes")
    target = ("--quiet", "--python", PYTHON, "--compile-bytecode")
    return (
        (UV.exists() or _succeeds(*pip, "--requirement", REQUIREMENTS / "setup.txt"))
        and _succeeds(UV, "pip", "sync", *target, "--require-hashes", REQUIREMENTS / f"{group}.txt")
        and _succeeds(UV, "pip", "install", *target, *ITSELF)
    )


def _install_with_pip(group: str) -> bool:
    pip = (PYTHON, "-m", "pip", "install", "--quiet")
    locked = ("--require-hashes", "--requirement", REQUIREMENTS / f"{group}.txt")
    return _says(*pip, *locked) and _says(*pip, *ITSELF)


def _succeeds(*command: "str | Path") -> bool:
    """Without a word, for steps that may fail because another way is left."""
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


def _says(*command: "str | Path") -> bool:
    return subprocess.run(command, cwd=ROOT).returncode == 0


if __name__ == "__main__":
    main(sys.argv[1])
