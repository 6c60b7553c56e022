"""An installation whose cards are all at Google, and all changed."""

from contextlib import ExitStack
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy import String, cast, func, insert, literal, select, update

from benchmarks.loaded_ledger import load
from walletpass.app import build_services
from walletpass.gpay.client import WalletClient
from walletpass.gpay.service_account import ServiceAccount
from walletpass.gpay.throttle import Throttle
from walletpass.loyalty.units import Unit
from walletpass.operations.earning.adjust import adjust
from walletpass.operations.enrolment.join import new_form_key
from walletpass.operations.google.issuers import Issuer, Issuers
from walletpass.operations.google.sending import Sending
from walletpass.operations.installation.history_shop import PROGRAM
from walletpass.operations.posting.request import Post
from walletpass.settings import Settings
from walletpass.store.accounts import accounts
from walletpass.store.columns import Instant
from walletpass.store.google import google_classes, google_objects
from walletpass.store.google_outbox import COALESCE, google_outbox
from walletpass.store.lanes import BULK
from walletpass.store.schema import migrate

_PLAYED = 50
_OTHER = "state:other"
"""A digest that no card has: one member differs."""
_LOOK = 0.02


class CardsAtGoogle:
    """`rate`: calls a second."""

    def __init__(
        self, folder: Path, account: ServiceAccount, address: str, issuer_id: str, size: int, rate: float
    ) -> None:
        settings = Settings.from_env({"DATA_DIR": str(folder), "SECRET_KEY": "benchmark"})
        self._held = ExitStack()
        client = WalletClient(account, Throttle(rate), base_url=address, is_development=True)
        self._held.callback(client.close)
        issuer = Issuer(issuer_id, account, client)
        issuers = Issuers(lambda: issuer, lambda _, __: issuer)
        self._services = build_services(settings, google=issuers)
        self._held.callback(self._services.database.close)
        migrate(self._services.database)
        self._merchant_id = load(self._services, _PLAYED, max(1, size // _PLAYED), 0, PROGRAM).merchant_id
        self._put_at_google(issuer_id)
        self._sending = Sending(self._services)
        self._held.callback(self._sending.close)

    def close(self) -> None:
        self._held.close()

    def change_all(self) -> None:
        """As a new design does."""
        with self._services.database.transaction() as tx:
            tx.execute(update(google_objects).values(sent=_OTHER))
            tx.execute(google_outbox.delete())
        self.tell_all()

    def tell_all(self) -> None:
        """As after any change; whether a holder can see one is another question."""
        now = literal(self._services.clock.now(), Instant)
        row = select(literal(BULK), google_objects.c.id, literal(1), now, literal(0), now)
        columns = ("lane", "object_id", "generation", "due_at", "attempts", "created_at")
        with self._services.database.transaction() as tx:
            tx.execute(insert(google_outbox).from_select(columns, row))

    def correct(self, account_id: int, times: int) -> None:
        """So many changes of one card, at once."""
        for _ in range(times):
            request = Post(self._merchant_id, account_id, new_form_key(), {})
            adjust(self._services, request, Unit.STAMPS, 1, "correction")

    def deliver(self) -> None:
        sleep(COALESCE.total_seconds() + _LOOK)
        while self._sending.turn(_LOOK):
            pass

    def deliver_for(self, seconds: float) -> int:
        """How many were taken off the outbox."""
        before, until = self.waiting, monotonic() + seconds
        while monotonic() < until:
            self._sending.turn(_LOOK)
        return before - self.waiting

    @property
    def waiting(self) -> int:
        with self._services.reading() as tx:
            return int(tx.execute(select(func.count()).select_from(google_outbox)).scalar_one())

    def _put_at_google(self, issuer_id: str) -> None:
        with self._services.transaction() as tx:
            program_id = tx.execute(select(func.min(accounts.c.program_id))).scalar_one()
            made = {"program_id": program_id, "tier": "", "issuer_id": issuer_id, "suffix": "club"}
            class_id = tx.execute(insert(google_classes).values(**made)).lastrowid
            columns = ("account_id", "class_id", "issuer_id", "suffix", "sent", "created_at")
            now = literal(self._services.clock.now(), Instant)
            row = select(
                accounts.c.id,
                literal(class_id),
                literal(issuer_id),
                literal("card-") + cast(accounts.c.id, String),
                literal(_OTHER),
                now,
            ).where(accounts.c.state == "active")
            tx.execute(insert(google_objects).from_select(columns, row))
