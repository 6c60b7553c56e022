"""Fixtures of all tests, and a closing word on what did not run."""

from typing import Any

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("on any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("on any machine")

pytest_plugins = (
    "support.programs",
    "support.databases",
    "support.servers",
    "support.browsers",
    "support.shops",
    "support.counters",
    "support.pass_makers",
    "support.live_shops",
    "support.google_shops",
    "support.googles",
)

_DESELECTED = "not chosen on the command line"


def pytest_deselected(items: list[pytest.Item]) -> None:
    for item in items:
        item.config.stash.setdefault(_NOT_RUN, []).append((item.nodeid, _DESELECTED))


_NOT_RUN = pytest.StashKey[list[tuple[str, str]]]()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """One of several processes tells the one that reports."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["not_run"] = session.config.stash.get(_NOT_RUN, [])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """All of them chose the same."""
    told = getattr(node, "workeroutput", {}).get("not_run", [])
    node.config.stash[_NOT_RUN] = [tuple(each) for each in told]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    not_run = list(config.stash.get(_NOT_RUN, []))
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        not_run.append((report.nodeid, reason.removeprefix("Skipped: ")))
    if not_run:
        terminalreporter.section("what did not run, and why")
    for name, reason in not_run:
        terminalreporter.line(f"{name}: {reason}")
