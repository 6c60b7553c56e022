"""The one write path of gift cards: lock the card, look for the key first, decide, append, all in one transaction."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from walletpass.loyalty.chain import chain_hash
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rewards.gift_cards import CardState, GiftCard, Move, MoveKind, expire
from walletpass.operations.gift_cards.codes import new_code
from walletpass.operations.services import Services
from walletpass.store import gift_cards
from walletpass.store.session import Transaction
from walletpass.store.statements import add, change

_KEY = re.compile(r"[A-Za-z0-9_\-]{8,80}")


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks."""

    merchant_id: int
    key: str
    """Made by the caller, once per intention; 8 to 80 letters, digits, - and _."""
    staff_id: int | None = None
    activity_id: int | None = None
    """The purchase that it belongs to, where that is known."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of a request: the same for every repetition. Money in minor units."""

    transaction_id: int
    gift_card_id: int
    kind: MoveKind
    value_minor: int
    balance_minor: int
    currency: str
    state: CardState
    expires_at: datetime | None
    holder_id: int | None
    code: str = field(default="", repr=False)
    """As printed, where this gave the card a new one."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a decision may look at: the locked card, the instant."""

    tx: Transaction
    id: int
    card: GiftCard
    now: datetime


def move(
    services: Services,
    request: Request,
    gift_card_id: int,
    body: Mapping[str, Any],
    decide: Callable[[Desk], Move],
) -> Receipt:
    """Append what `decide` says. `body` is all that is asked for: the same key with another one is refused.

    Raises Refusal: bad_key, key_reused, unknown_gift_card, and whatever `decide` raises.
    """
    digest = digest_request(request, {**body, "gift_card": gift_card_id})
    with services.transaction() as tx:
        row = gift_cards.lock_gift_card(tx, gift_card_id)
        if row is None or row.merchant_id != request.merchant_id:
            raise Refusal("unknown_gift_card")
        known = find_receipt(services, tx, request, digest)
        if known is not None:
            return known
        now = services.clock.now()
        row = settle(services, tx, row, now)
        decided = decide(Desk(tx, row.id, load_standing(row), now))
        code = new_code(services) if decided.new_code else None
        return append(services, tx, row, decided, now, request, digest, code)


def digest_request(request: Request, body: Mapping[str, Any]) -> bytes:
    """Raises Refusal bad_key."""
    if not _KEY.fullmatch(request.key):
        raise Refusal("bad_key")
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).digest()


def find_receipt(services: Services, tx: Transaction, request: Request, digest: bytes) -> Receipt | None:
    """What this request brought when it came before. Raises Refusal key_reused."""
    known = gift_cards.find_transaction_by_key(tx, request.merchant_id, request.key)
    if known is None:
        return None
    if known.request_digest != digest:
        raise Refusal("key_reused")
    return _load_receipt(services, known)


def settle(services: Services, tx: Transaction, row: Any, now: datetime) -> Any:
    """Append what time alone has done to a locked card; its row afterwards."""
    gone = expire(load_standing(row), now)
    if gone is None:
        return row
    append(services, tx, row, gone, now)
    return gift_cards.lock_gift_card(tx, row.id)


def append(
    services: Services,
    tx: Transaction,
    row: Any,
    move: Move,
    now: datetime,
    request: Request | None = None,
    digest: bytes | None = None,
    code: Mapping[str, Any] | None = None,
) -> Receipt:
    """One more transaction of a locked card; `code`: the columns of a new code that it gets."""
    standing = store_standing(move.after)
    values = {
        "gift_card_id": row.id,
        "seq": row.last_seq + 1,
        "kind": move.kind.value,
        "value_minor": move.value_minor,
        **standing,
        "reverses_id": move.reverses,
        "reason": move.reason,
        "activity_id": request.activity_id if request else None,
        "staff_id": request.staff_id if request else None,
        "recorded_at": now,
    }
    head = chain_hash(row.chain_head, values, gift_cards.CHAINED)
    code = code or {}
    transaction_id = add(
        tx,
        gift_cards.gift_card_transactions,
        **values,
        hash=head,
        code_sealed=code.get("code_sealed"),
        merchant_id=row.merchant_id,
        key=request.key if request else None,
        request_digest=digest,
    )
    change(tx, gift_cards.gift_cards, row.id, **standing, **code, last_seq=row.last_seq + 1, chain_head=head)
    return _load_receipt(services, gift_cards.get_transaction(tx, transaction_id))


def load_standing(row: Any) -> GiftCard:
    return GiftCard(
        currency=row.currency,
        balance_minor=row.balance_minor,
        state=CardState(row.state),
        expires_at=row.expires_at,
        holder_id=row.holder_id,
        transferable=row.transferable,
    )


def store_standing(card: GiftCard) -> dict[str, Any]:
    """Columns that the card's row and its transactions share."""
    return {
        "balance_minor": card.balance_minor,
        "state": card.state.value,
        "expires_at": card.expires_at,
        "holder_id": card.holder_id,
    }


def _load_receipt(services: Services, row: Any) -> Receipt:
    return Receipt(
        transaction_id=row.id,
        gift_card_id=row.gift_card_id,
        kind=MoveKind(row.kind),
        value_minor=row.value_minor,
        balance_minor=row.balance_minor,
        currency=row.currency,
        state=CardState(row.state),
        expires_at=row.expires_at,
        holder_id=row.holder_id,
        code=services.vault.unseal(row.code_sealed) if row.code_sealed else "",
    )
