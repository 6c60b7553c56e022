"""What phones ask most, with very many cards beside few: registration, list, fetch of what did not change.

Every request is about a phone chosen at random among all. The servers have one core, the phones another.
"""

import os
import random
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from zoneinfo import ZoneInfo

import orjson
from werkzeug.http import http_date

from benchmarks.cores import other_cores, stay_on_one_core
from benchmarks.live_server import running_server, server_environment
from benchmarks.load import rate_of_answers, request
from benchmarks.many_cards import TOKEN, ManyCards, fill
from benchmarks.row import Row, at_least
from benchmarks.slices import in_turn, undisturbed
from walletpass.app import build_services, prepare
from walletpass.cli.serve import BLOCKING_THREADS
from walletpass.loyalty.program import Milestone
from walletpass.operations.installation.add_merchant import NewMerchant, add_merchant
from walletpass.settings import Settings

_FEW, _MANY = 1_000, 1_000_000
_ROUNDS = 15
_SLICE = 1.0
_LEAST_OF_FEW = 0.8
_AUTHORIZATION = f"ApplePass {TOKEN}"
_EMPTY_SERVER = (
    *("granian", "--interface", "wsgi", "--http", "1", "--no-ws", "--log-level", "warning"),
    *("--blocking-threads", str(BLOCKING_THREADS), "benchmarks.empty_route:app"),
)


@dataclass(frozen=True, slots=True)
class Question:
    ask: Callable[[ManyCards, int], bytes]
    """The request of the phone with that number."""
    status: int


def _register(cards: ManyCards, phone: int) -> bytes:
    path = f"{_registrations(cards, phone)}/{cards.serial(phone)}"
    body = orjson.dumps({"pushToken": cards.push_token(phone)})
    return request("POST", path, body, Authorization=_AUTHORIZATION)


def _list(cards: ManyCards, phone: int) -> bytes:
    return request("GET", _registrations(cards, phone))


def _fetch(cards: ManyCards, phone: int) -> bytes:
    path = f"/wallet/v1/passes/{cards.pass_type}/{cards.serial(phone)}"
    return request("GET", path, Authorization=_AUTHORIZATION, If_Modified_Since=http_date(cards.changed_at))


def _registrations(cards: ManyCards, phone: int) -> str:
    return f"/wallet/v1/devices/{cards.library_id(phone)}/registrations/{cards.pass_type}"


_QUESTIONS = {
    "registration looked up and given again": Question(_register, 200),
    "list of two cards": Question(_list, 200),
    "fetch, not modified": Question(_fetch, 304),
}


def measure() -> Iterator[Row]:
    with ExitStack() as held:
        folder = Path(held.enter_context(TemporaryDirectory()))
        few = _install(folder / "few", _FEW)
        begun = perf_counter()
        many = _install(folder / "many", _MANY)
        yield Row(f"filling {_MANY:,} cards with {2 * _MANY:,} registrations", perf_counter() - begun, "s")
        stay_on_one_core()
        cases = {"empty": _empty_case(held, folder)}
        for cards, environment in (few, many):
            cases |= _cases(held.enter_context(running_server(environment)), cards)
        phones = held.enter_context(ThreadPoolExecutor(1, initializer=_leave_core))
        measured = phones.submit(in_turn, cases, _ROUNDS).result()
    rates = {name: undisturbed(measured, name) for name in measured}
    yield Row("empty route of a bare app on the same kind of server", rates["empty"], "1/s")
    for name in _QUESTIONS:
        with_many, with_few = _case(name, _MANY), _case(name, _FEW)
        yield Row(with_many, rates[with_many], "1/s")
        yield at_least(f"{name} ÷ with {_FEW:,}", rates[with_many] / rates[with_few], "×", _LEAST_OF_FEW)
        yield Row(f"{name} ÷ empty route", rates[with_many] / rates["empty"], "×")


def _leave_core() -> None:
    os.sched_setaffinity(0, other_cores())


def _empty_case(held: ExitStack, folder: Path) -> Callable[[], float]:
    environment = server_environment(folder)
    served = running_server(environment, (*_EMPTY_SERVER, "--port", environment["PORT"]), ready="/")
    always = iter(partial(request, "GET", "/"), None)
    return partial(rate_of_answers, held.enter_context(served), always, 200, _SLICE)


def _install(folder: Path, size: int) -> tuple[ManyCards, Mapping[str, str]]:
    environment = server_environment(folder)
    settings = Settings.from_env(environment)
    prepare(settings)
    services = build_services(settings)
    (pass_type,) = services.signers.pass_type_identifiers
    new = NewMerchant("Café Ærlig", "coffee-bar", "en", ZoneInfo("UTC"), (Milestone(8, "Free coffee"),))
    with services.transaction() as tx:
        merchant_id = add_merchant(services, tx, new)
    cards = fill(services, merchant_id, pass_type, size)
    services.database.close()
    return cards, environment


def _cases(port: int, cards: ManyCards) -> dict[str, Callable[[], float]]:
    return {
        _case(name, cards.count): partial(
            rate_of_answers, port, _requests(question, cards), question.status, _SLICE
        )
        for name, question in _QUESTIONS.items()
    }


def _case(name: str, size: int) -> str:
    return f"{name}, {size:,} cards"


def _requests(question: Question, cards: ManyCards) -> Iterator[bytes]:
    while True:
        yield question.ask(cards, random.randrange(cards.count))
