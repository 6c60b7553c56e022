"""Who speaks to Google for whom: merchants who brought an issuer of their own, the operator for all others."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any, NamedTuple, Protocol

from walletpass.gpay.addresses import SAVE_PAGE
from walletpass.gpay.client import WalletClient
from walletpass.gpay.errors import Cause, Failure, WalletError
from walletpass.gpay.retries import IN_A_REQUEST, Patience
from walletpass.gpay.service_account import ServiceAccount
from walletpass.store import google
from walletpass.store.session import Transaction


@dataclass(frozen=True, slots=True)
class Issuer:
    id: str
    """Digits."""
    account: ServiceAccount
    client: WalletClient
    save_page: str = SAVE_PAGE
    patience: Patience = IN_A_REQUEST
    """While somebody looks at a page."""


class Unseal(Protocol):
    def unseal(self, sealed: bytes) -> str: ...


class _Kept(NamedTuple):
    given_at: datetime
    issuer: Issuer


OpenIssuer = Callable[[str, bytes], Issuer]
"""From an issuer's id and the contents of a service account's key file. Raises ServiceAccountRefused."""


@dataclass
class Issuers:
    """`open_operator` may give none: Google Wallet is off, or not there yet. Every method from any thread."""

    open_operator: Callable[[], Issuer | None]
    open_issuer: OpenIssuer
    _operator: Issuer | None = None
    _kept: dict[int, _Kept] = field(default_factory=dict)
    _without_places: set[str] = field(default_factory=set)
    _turns: dict[int, Lock] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @property
    def operator(self) -> Issuer | None:
        with self._lock:
            self._operator = self._operator or self.open_operator()
            return self._operator

    def of_merchant(self, tx: Transaction, vault: Unseal, merchant_id: int) -> Issuer | None:
        row = google.find_google_account(tx, merchant_id)
        return self._open(row, vault) if row is not None else self.operator

    def of_id(self, tx: Transaction, vault: Unseal, issuer_id: str) -> Issuer | None:
        """One that somebody has now; None for an issuer that was given up."""
        operator = self.operator
        if operator is not None and operator.id == issuer_id:
            return operator
        rows = google.list_google_accounts(tx)
        return next((self._open(row, vault) for row in rows if row.issuer_id == issuer_id), None)

    def list_ids(self, tx: Transaction) -> list[str]:
        operator = self.operator
        own = [row.issuer_id for row in google.list_google_accounts(tx)]
        return [operator.id, *own] if operator is not None else own

    def allows_places(self, issuer_id: str) -> bool:
        """Until Google says otherwise; asked anew by every process."""
        return issuer_id not in self._without_places

    def note_places_refused(self, issuer_id: str) -> None:
        self._without_places.add(issuer_id)

    @contextmanager
    def alone_with(self, class_id: int, at_most: float) -> Iterator[None]:
        """Of the threads of this process. Raises WalletError where others take longer than so many seconds."""
        turn = self._turns.setdefault(class_id, Lock())
        if not turn.acquire(timeout=at_most):
            raise WalletError(Failure(Cause.BUSY))
        try:
            yield
        finally:
            turn.release()

    def _open(self, row: Any, vault: Unseal) -> Issuer:
        with self._lock:
            kept = self._kept.get(row.merchant_id)
            if kept is None or kept.given_at != row.given_at:
                kept = _Kept(
                    row.given_at, self.open_issuer(row.issuer_id, vault.unseal(row.key_sealed).encode())
                )
                self._kept[row.merchant_id] = kept
            return kept.issuer


def no_issuers() -> Issuers:
    def refuse(_: str, __: bytes) -> Issuer:
        raise LookupError("Google Wallet is off.")

    return Issuers(lambda: None, refuse)
