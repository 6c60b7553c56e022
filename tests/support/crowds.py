"""Many members at once, as rows: for tests and measurements that need thousands of cards."""

from datetime import datetime

from walletpass.operations.services import Services
from walletpass.store import accounts, changes, merchants, people, roll_outs
from walletpass.store.session import Transaction


def add_crowd(services: Services, merchant_id: int, count: int) -> list[int]:
    """Cards by the newest of all, without codes; the accounts' ids in order."""
    now = services.clock.now()
    with services.transaction() as tx:
        program = merchants.find_program_of_merchant(tx, merchant_id)
        assert program is not None
        member_ids = _add_members(tx, merchant_id, count, now)
        newest, tag = roll_outs.get_newest(tx, program.id), changes.take_tag(tx)
        card = {
            "program_id": program.id,
            "joined_at": now,
            "page_key_sealed": b"",
            "card_changed_at": now,
            "card_tag": tag,
            **newest._mapping,
        }
        rows = [{"member_id": n, "page_key_digest": n.to_bytes(32, "big"), **card} for n in member_ids]
        statement = accounts.accounts.insert().returning(accounts.accounts.c.id, sort_by_parameter_order=True)
        return list(tx.execute(statement, rows).scalars())


def _add_members(tx: Transaction, merchant_id: int, count: int, now: datetime) -> list[int]:
    member = {"merchant_id": merchant_id, "name": "", "language": "en", "joined_at": now}
    statement = people.members.insert().returning(people.members.c.id)
    return list(tx.execute(statement, [member] * count).scalars())
