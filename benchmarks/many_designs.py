"""Ten thousand different static parts: what the first pass of each costs, what the next one, and how much memory."""

import multiprocessing
import resource
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice, product
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

from benchmarks.cores import stay_on_one_core
from benchmarks.row import Row
from benchmarks.slices import rate
from benchmarks.subject import Subject, make_subject, raw_signing
from walletpass.pkpass.cache import StaticCache
from walletpass.pkpass.images import PassImages
from walletpass.pkpass.static import StaticPart, build_static

_DESIGNS = 1000
_COUNTS = 10
_PASSES_IN_A_SLICE = 200
_RAW_SLICE = 0.03
_CACHE_BYTES = 2_000_000_000
_KILOBYTES_IN_A_MEGABYTE = 1000

_Combination = tuple[int, int]


def measure_many_designs() -> Iterator[Row]:
    """In a process of its own, so that its peak of memory is its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        before, cold, warm, held, peak = pool.submit(_measure).result()
    of = f"{_DESIGNS} designs × {_COUNTS} counts"
    yield Row(f"{of}, cold cache, synthetic images (no drawing) ÷ raw RSA", cold, "×")
    yield Row(f"{of}, warm cache ÷ raw RSA", warm, "×")
    yield Row(f"{of}, held by the cache", held / 1e6, "MB")
    yield Row(f"{of}, peak memory above that of an empty cache", peak - before, "MB")


def _measure() -> tuple[float, float, float, float, float]:
    stay_on_one_core()
    with TemporaryDirectory() as scratch:
        subject = make_subject(Path(scratch))
    cache = StaticCache(_CACHE_BYTES)
    before = _peak_megabytes()
    cold, warm = (_sweep(subject, cache) for _ in range(2))
    return before, cold, warm, cache.size, _peak_megabytes()


def _sweep(subject: Subject, cache: StaticCache) -> float:
    """One pass of every combination, slices of them in turn with slices of raw signing."""
    sign = raw_signing(subject.signer)
    combinations = iter(product(range(_DESIGNS), range(_COUNTS)))
    ratios = []
    while batch := list(islice(combinations, _PASSES_IN_A_SLICE)):
        start = process_time()
        for combination in batch:
            subject.build(cache.get(combination, _builder(subject, combination)))
        ratios.append(len(batch) / (process_time() - start) / rate(sign, _RAW_SLICE))
    return median(ratios)


def _builder(subject: Subject, combination: _Combination) -> Callable[[], StaticPart]:
    return lambda: build_static(subject.design, _distinct(subject.images, combination))


def _distinct(images: PassImages, combination: _Combination) -> PassImages:
    """Images of real size that differ for every combination, at the cost of a copy."""
    mark = b"%d-%d" % combination
    return {name: {scale: png + mark for scale, png in scales.items()} for name, scales in images.items()}


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KILOBYTES_IN_A_MEGABYTE
