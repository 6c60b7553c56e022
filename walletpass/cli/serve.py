"""`walletpass serve` answers requests; `walletpass worker` tells phones and mailboxes what changed."""

import multiprocessing
import socket
import threading
from http.client import HTTPConnection, HTTPException

import click
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server

from walletpass.app import prepare, run_worker
from walletpass.cli.opened import judging_settings, read_settings, refuse_public_demo
from walletpass.settings import Settings, WalletMode

BLOCKING_THREADS = 4
SECONDS_TO_FINISH = 8
"""For requests that run when the server is told to end; Docker kills after ten."""

SECONDS_BETWEEN_LOOKS = 0.05


@click.command()
@click.option("--demo", is_flag=True, help="Load three demo merchants with sign-ins; on this machine only.")
def serve(demo: bool) -> None:
    """Answer requests on HOST and PORT."""
    settings = read_settings()
    if demo:
        refuse_public_demo(settings)
    address = _free_address(settings)
    with judging_settings():
        lines = prepare(settings, demo=demo)
    threading.Thread(target=_announce, args=(settings, address, lines), daemon=True).start()
    multiprocessing.set_start_method("spawn")  # nothing that was opened while preparing is shared
    Server(
        "walletpass.cli.served:app",
        address=address,
        port=settings.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        blocking_threads=BLOCKING_THREADS,
        workers_kill_timeout=SECONDS_TO_FINISH,
        log_level=LogLevels.warning,
    ).serve()


@click.command()
def worker() -> None:
    """Send pushes, mail and updates from the outbox until told to end."""
    settings = read_settings()
    with judging_settings():
        run_worker(settings)


def _free_address(settings: Settings) -> str:
    """HOST as a number, if its port can be had; the server itself would share it with another one."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise click.ClickException(
            f"Cannot listen on {settings.host} port {settings.port}: {error.strerror}. "
            "Set another HOST or PORT, or end what uses it."
        ) from None
    return str(address[0])


def _announce(settings: Settings, address: str, lines: list[str]) -> None:
    """Nothing is promised before the server answers."""
    while not _answers(address, settings.port):
        threading.Event().wait(SECONDS_BETWEEN_LOOKS)
    click.echo("\n".join(["", f"walletpass answers on {settings.public_url}", *lines, *_warnings(settings)]))


def _answers(address: str, port: int) -> bool:
    connection = HTTPConnection(address, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _warnings(settings: Settings) -> list[str]:
    if settings.apple_wallet is not WalletMode.DEVELOPMENT:
        return []
    return [
        "",
        f"The simulated phones lie at {settings.public_url}/simulator/",
        "",
        "*** DEVELOPMENT MODE ***  No phone accepts these cards: their signatures and their Google are made here.",
        "Set APPLE_WALLET=live with a certificate of Apple in CERTS_DIR, and GOOGLE_WALLET=live with a key in",
        "GOOGLE_KEY, to issue real ones.",
    ]
