"""Runs all benchmarks, or those named; prints a table and writes `benchmarks/results/<name>.json`."""

import json
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from benchmarks.row import Row

BENCHMARKS = {
    "pass-build": "benchmarks.pass_build",
    "push": "benchmarks.push",
    "latency": "benchmarks.latency",
    "webservice": "benchmarks.webservice",
    "ledger": "benchmarks.ledger",
    "google": "benchmarks.google",
}
"""Name -> module whose `measure()` yields rows."""

RESULTS = Path(__file__).parent / "results"


def main(names: list[str]) -> int:
    if unknown := set(names) - BENCHMARKS.keys():
        sys.exit(f"There is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}.")
    missed = [row for name in names or BENCHMARKS for row in run(name) if row.holds is False]
    return 1 if missed else 0


def run(name: str) -> list[Row]:
    print(f"\n{name}")
    rows = []
    for row in import_module(BENCHMARKS[name]).measure():
        print(row.line(), flush=True)
        rows.append(row)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n")
    return rows


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
