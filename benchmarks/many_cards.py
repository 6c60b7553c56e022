"""An installation of any size, as rows: every card on two phones, every phone with two cards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, Integer, LargeBinary, Table, cast, func, insert, literal, select

from walletpass.operations.passes.issue import digest_token
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.services import Services
from walletpass.store import changes, locations, roll_outs
from walletpass.store.accounts import accounts
from walletpass.store.devices import device_topics, devices, passes, registrations
from walletpass.store.people import members
from walletpass.store.session import Transaction

TOKEN = "one authentication token for all"
_STRIDE = 0x9E3779B97F4A7C15F39CC0605CEDC835
"""Odd, so no two of its multiples are equal modulo 2**128; they lie as far apart as random names."""
_SERIAL_LENGTH = 24
_CACHE = "PRAGMA cache_size = -2000000"
"""Kilobytes. Names come in no order: with less, pages of their indexes would be written again and again."""


@dataclass(frozen=True, slots=True)
class ManyCards:
    """`count` cards, and as many phones, numbered from 0."""

    count: int
    pass_type: str
    changed_at: datetime

    def library_id(self, phone: int) -> str:
        return _scatter(phone)

    def serial(self, card: int) -> str:
        return _scatter(card)[:_SERIAL_LENGTH]

    def push_token(self, phone: int) -> str:
        return _push_token(phone)


def fill(services: Services, merchant_id: int, pass_type: str, count: int) -> ManyCards:
    """Into a SQLite database that has no cards yet; by the newest design and rules of the merchant."""
    many = ManyCards(count, pass_type, services.clock.now().replace(microsecond=0))
    program_id = get_rules(services, merchant_id).program_id
    with services.transaction() as tx:
        tx.exec_driver_sql(_CACHE)
        driver: Any = tx.connection.driver_connection
        driver.create_function("scatter", 1, _scatter)
        driver.create_function("seal", 1, lambda phone: services.vault.seal(_push_token(phone)))
        _add_cards(services, tx, many, merchant_id, program_id)
        _add_phones(tx, many)
    with services.reading() as tx:
        tx.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return many


def _add_cards(
    services: Services, tx: Transaction, many: ManyCards, merchant_id: int, program_id: int
) -> None:
    numbers, now = _numbers(many.count), literal(many.changed_at, accounts.c.joined_at.type)
    number = numbers.c.number
    newest = roll_outs.get_newest(tx, program_id)
    token = services.vault.seal(TOKEN)
    member = {"id": number + 1, "merchant_id": merchant_id, "language": "en", "joined_at": now}
    card = {
        "id": number + 1,
        "member_id": number + 1,
        "program_id": program_id,
        "joined_at": now,
        "page_key_digest": cast(func.scatter(number), LargeBinary),
        "page_key_sealed": token,
        "card_changed_at": now,
        "card_tag": changes.take_tag(tx),
        "design_version_id": newest.design_version_id,
        "program_version_id": newest.program_version_id,
        "place_list_id": locations.get_present_list(tx, merchant_id, None),
    }
    issued = {
        "id": number + 1,
        "account_id": number + 1,
        "pass_type_identifier": many.pass_type,
        "serial": func.substr(func.scatter(number), 1, _SERIAL_LENGTH),
        "token_digest": digest_token(services, TOKEN),
        "token_sealed": token,
        "handed_version": 1,
        "created_at": now,
    }
    for table, row in ((members, member), (accounts, card), (passes, issued)):
        _insert(tx, table, row)


def _add_phones(tx: Transaction, many: ManyCards) -> None:
    numbers, now = _numbers(many.count), literal(many.changed_at, accounts.c.joined_at.type)
    number = numbers.c.number
    phone = {
        "id": number + 1,
        "library_id": func.scatter(number),
        "push_token_sealed": func.seal(number),
        "token_given_at": now,
    }
    topic = {"id": number + 1, "device_id": number + 1, "pass_type_identifier": many.pass_type}
    _insert(tx, devices, phone)
    _insert(tx, device_topics, topic)
    for neighbour in (0, 1):
        held = {
            "device_id": number + 1,
            "pass_id": (number + neighbour) % many.count + 1,
            "registered_at": now,
        }
        _insert(tx, registrations, held)


def _numbers(count: int) -> CTE:
    """0 to `count` - 1."""
    numbers = select(literal(0, Integer).label("number")).cte("numbers", recursive=True)
    return numbers.union_all(select(numbers.c.number + 1).where(numbers.c.number < count - 1))


def _insert(tx: Transaction, table: Table, row: Mapping[str, Any]) -> None:
    """One row for each number that its values are made of."""
    values = [
        value if hasattr(value, "label") else literal(value, table.c[name].type)
        for name, value in row.items()
    ]
    tx.execute(insert(table).from_select(list(row), select(*values)))


def _scatter(number: int) -> str:
    return f"{number * _STRIDE % 2**128:032x}"


def _push_token(phone: int) -> str:
    return f"{phone:064x}"
