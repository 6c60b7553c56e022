"""The rules by which entries were posted, as far as a ledger is computed again from them."""

from datetime import date, datetime

from walletpass.loyalty.expiry import roll
from walletpass.loyalty.local_days import local_day
from walletpass.loyalty.program import Program
from walletpass.loyalty.program_document import load_program
from walletpass.store import merchants
from walletpass.store.session import Transaction


class Rules:
    """Of versions, by their ids. Each is read once, and each day computed once."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._versions: dict[int, Program] = {}
        self._rolled: dict[tuple[int, date], datetime] = {}

    def get(self, version_id: int) -> Program:
        if version_id not in self._versions:
            self._versions[version_id] = load_program(merchants.get_rules(self._tx, version_id))
        return self._versions[version_id]

    def day_of(self, version_id: int, at: datetime) -> date:
        return local_day(at, self.get(version_id).zone)

    def rolls_to(self, version_id: int, at: datetime) -> datetime:
        """The rolling date after something at that instant."""
        key = version_id, self.day_of(version_id, at)
        if key not in self._rolled:
            program = self.get(version_id)
            self._rolled[key] = roll(program.expiry, at, program.zone, None)
        return self._rolled[key]
