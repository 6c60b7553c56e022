"""Programs that the tests need beside Python: one that is installed, else Debian's."""

import os
import shutil
import subprocess

import pytest

SECONDS_TO_INSTALL = 300


def install_from_debian(package: str) -> None:
    """Where that can be done; whether it helped shows in what is there afterwards."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        try_running("apt-get", "update", "--quiet")
        try_running("apt-get", "install", "--yes", "--quiet", "--no-install-recommends", package)


def try_running(*command: str) -> None:
    try:
        subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS_TO_INSTALL)
    except subprocess.TimeoutExpired:
        return


def _obtain(name: str) -> str:
    if shutil.which(name) is None:
        install_from_debian(name)
    found = shutil.which(name)
    if found is None:
        pytest.fail(f"This test needs the program {name}: install it. On Debian: apt-get install {name}")
    return found


@pytest.fixture(scope="session")
def openssl() -> str:
    """A verifier and a writer of old formats that shares nothing with our code."""
    return _obtain("openssl")


@pytest.fixture(scope="session")
def unzip() -> str:
    return _obtain("unzip")
