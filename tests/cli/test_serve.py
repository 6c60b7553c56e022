"""`walletpass serve`, started as an operator starts it."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from support.servers import COMMAND, SECONDS_TO_END, RunningServer, running_server

SOON = 5
"""Seconds."""
VISITORS_WHO_LEFT = 200


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with running_server(tmp_path) as started:
        yield started


def address(server: RunningServer) -> tuple[str, int]:
    host, port = server.url.removeprefix("http://").split(":")
    return host, int(port)


def answers(server: RunningServer) -> bool:
    try:
        urlopen(f"{server.url}/healthz").close()
    except OSError:
        return False
    return True


def refused(*options: str, **settings: str) -> subprocess.CompletedProcess[str]:
    inherited = os.environ  # noqa: TID251 - what any program started from here would get
    return subprocess.run(
        [*COMMAND, "serve", *options],
        env={**inherited, **settings},
        capture_output=True,
        text=True,
        timeout=SECONDS_TO_END,
    )


def test_it_says_that_it_answers_when_it_does(server: RunningServer) -> None:
    """The announcement comes after the first good answer."""
    assert answers(server)


def test_what_it_does_for_requests_is_logged_as_events(server: RunningServer) -> None:
    """One line of JSON each, although another process answers than the one that was started."""
    urlopen(f"{server.url}/wallet/v1/log", data=b'{"logs": ["a line"]}').close()
    assert server.end() == 0
    (line,) = [line for line in server.log if "device.logged" in line]
    assert json.loads(line)["kinds"] == {"other": 1}


@pytest.mark.parametrize("told_by", [signal.SIGTERM, signal.SIGINT])
def test_told_to_end_it_ends_well_and_soon(server: RunningServer, told_by: signal.Signals) -> None:
    """Also while a visitor's connection is held open."""
    with socket.create_connection(address(server)) as idle:
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        idle.recv(1)
        asked = time.monotonic()
        assert server.end(told_by) == 0
    assert time.monotonic() - asked < SOON


def test_told_to_end_in_the_midst_of_work_it_ends_without_a_crash(server: RunningServer) -> None:
    """Also where it still answers visitors who have left."""
    for _ in range(VISITORS_WHO_LEFT):
        with socket.create_connection(address(server)) as connection:
            connection.sendall(b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert server.end() == 0
    assert "panicked" not in "".join(server.log)


def test_ctrl_c_reaches_the_whole_group_and_still_ends_well_and_soon(tmp_path: Path) -> None:
    """A terminal tells every process of the group, not only the first one."""
    with (
        running_server(tmp_path, group_of_its_own=True) as server,
        socket.create_connection(address(server)) as idle,
    ):
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        idle.recv(1)
        asked = time.monotonic()
        os.killpg(server.process.pid, signal.SIGINT)
        assert server.process.wait(SECONDS_TO_END) == 0
    assert time.monotonic() - asked < SOON


def test_a_killed_main_process_leaves_nobody_on_the_port(server: RunningServer) -> None:
    """Or an old version would go on answering beside the new one."""
    server.end(signal.SIGKILL)
    give_up = time.monotonic() + SOON
    while answers(server):
        assert time.monotonic() < give_up


def test_a_taken_port_is_refused_in_one_sentence(server: RunningServer) -> None:
    """Two servers never share a port, which the kernel would allow them."""
    _, port = address(server)
    second = refused(PORT=str(port), DATA_DIR=str(server.data_dir))
    assert second.returncode == 1
    assert f"Cannot listen on 127.0.0.1 port {port}" in second.stderr
    assert len(second.stderr.splitlines()) == 1


def test_every_wrong_setting_is_named_at_once() -> None:
    """One line each, exit code 2."""
    done = refused(PORT="eighty", APPLE_WALLET="maybe")
    assert done.returncode == 2
    assert [line.split("=")[0] for line in done.stderr.splitlines()] == ["PORT", "APPLE_WALLET"]


def test_the_demo_is_refused_where_others_can_reach_it(tmp_path: Path) -> None:
    """Its passwords are public."""
    done = refused("--demo", HOST="0.0.0.0", DATA_DIR=str(tmp_path))
    assert done.returncode == 1
    assert "HOST=0.0.0.0 can be reached from elsewhere" in done.stderr
    assert not list(tmp_path.iterdir())
