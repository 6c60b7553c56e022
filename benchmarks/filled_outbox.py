"""An installation with many phones whose cards all changed, to be told of it again and again."""

from pathlib import Path

from sqlalchemy import insert, literal, select

from walletpass.app import build_services
from walletpass.operations.delivery.pushing import PUSHES_PER_HOUR, Pushing
from walletpass.operations.services import Pusher
from walletpass.settings import Settings
from walletpass.store.columns import Instant
from walletpass.store.devices import device_topics, devices
from walletpass.store.lanes import BULK
from walletpass.store.outbox import push_outbox
from walletpass.store.schema import migrate

_SECONDS_TO_WAIT = 0.02


def push_token(number: int) -> str:
    return f"{number:064x}"


class FilledOutbox:
    def __init__(self, database_url: str, folder: Path, phones: int, pass_type: str, sender: Pusher) -> None:
        environment = {"DATABASE_URL": database_url, "DATA_DIR": str(folder), "SECRET_KEY": "benchmark"}
        self._services = build_services(Settings.from_env(environment), pusher=sender)
        migrate(self._services.database)
        self._add_phones(phones, pass_type)
        self._pushing = Pushing(self._services)

    def fill(self) -> None:
        """Phones that have had their share of pushes within the hour begin a new one."""
        now = literal(self._services.clock.now(), Instant)
        columns = ("lane", "topic_id", "generation", "due_at", "attempts", "created_at")
        topic = device_topics.c.id
        rows = select(literal(BULK), topic, literal(1), now, literal(0), now)
        with self._services.database.transaction() as tx:
            full = device_topics.c.window_pushes >= PUSHES_PER_HOUR
            tx.execute(device_topics.update().where(full).values(window_pushes=0))
            tx.execute(insert(push_outbox).from_select(columns, rows))

    def deliver(self) -> None:
        while self._pushing.turn(_SECONDS_TO_WAIT):
            pass

    def close(self) -> None:
        self._services.database.close()

    def _add_phones(self, phones: int, pass_type: str) -> None:
        seal, now = self._services.vault.seal, self._services.clock.now()
        with self._services.database.transaction() as tx:
            tx.execute(
                insert(devices),
                [
                    {
                        "library_id": str(number),
                        "push_token_sealed": seal(push_token(number)),
                        "token_given_at": now,
                    }
                    for number in range(phones)
                ],
            )
            topics = select(devices.c.id, literal(pass_type), literal(0))
            columns = ("device_id", "pass_type_identifier", "window_pushes")
            tx.execute(insert(device_topics).from_select(columns, topics))
