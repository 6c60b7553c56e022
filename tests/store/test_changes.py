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
    """Writers commit in another order than they began. Each card changes once: what is missed stays missed."""
    account_ids = {f"serial-{number}": hold_pass(shop, f"serial-{number}") for number in range(60)}
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
            if was_done:
                return

    with ThreadPoolExecutor(9) as pool:
        phone = pool.submit(poll)
        list(pool.map(lambda serial: touch(shop.services, account_ids[serial]), account_ids))
        done.set()
        phone.result()
    assert installed == {serial: version_of(shop, account_id) for serial, account_id in account_ids.items()}


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
