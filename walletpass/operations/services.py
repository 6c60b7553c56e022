"""What operations work with: values and Protocols, put together once by `walletpass.app`."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from walletpass.apns.push import Answer, Push
from walletpass.card.card import Nearby
from walletpass.card_templates import CardTemplate
from walletpass.clock import Clock
from walletpass.gpay.callbacks import RootKeySource
from walletpass.gpay.root_keys import RootKeys
from walletpass.links import Links
from walletpass.loyalty.program import Program
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.delivery.sightings import Sightings
from walletpass.operations.google.issuers import Issuers, no_issuers
from walletpass.operations.kept import Kept
from walletpass.pkpass.cache import StaticCache
from walletpass.pkpass.signers import Signers
from walletpass.settings import Settings
from walletpass.store.session import Database, Overtaken, StoreUnavailable, Transaction
from walletpass.vault import Vault

T = TypeVar("T")


class Mailer(Protocol):
    def send(self, to: str, subject: str, text: str) -> None:
        """Raises walletpass.mail.MailNotSent."""


class Pusher(Protocol):
    """Wakes phones; each then asks what changed. Belongs to one thread."""

    @property
    def free(self) -> int:
        """How many more pushes can be on their way now."""

    def submit(self, push: Push) -> None: ...

    def poll(self, seconds: float) -> list[Answer]:
        """What was answered; waits at most so long for the first. Every push is answered once, whatever happens."""


@dataclass(frozen=True)
class Services:
    settings: Settings
    clock: Clock
    database: Database
    vault: Vault
    links: Links
    signers: Signers
    templates: Mapping[str, CardTemplate]
    static_parts: StaticCache
    mailer: Mailer
    pusher: Pusher
    google: Issuers = field(default_factory=no_issuers)
    google_keys: RootKeySource = field(default_factory=RootKeys)
    programs: Kept[Program] = field(default_factory=Kept)
    """Versions of rules, by id."""
    nearby: Kept[Nearby] = field(default_factory=Kept)
    """Lists of places, by id and languages."""
    sightings: Sightings = field(default_factory=Sightings)
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    """Called after every transaction that was committed: wakes the relay."""

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Leaving commits, raising rolls back. Raises Refusal busy or storage_full."""
        with _REFUSING, self.database.transaction() as tx:
            yield tx
        for call in self.after_commit:
            call()

    def try_twice(self, do: Callable[[Transaction], T]) -> T:
        """A transaction that is begun once more where another made the same row at the same moment."""
        try:
            with self.transaction() as tx:
                return do(tx)
        except Refusal as refusal:
            if not isinstance(refusal.__cause__, Overtaken):
                raise
        with self.transaction() as tx:
            return do(tx)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        with _REFUSING, self.database.reading() as tx:
            yield tx

    @contextmanager
    def snapshot(self) -> Iterator[Transaction]:
        """Reading several statements that must agree with each other."""
        with _REFUSING, self.database.snapshot() as tx:
            yield tx


class _Refusing:
    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, StoreUnavailable):
            raise Refusal(error.code) from error


_REFUSING = _Refusing()
