"""The update tag: no phone misses a change, however many write at once."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from typing import Any

from support.phones import PASS_TYPE, PHONE, hold_pass
from support.shops import Shop

from walletpass.operations.devices.list_changed import list_changed
from walletpass.operations.earning.stamp import stamp
from walletpass.operations.services import Services
from walletpass.store import accounts, changes
from walletpass.store.session import Database, Transaction
from walletpass.store.statements import change

CARDS, WRITERS = 40, 8
PATIENCE = 20
"""Seconds."""


def touch(services: Services, account_id: int) -> int:
    """A change as the write path makes it."""
    with services.transaction() as tx:
        account: Any = accounts.lock_account(tx, account_id)
        tag = changes.take_tag(tx)
        change(tx, accounts.accounts, account_id, card_version=account.card_version + 1, card_tag=tag)
    return tag


def test_a_phone_hears_of_a_change_once(shop: Shop) -> None:
    account_id = hold_pass(shop, "one")
    first = list_changed(shop.services, PHONE, PASS_TYPE, None)
    assert first.serials == ["one"]
    assert list_changed(shop.services, PHONE, PASS_TYPE, first.tag).serials == []
    touch(shop.services, account_id)
    second = list_changed(shop.services, PHONE, PASS_TYPE, first.tag)
    assert second.serials == ["one"]
    assert second.tag > first.tag
    assert list_changed(shop.services, PHONE, PASS_TYPE, second.tag).serials == []


def test_a_tag_is_digits_of_one_width(shop: Shop) -> None:
    """It travels in a query, and later tags must compare greater as texts."""
    tag = list_changed(shop.services, PHONE, PASS_TYPE, None).tag
    assert tag.isascii()
    assert tag.isdigit()
    assert len(tag) == 30


def test_unreadable_and_foreign_tags_mean_start_over(shop: Shop) -> None:
    hold_pass(shop, "one")
    tag = list_changed(shop.services, PHONE, PASS_TYPE, None).tag
    other_epoch = f"{(int(tag[:10]) + 1) % 10**10:010}{tag[10:]}"
    for foreign in ("", "yesterday", "1", "2026-11-22T10:00:00+01:00", tag + "0", other_epoch, "９" * 30):
        assert list_changed(shop.services, PHONE, PASS_TYPE, foreign).serials == ["one"], foreign


def test_a_phone_hears_of_its_own_passes_only(shop: Shop) -> None:
    hold_pass(shop, "mine")
    hold_pass(shop, "theirs", "phone-2")
    assert list_changed(shop.services, PHONE, PASS_TYPE, None).serials == ["mine"]
    assert list_changed(shop.services, PHONE, "pass.other", None).serials == []
    assert list_changed(shop.services, "nobody", PASS_TYPE, None).serials == []


class Lingering(Database):
    """Its transactions do something more when their work is done, and commit then."""

    def __init__(self, shop: Shop, linger: Callable[[], None]) -> None:
        super().__init__(shop.services.database.engine.url.render_as_string(hide_password=False))
        self._linger = linger

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with super().transaction() as tx:
            yield tx
            self._linger()


class Polls:
    """How often the phone has asked."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()

    def note(self) -> None:
        with self._changed:
            self._count += 1
            self._changed.notify_all()

    def wait(self, more: int) -> None:
        with self._changed:
            until = self._count + more
            assert self._changed.wait_for(lambda: self._count >= until, PATIENCE)


def test_no_change_is_missed_with_many_writers_and_a_polling_phone(shop: Shop) -> None:
    """Stamps commit in another order than they began, and the phone asks between. Each card changes once: what is
    missed stays missed. Pushes to one phone would wait for each other, so this one asks by itself."""
    serials = [f"serial-{number}" for number in range(CARDS)]
    account_ids = {serial: hold_pass(shop, serial, takes_pushes=False) for serial in serials}
    polls, turns = Polls(), count()
    installed: dict[str, int] = {}
    done = threading.Event()

    def poll() -> None:
        """As a phone does: ask with the last tag, then fetch what is named."""
        tag = None
        while True:
            was_done = done.is_set()
            changed = list_changed(shop.services, PHONE, PASS_TYPE, tag)
            for serial in changed.serials:
                installed[serial] = version_of(shop, account_ids[serial])
            tag = changed.tag
            polls.note()
            if was_done:
                return

    database = Lingering(shop, lambda: polls.wait(next(turns) * 5 % 7))
    services = replace(shop.services, database=database)
    with ThreadPoolExecutor(WRITERS + 1) as pool:
        phone = pool.submit(poll)
        list(pool.map(lambda account_id: give_stamp(shop, services, account_id), account_ids.values()))
        done.set()
        phone.result()
    database.close()
    assert installed == {serial: version_of(shop, account_id) for serial, account_id in account_ids.items()}


def give_stamp(shop: Shop, services: Services, account_id: int) -> None:
    stamp(services, shop.request(account_id, adding=1), 1)


def test_stamps_of_a_shop_do_not_wait_for_each_other(shop: Shop) -> None:
    """All are written before the first is committed. SQLite has one writer, who is quick."""
    if shop.services.database.engine.dialect.name == "sqlite":
        return
    account_ids = [hold_pass(shop, f"serial-{number}", f"phone-{number}") for number in range(WRITERS)]
    together = threading.Barrier(WRITERS, timeout=PATIENCE)
    database = Lingering(shop, lambda: together.wait() and None)
    services = replace(shop.services, database=database)
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda account_id: give_stamp(shop, services, account_id), account_ids))
    database.close()
    assert {version_of(shop, account_id) for account_id in account_ids} == {2}


def version_of(shop: Shop, account_id: int) -> int:
    with shop.services.reading() as tx:
        account: Any = accounts.find_account(tx, account_id)
    return int(account.card_version)


def test_a_change_that_commits_late_is_listed_after_one_that_began_later(shop: Shop) -> None:
    """On SQLite the second writer waits; on PostgreSQL it does not, and this is where sequences fail."""
    if shop.services.database.engine.dialect.name == "sqlite":
        return
    early, late = hold_pass(shop, "early"), hold_pass(shop, "late")
    tag = list_changed(shop.services, PHONE, PASS_TYPE, None).tag
    with shop.services.transaction() as tx:
        change(tx, accounts.accounts, early, card_tag=changes.take_tag(tx))
        touch(shop.services, late)
        between = list_changed(shop.services, PHONE, PASS_TYPE, tag)
        assert between.serials == ["late"]
    assert "early" in list_changed(shop.services, PHONE, PASS_TYPE, between.tag).serials
