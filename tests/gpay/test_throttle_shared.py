"""The token bucket: never more than Google allows, nobody overtaken, nobody kept waiting who cannot wait."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.local_google import HandTimer

from walletpass.gpay.throttle import BURST, RATE, Throttle

FOREVER = 1e9
ALLOWED = 20
"""By Google, in a second."""


class StandingTimer(HandTimer):
    """Threads sleep side by side: what one sleeps is not added to another's."""

    def sleep(self, seconds: float, /) -> None:
        self.slept.append(seconds)


def sent_at(throttle: Throttle, timer: HandTimer, requests: int) -> list[float]:
    instants = []
    for _ in range(requests):
        assert throttle.wait(FOREVER)
        instants.append(timer.now)
    return instants


def test_a_rate_is_kept() -> None:
    """Within the burst's worth: 1 500 requests at 15 a second take a hundred seconds."""
    timer = HandTimer(0.0)
    instants = sent_at(Throttle(15, timer=timer), timer, 1501)
    assert instants[-1] == pytest.approx(100, rel=0.02)


@given(st.lists(st.floats(0, 3), max_size=60))
def test_no_second_has_more_than_google_allows(idle: list[float]) -> None:
    """However long nothing was sent before."""
    timer = HandTimer(0.0)
    throttle = Throttle(RATE, BURST, timer)
    instants: list[float] = []
    for pause in idle:
        timer.now += pause
        instants += sent_at(throttle, timer, 3)
    for first in instants:
        assert sum(first <= each < first + 1 for each in instants) <= ALLOWED


def test_after_a_rest_a_few_go_at_once() -> None:
    timer = HandTimer()
    throttle = Throttle(10, 5, timer)
    assert sent_at(throttle, timer, 6)[4:] == pytest.approx([1000.0, 1000.1])
    timer.now += 100
    assert sent_at(throttle, timer, 5)[-1] == pytest.approx(1100.1)


def test_who_cannot_wait_is_told_at_once_and_takes_no_turn() -> None:
    timer = HandTimer()
    throttle = Throttle(1, 1, timer)
    assert throttle.wait(0)
    for _ in range(10):
        assert not throttle.wait(0.5)
    assert timer.slept == []
    assert throttle.wait(1.0)
    assert timer.slept == [1.0]


def test_a_batch_takes_a_turn_for_each_of_its_calls() -> None:
    timer = HandTimer(0.0)
    throttle = Throttle(10, 1, timer)
    assert throttle.wait(FOREVER, 50)
    assert throttle.wait(FOREVER)
    assert timer.now == pytest.approx(5.0)


def test_when_google_asks_for_a_pause_everybody_pauses() -> None:
    timer = HandTimer(0.0)
    throttle = Throttle(10, 5, timer)
    throttle.pause(7)
    assert not throttle.wait(6.9)
    assert throttle.wait(7.1)
    assert timer.now == pytest.approx(7)


def test_a_pause_takes_no_turn_from_those_who_wait_already() -> None:
    timer = StandingTimer(0.0)
    throttle = Throttle(1, 1, timer)
    assert throttle.wait(FOREVER, 10)
    throttle.pause(2)
    assert not throttle.wait(9.9)


def test_no_pause_lasts_more_than_a_minute() -> None:
    timer = HandTimer(0.0)
    throttle = Throttle(10, 5, timer)
    throttle.pause(1e9)
    assert throttle.wait(60)


def test_threads_share_it_and_each_has_a_turn_of_its_own() -> None:
    """400 requests that come in the same moment from eight threads are told 400 instants, evenly apart."""
    timer = StandingTimer()
    throttle = Throttle(100, 1, timer)
    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(lambda _: throttle.wait(FOREVER), range(400)))
    expected = [number / 100 for number in range(1, 400)]
    assert sorted(timer.slept) == pytest.approx(expected)
