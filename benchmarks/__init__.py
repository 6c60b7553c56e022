"""Measured against limits and peers: `python -m benchmarks [name]`."""
