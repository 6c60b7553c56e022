"""The shop with a year behind it: small, but through every operation that the whole one goes through."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from support.databases import MakeDatabase
from support.shops import Shop, open_shop

from walletpass.operations.installation.history import begin_year
from walletpass.operations.ledger.found import Found
from walletpass.operations.ledger.verify import verify
from walletpass.pkpass.signers import Signers
from walletpass.settings import Settings
from walletpass.store import ledger, rewards
from walletpass.store.outbox import push_outbox
from walletpass.store.session import Database
from walletpass.store.statements import rows

MEMBERS, SEED = 30, 4


def play_year(shop: Shop, seed: int = SEED) -> None:
    year = begin_year(shop.services, MEMBERS, seed)
    assert year is not None
    for happening in year.happenings:
        year.play(happening)


def list_entries(shop: Shop) -> list[tuple[Any, ...]]:
    with shop.services.reading() as tx:
        entries = rows(tx, ledger.ledger_entries.select().order_by(ledger.ledger_entries.c.id))
    return [
        (each.account_id, each.seq, each.kind, each.unit, each.quantity, each.rule, each.recorded_at)
        for each in entries
    ]


@pytest.fixture
def open_fresh(
    settings: Settings, _sqlite: MakeDatabase, development_signers: Signers
) -> Iterator[Callable[[], Shop]]:
    """Each call opens a shop on a database of its own."""
    with ExitStack() as held:

        def open_() -> Shop:
            database = Database(held.enter_context(_sqlite(True)))
            held.callback(database.close)
            return open_shop(settings, database, development_signers)

        yield open_


@pytest.fixture
def shop(open_fresh: Callable[[], Shop]) -> Shop:
    return open_fresh()


def test_a_year_leaves_nothing_to_complain_about(shop: Shop) -> None:
    """Verification finds every invariant kept; everything lies in the year before today."""
    play_year(shop)
    found: list[Found] = []
    report = verify(shop.services, None, found.append)
    assert found == []
    assert report.looked_at["accounts"] == MEMBERS
    instants = [entry[-1] for entry in list_entries(shop)]
    assert instants == sorted(instants)
    now = shop.clock.now()
    assert now.replace(year=now.year - 1) <= instants[0]
    assert instants[-1] < now


def test_a_year_has_something_of_everything(shop: Shop) -> None:
    play_year(shop)
    kinds = Counter(kind for _, _, kind, *_ in list_entries(shop))
    assert kinds.keys() >= {
        *("earn", "bonus", "convert", "redeem", "expire", "extend_expiry", "reverse_earn", "adjust"),
    }
    with shop.services.reading() as tx:
        issued = rows(tx, rewards.issued_rewards.select())
    states = {(reward.kind, reward.state) for reward in issued}
    assert states >= {("gift", "redeemed"), ("gift", "expired"), ("amount_coupon", "redeemed")}


def test_the_seed_decides_everything_that_is_no_secret(open_fresh: Callable[[], Shop]) -> None:
    one, same, other = open_fresh(), open_fresh(), open_fresh()
    play_year(one)
    play_year(same)
    play_year(other, SEED + 1)
    assert list_entries(one) == list_entries(same)
    assert list_entries(one) != list_entries(other)


def test_nothing_of_the_past_is_told_now(shop: Shop) -> None:
    """No push and no letter waits to leave."""
    play_year(shop)
    with shop.services.reading() as tx:
        assert rows(tx, push_outbox.select()) == []
    assert shop.mail.letters == []


def test_a_shop_that_is_there_is_left_as_it_is(shop: Shop) -> None:
    assert begin_year(shop.services, 1, SEED) is not None
    assert begin_year(shop.services, 1, SEED) is None
