"""Phones lent to browsers: kept over a restart, and taken back when there are too many."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from support.benches import wait_until
from support.live_shops import LiveShop

from walletpass.simulator.lending import Lending, LentPhone
from walletpass.store import devices

Open = Callable[..., Lending]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "phones"


@pytest.fixture
def open_lending(live_shop: LiveShop, tmp_path: Path, folder: Path) -> Iterator[Open]:
    """As at the start of a server; all over the same folder."""
    root = tmp_path / "root.pem"
    root.write_bytes(live_shop.maker.trust.roots[0].public_bytes(Encoding.PEM))
    with ExitStack() as stack:

        def start(most: int = 3) -> Lending:
            lending = Lending(folder, root, live_shop.shop.clock, most)
            lending.start()
            stack.callback(lending.stop)
            return lending

        yield start


def install(live: LiveShop, lending: Lending, lent: LentPhone) -> int:
    """A new member's card, registered; the account."""
    page_key = live.shop.join("Anna")
    account_id = live.shop.account_id(page_key)
    lending.install(lent, live.shop.services.links.card(page_key))
    wait_until(lambda: count_phones(live, account_id) == 1)
    wait_until(lambda: not lent.phone.is_busy)
    return account_id


def count_phones(live: LiveShop, account_id: int) -> int:
    with live.shop.services.reading() as tx:
        return len(devices.list_registered(tx, account_id))


def read_news(lent: LentPhone) -> list[str]:
    return [notice.text for notice in tuple(lent.phone.wallet.notices)]


def push(lending: Lending, lent: LentPhone) -> None:
    (card,) = lent.phone.wallet.cards
    lending.on_push(card.pass_type, lent.phone.device.push_token)


def test_a_push_wakes_the_phone_that_has_the_token(live_shop: LiveShop, open_lending: Open) -> None:
    lending = open_lending()
    lent, other = lending.lend("en", UTC), lending.lend("en", UTC)
    account_id = install(live_shop, lending, lent)
    live_shop.shop.stamp(account_id)
    push(lending, lent)
    wait_until(lambda: read_news(lent) == ["Stamped: 1 of 10."])
    assert "pushed" in [entry.what for entry in tuple(lent.phone.diary)]
    assert not other.phone.diary


def test_a_phone_outlives_the_server_and_catches_up(live_shop: LiveShop, open_lending: Open) -> None:
    """It asks what changed while nothing could reach it."""
    before = open_lending()
    lent = before.lend("nl", UTC)
    account_id = install(live_shop, before, lent)
    before.stop()
    live_shop.shop.stamp(account_id)
    after = open_lending().find(lent.name)
    assert after is not None
    assert after.phone.wallet.language == "nl"
    assert after.phone.device == lent.phone.device
    wait_until(lambda: read_news(after) == ["Stamped: 1 of 10."])


def test_the_phone_used_least_recently_is_taken_back(
    live_shop: LiveShop, open_lending: Open, folder: Path
) -> None:
    """Its cards are unregistered, so nobody pushes to it for ever."""
    lending = open_lending(most=2)
    first, second = lending.lend("en", UTC), lending.lend("en", UTC)
    account_id = install(live_shop, lending, second)
    assert lending.find(first.name) is first, "and so used more recently than the second"
    lending.lend("en", UTC)
    assert lending.find(second.name) is None
    assert lending.find(first.name) is first
    wait_until(lambda: count_phones(live_shop, account_id) == 0)
    assert not (folder / second.name).exists()


def test_a_phone_that_cannot_be_read_is_left_out(
    live_shop: LiveShop, open_lending: Open, folder: Path
) -> None:
    """The others come back."""
    before = open_lending()
    whole, torn = before.lend("en", UTC), before.lend("en", UTC)
    for lent in (whole, torn):
        install(live_shop, before, lent)
    before.stop()
    (folder / torn.name / "phone.json").write_text("{")
    after = open_lending()
    assert after.find(torn.name) is None
    assert after.find(whole.name) is not None
