"""What a call to Google Wallet costs us, beside the same call by a bare `AuthorizedSession`; how many calls a change
costs; and whether a change of very many cards keeps its rate.

All send to the same small server, which has a core of its own.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from google.auth.transport.requests import AuthorizedSession
from support.local_google import ISSUER, Reply, make_account, running_google

from benchmarks.cards_at_google import CardsAtGoogle
from benchmarks.cores import other_cores, stay_on_one_core
from benchmarks.memory import megabytes_held
from benchmarks.row import Row, at_most
from benchmarks.slices import in_turn, rate, ratio
from walletpass.gpay.answers import Document
from walletpass.gpay.client import WalletClient
from walletpass.gpay.service_account import ServiceAccount
from walletpass.gpay.session import SCOPE, Credentials
from walletpass.gpay.throttle import Throttle

_ROUNDS, _SLICE = 15, 0.2
_MOST_OF_BARE = 1.15
_UNTHROTTLED = 1e9
_FEW, _MANY = 100, 100_000
_RATE, _WARM_UP, _LONG = 15.0, 5.0, 60.0
"""Calls a second, and seconds."""
_MOST_OFF, _MOST_GROWTH = 2.0, 1.05
_TIMEOUTS = (5.0, 20.0)
_CARD: Document = {
    "id": f"{ISSUER}.o-1",
    "classId": f"{ISSUER}.c-1",
    "state": "ACTIVE",
    "accountName": "Åse Ærlig",
    "accountId": "AB12CD",
    "barcode": {"type": "QR_CODE", "value": "x" * 26, "alternateText": "AB12 CD34"},
    "loyaltyPoints": {"label": "Stempler", "balance": {"int": 4}},
    "heroImage": {"sourceUri": {"uri": "https://cards.example/g/strip.png"}},
    "textModulesData": [
        {"id": f"t{number}", "header": "Åbningstider", "body": "Mandag til fredag 8–18. " * 5}
        for number in range(6)
    ],
}


def measure() -> Iterator[Row]:
    with ExitStack() as held:
        stay_on_one_core()
        address = held.enter_context(_running_server())
        account = make_account(f"{address}/token")
        patch = {"ours": _ours(held, address, account), "bare": _bare(held, address, account)}
        cases = {name: partial(rate, work, _SLICE) for name, work in patch.items()}
        measured = in_turn(cases, _ROUNDS)
        counts = list(_count_calls(held))
        kept = list(_keep_rate(held, address, account))
    yield Row("time of a bare AuthorizedSession for a patch", 1e6 / median(measured["bare"]), "µs")
    yield Row("time of the client for a patch", 1e6 / median(measured["ours"]), "µs")
    yield at_most(
        "time of the client ÷ a bare AuthorizedSession", ratio(measured, "bare", "ours"), "×", _MOST_OF_BARE
    )
    yield from counts
    yield from kept


def _count_calls(held: ExitStack) -> Iterator[Row]:
    google = held.enter_context(running_google())
    google.reply(Reply(200, _CARD))
    cards = _open(held, google.address, google.account, _FEW, _UNTHROTTLED)

    def count(change: Callable[[], object]) -> int:
        before = len(google.asked)
        change()
        cards.deliver()
        return len(google.asked) - before

    count(cards.change_all)
    yield at_most("calls where no holder can see a change", count(cards.tell_all), "", 0)
    yield at_most("calls for a changed card", count(partial(cards.correct, 1, 1)), "", 1)
    yield at_most("calls for five changes within a second", count(partial(cards.correct, 1, 5)), "", 1)


def _keep_rate(held: ExitStack, address: str, account: ServiceAccount) -> Iterator[Row]:
    """The beginning of a change that takes hours: a rate that is kept for a minute is kept."""
    cards = _open(held, address, account, _MANY, _RATE)
    cards.change_all()
    cards.deliver_for(_WARM_UP)
    begun = megabytes_held()
    sent = cards.deliver_for(_LONG)
    yield Row(f"configured rate, {_MANY:,} cards changed", _RATE, "1/s")
    yield Row("calls a second", sent / _LONG, "1/s")
    yield at_most("off the configured rate", abs(sent / _LONG / _RATE - 1) * 100, "%", _MOST_OFF)
    yield at_most("memory at the end ÷ after the warm-up", megabytes_held() / begun, "×", _MOST_GROWTH)


def _open(held: ExitStack, address: str, account: ServiceAccount, size: int, rate: float) -> CardsAtGoogle:
    folder = Path(held.enter_context(TemporaryDirectory()))
    cards = CardsAtGoogle(folder, account, address, ISSUER, size, rate)
    held.callback(cards.close)
    return cards


def _ours(held: ExitStack, address: str, account: ServiceAccount) -> Callable[[], object]:
    throttle = Throttle(_UNTHROTTLED)
    client = WalletClient(account, throttle, base_url=address, is_development=True)
    held.callback(client.close)
    return partial(client.objects.patch, _CARD)


def _bare(held: ExitStack, address: str, account: ServiceAccount) -> Callable[[], object]:
    """With credentials that ask nobody else, as google-auth's own would."""
    credentials = Credentials(account.signer, account.email, account.token_uri, scopes=[SCOPE])
    session = AuthorizedSession(credentials)
    held.callback(session.close)
    url = f"{address}/walletobjects/v1/loyaltyObject/{_CARD['id']}"

    def patch() -> object:
        answer = session.patch(url, json=_CARD, timeout=_TIMEOUTS)
        answer.raise_for_status()
        return answer.json()

    return patch


@contextmanager
def _running_server() -> Iterator[str]:
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(there,))
    process.start()
    try:
        yield here.recv()
    finally:
        here.send("end")
        process.join()


def _serve(channel: Connection) -> None:
    os.sched_setaffinity(0, other_cores())
    with running_google() as google:
        google.reply(Reply(200, _CARD))
        channel.send(google.address)
        channel.recv()
