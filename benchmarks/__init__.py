"""Measured against limits and peers: `python -m benchmarks [name]`."""

import sys
from pathlib import Path

# Servers, databases and staff of the tests are started here too, and stand in no package.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
