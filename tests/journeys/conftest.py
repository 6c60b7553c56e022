"""How long a soak is: short in every test run, as long as it is told to with `--soak-minutes`."""

from datetime import timedelta
from secrets import randbelow
from typing import Any

import pytest
from support.soaks import Plan

_SHORT_SEED = 1


def pytest_addoption(parser: pytest.Parser) -> None:
    soak = parser.getgroup("soak", "how long fleets live, and how much is asked of servers")
    soak.addoption("--soak-minutes", type=float, help="Of stamps and kills; without it all is short.")
    soak.addoption("--soak-phones", type=int, default=200)
    soak.addoption("--soak-requests", type=int, default=100_000, help="Strange ones.")
    soak.addoption("--soak-seed", type=int, help="Another one each time unless it is given.")
    soak.addoption("--soak-database", choices=("sqlite", "postgresql"), default="sqlite")


@pytest.fixture
def plan(pytestconfig: pytest.Config) -> Plan:
    minutes, seed = _option(pytestconfig, "minutes"), _option(pytestconfig, "seed")
    if minutes is None:
        return Plan(
            phones=12,
            seconds=8,
            between_kills=(0.2, 1.5),
            longest_outage=0.5,
            pauses=_seconds(0.3, 0.6, 1, 2, 4, 8, 15),
            patience=30,
            claims_end=True,
            strange_requests=400,
            seed=_SHORT_SEED,
        )
    return Plan(
        phones=_option(pytestconfig, "phones"),
        seconds=minutes * 60,
        between_kills=(2, 30),
        longest_outage=5,
        pauses=_seconds(2, 5, 15, 30, 60, 60, 60),
        patience=300,
        claims_end=False,
        strange_requests=_option(pytestconfig, "requests"),
        seed=randbelow(10**6) if seed is None else seed,
    )


@pytest.fixture
def soak_database(request: pytest.FixtureRequest) -> str:
    """The address of an empty database."""
    return str(request.getfixturevalue(f"empty_{_option(request.config, 'database')}"))


def _option(config: pytest.Config, name: str) -> Any:
    """None where these options were not known when the command line was read: another folder's tests were asked for."""
    return config.getoption(f"--soak-{name}", default=None)


def _seconds(*each: float) -> tuple[timedelta, ...]:
    return tuple(timedelta(seconds=seconds) for seconds in each)
