"""Values to finished `.pkpass` bytes, beside the RSA operation that nobody can avoid and beside peers."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.cores import stay_on_one_core
from benchmarks.many_designs import measure_many_designs
from benchmarks.node_peers import running_peers
from benchmarks.over_http import measure_over_http
from benchmarks.row import Row, at_least
from benchmarks.slices import in_turn, rate, ratio, undisturbed
from benchmarks.subject import Subject, make_subject, raw_signing

_SLICE = 0.03
_ROUNDS = 400
_PEER_SLICE = 0.5
_PEER_ROUNDS = 9

_LEAST_OF_RAW = 0.85
_LEAST_OF_PEER = 2.3


def measure() -> Iterator[Row]:
    stay_on_one_core()
    with TemporaryDirectory() as scratch:
        subject = make_subject(Path(scratch) / "certificates")
        yield from _beside_raw_signing(subject)
        yield from _beside_peers(subject, Path(scratch))
        yield from measure_many_designs()
        yield from measure_over_http(Path(scratch) / "server")


def _beside_raw_signing(subject: Subject) -> Iterator[Row]:
    static = subject.build_static()
    cases = {
        "raw": partial(rate, raw_signing(subject.signer), _SLICE),
        "ours": partial(rate, partial(subject.build, static), _SLICE),
    }
    measured = in_turn(cases, _ROUNDS)
    raw, ours = undisturbed(measured, "raw"), undisturbed(measured, "ours")
    yield Row("raw RSA-2048 signatures, one core", raw, "1/s")
    yield Row("passes from Card and Design, one core", ours, "1/s")
    yield Row("size of that pass", len(subject.build(static)) / 1000, "kB")
    yield at_least("passes ÷ raw RSA signatures", ours / raw, "×", _LEAST_OF_RAW)


def _beside_peers(subject: Subject, folder: Path) -> Iterator[Row]:
    static = subject.build_static()
    with running_peers(subject, folder) as peers:
        cases = {name: partial(peer.rate, _PEER_SLICE) for name, peer in peers.items()}
        ours = partial(rate, partial(subject.build, static), _PEER_SLICE)
        measured = in_turn({"ours": ours, **cases}, _PEER_ROUNDS)
    for name in peers:
        yield Row(
            f"passes by npm {name}, same content, its shared part kept warm", median(measured[name]), "1/s"
        )
    ratios = {name: ratio(measured, "ours", name) for name in peers}
    fastest = min(ratios, key=lambda name: ratios[name])
    yield at_least(f"ours ÷ the faster peer ({fastest})", ratios[fastest], "×", _LEAST_OF_PEER)
