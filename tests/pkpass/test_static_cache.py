"""The cache of static parts."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError

import pytest

from walletpass.pkpass.archive import OpenArchive
from walletpass.pkpass.cache import StaticCache
from walletpass.pkpass.frame import Frame
from walletpass.pkpass.static import StaticPart

FRAME = Frame({}, {}, {}, "", "", {}, {})


def part(size: int) -> StaticPart:
    return StaticPart(OpenArchive(bytes(size)), b"", FRAME)


class Builder:
    """Counts how often it is asked."""

    def __init__(self, size: int = 10) -> None:
        self.asked = 0
        self.size = size

    def __call__(self) -> StaticPart:
        self.asked += 1
        return part(self.size)


def test_it_builds_once():
    """What is kept is not built again."""
    cache, build = StaticCache(100), Builder()
    assert cache.get("a", build) is cache.get("a", build)
    assert build.asked == 1


def test_it_holds_no_more_bytes_than_allowed():
    """Beyond the limit goes what was used least recently."""
    cache, again = StaticCache(30), Builder()
    for key in ("a", "b", "c", "a", "d"):
        cache.get(key, Builder())
    assert cache.size == 30
    cache.get("a", again)
    assert again.asked == 0
    cache.get("b", again)
    assert again.asked == 1


def test_what_is_larger_than_the_cache_is_still_handed_out():
    """It is only not kept, and takes nothing with it into the count."""
    cache = StaticCache(30)
    assert cache.get("huge", Builder(31)).size == 31
    assert cache.size == 0


def test_threads_that_miss_together_build_once():
    """Of many threads one builds, and all get its part."""
    cache, together, a_second_builder = StaticCache(100), Barrier(4, timeout=5), Barrier(2, timeout=0.2)

    def build() -> StaticPart:
        with pytest.raises(BrokenBarrierError):  # nobody else comes to build
            a_second_builder.wait()
        return part(10)

    def ask(_: int) -> StaticPart:
        together.wait()
        return cache.get("a", build)

    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(ask, range(4)))
    assert all(found is parts[0] for found in parts)


def test_different_keys_do_not_wait_for_each_other():
    """Two builds that need each other's progress both end."""
    cache, both = StaticCache(100), Barrier(2, timeout=5)

    def build() -> StaticPart:
        both.wait()
        return part(1)

    with ThreadPoolExecutor(2) as pool:
        assert len(list(pool.map(lambda key: cache.get(key, build), ("a", "b")))) == 2


def test_a_failed_build_is_tried_again():
    """An error reaches its caller and is not kept."""
    cache = StaticCache(100)

    def fail() -> StaticPart:
        raise ValueError("no icon")

    with pytest.raises(ValueError, match="no icon"):
        cache.get("a", fail)
    assert cache.get("a", Builder()).size == 10
