"""Fair comparison on a noisy machine: short slices in turn, and the median of the ratios within each round.

Rates are per second of processor time, so that what else the machine does counts little.
"""

from collections.abc import Callable, Mapping
from statistics import median, quantiles
from time import process_time

Measured = Mapping[str, list[float]]
"""Case -> its rate in each round, per second of processor time."""


def rate(work: Callable[[], object], seconds: float) -> float:
    count, start = 0, process_time()
    while (now := process_time()) < start + seconds:
        work()
        count += 1
    return count / (now - start)


def in_turn(cases: Mapping[str, Callable[[], float]], rounds: int) -> Measured:
    """Each case gives one rate per round; the first round warms up and is not kept."""
    measured: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds + 1):
        for name, slice_rate in cases.items():
            measured[name].append(slice_rate())
    return {name: rates[1:] for name, rates in measured.items()}


def undisturbed(measured: Measured, case: str) -> float:
    """The rate of the rounds in which others let it be: who shares the machine only ever slows a case down."""
    return quantiles(measured[case], n=10)[-1]


def ratio(measured: Measured, case: str, to: str) -> float:
    return median(one / other for one, other in zip(measured[case], measured[to], strict=True))
