"""How rewards were used, as ledgers have it."""

from sqlalchemy import bindparam, select

from walletpass.store.compiled import Record
from walletpass.store.ledger import ledger_entries
from walletpass.store.session import Transaction
from walletpass.store.statements import find

_e = ledger_entries.c
_LAST = (
    select(_e.breakdown, _e.program_version_id)
    .where(_e.issued_reward_id == bindparam("reward_id"), _e.kind == "redeem")
    .order_by(_e.id.desc())
    .limit(1)
)


def find_last_use(tx: Transaction, reward_id: int) -> Record | None:
    return find(tx, _LAST, reward_id=reward_id)
