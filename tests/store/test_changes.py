"""The update tag: no phone misses a change, however many write at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from support.phones import PASS_TYPE, PHONE, hold_pass
from support.shops import Shop

from walletpass.operations.devices.list_changed import list_changed
from walletpass.operations.services import Services
from walletpass.store import accounts, changes
from walletpass.store.statements import change


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


def test_no_change_is_missed_with_many_writers_and_a_polling_phone(shop: Shop) -> None:
    """Writers commit in another order than they began; every change must be listed after it was committed."""
    account_ids = {f"serial-{number}": hold_pass(shop, f"serial-{number}") for number in range(8)}
    committed: list[str] = []
    heard: list[str] = []
    done = threading.Event()

    def write(serial: str) -> None:
        for _ in range(15):
            touch(shop.services, account_ids[serial])
            committed.append(serial)

    def poll() -> None:
        tag = list_changed(shop.services, PHONE, PASS_TYPE, None).tag
        while True:
            ended = done.is_set()
            pending = {serial: committed.count(serial) for serial in account_ids}
            changed = list_changed(shop.services, PHONE, PASS_TYPE, tag)
            heard.extend(changed.serials)
            missed = {s for s, times in pending.items() if times > known[s]} - set(changed.serials)
            assert not missed
            known.update({s: pending[s] for s in changed.serials if s in pending})
            tag = changed.tag
            if ended:
                return

    known = dict.fromkeys(account_ids, 0)
    with ThreadPoolExecutor(9) as pool:
        phone = pool.submit(poll)
        writers = [pool.submit(write, serial) for serial in account_ids]
        for writer in writers:
            writer.result()
        done.set()
        phone.result()
    assert set(heard) == set(account_ids)


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
