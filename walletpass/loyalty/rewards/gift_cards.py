"""Gift cards: money of their own, never mixed with points.

Every change is a move; moves are appended and never changed.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.wording import Money

MOST_MINOR = 2**31 - 1
"""More than this is a slip of the finger in every currency. A reward of the rules cannot bring more either."""


class CardState(StrEnum):
    ACTIVE = "active"
    BLOCKED = "blocked"


class MoveKind(StrEnum):
    ISSUE = "issue"
    SPEND = "spend"
    REFUND = "refund"
    TRANSFER = "transfer"
    """To another person; the code changes, or whoever gave it away could still spend it."""
    BLOCK = "block"
    UNBLOCK = "unblock"
    EXPIRE = "expire"
    VOID = "void"
    """What issued it was taken back."""


class BlockReason(StrEnum):
    LOST = "lost"
    STOLEN = "stolen"
    FRAUD = "fraud"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class GiftCard:
    """How a gift card stands."""

    currency: str
    balance_minor: int
    state: CardState = CardState.ACTIVE
    expires_at: datetime | None = None
    """The instant at which what is left is gone; None: never."""
    holder_id: int | None = None
    """The member it belongs to; None: whoever has the code."""
    transferable: bool = True

    def has_ended(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now

    def usable(self, now: datetime) -> int:
        """Minor units that can be spent now."""
        return 0 if self.has_ended(now) or self.state is CardState.BLOCKED else self.balance_minor


@dataclass(frozen=True, slots=True)
class Move:
    """One line of a gift card's ledger."""

    kind: MoveKind
    value_minor: int
    """Signed; 0 where only the card's standing changes."""
    after: GiftCard
    reverses: int | None = None
    """Id of the payment that is given back."""
    reason: str = ""
    new_code: bool = False
    """The code that was good until now is dead, and there is another one."""


@dataclass(frozen=True, slots=True)
class Payment:
    """What was spent in one move, and how much of it came back since."""

    id: int
    paid_minor: int
    returned_minor: int


def issue(card: GiftCard, shop_currency: str, now: datetime) -> Move:
    """Raises Refusal: absurd_gift_card, bad_amount, bad_currency, gift_card_expired."""
    if card.balance_minor > MOST_MINOR:
        raise Refusal("absurd_gift_card", most=Money(MOST_MINOR, card.currency))
    _check_amount(card.balance_minor)
    _check_currency(card.currency, shop_currency)
    _check_usable(card, now)
    return Move(MoveKind.ISSUE, card.balance_minor, card)


def spend(card: GiftCard, amount_minor: int, currency: str, now: datetime) -> Move:
    """All or a part.

    Raises Refusal: bad_amount, bad_currency, gift_card_blocked, gift_card_expired, not_enough_money.
    """
    _check_amount(amount_minor)
    _check_currency(currency, card.currency)
    _check_usable(card, now)
    if amount_minor > card.balance_minor:
        raise Refusal("not_enough_money", balance=Money(card.balance_minor, card.currency))
    return _move(card, MoveKind.SPEND, -amount_minor)


def refund(
    card: GiftCard, payment: Payment, amount_minor: int | None, grace_until: datetime | None = None
) -> Move:
    """Give a payment back: so much of it, or all that has not come back yet.

    It goes to the same card, blocked or not, which then is valid until `grace_until` at least.
    Raises Refusal: bad_amount, refund_too_large.
    """
    left = payment.paid_minor - payment.returned_minor
    amount = left if amount_minor is None else amount_minor
    if amount > left or left == 0:
        raise Refusal("refund_too_large", most=Money(left, card.currency))
    _check_amount(amount)
    if card.expires_at and grace_until:
        card = replace(card, expires_at=max(card.expires_at, grace_until))
    return replace(_move(card, MoveKind.REFUND, amount), reverses=payment.id)


def transfer(card: GiftCard, to_member_id: int, now: datetime) -> Move:
    """Raises Refusal: gift_card_blocked, gift_card_expired, gift_card_stays, gift_card_theirs."""
    _check_usable(card, now)
    if not card.transferable:
        raise Refusal("gift_card_stays")
    if card.holder_id == to_member_id:
        raise Refusal("gift_card_theirs")
    return Move(MoveKind.TRANSFER, 0, replace(card, holder_id=to_member_id), new_code=True)


def merge(card: GiftCard, to_member_id: int) -> Move:
    """Its holder turned out to be somebody who is known already: that person has it, however it stands."""
    return Move(MoveKind.TRANSFER, 0, replace(card, holder_id=to_member_id), reason="merge")


def block(card: GiftCard, reason: BlockReason) -> Move:
    """Raises Refusal gift_card_blocked."""
    if card.state is CardState.BLOCKED:
        raise Refusal("gift_card_blocked")
    return Move(MoveKind.BLOCK, 0, replace(card, state=CardState.BLOCKED), reason=reason.value)


def unblock(card: GiftCard) -> Move:
    """Raises Refusal gift_card_not_blocked."""
    if card.state is not CardState.BLOCKED:
        raise Refusal("gift_card_not_blocked")
    return Move(MoveKind.UNBLOCK, 0, replace(card, state=CardState.ACTIVE))


def expire(card: GiftCard, now: datetime) -> Move | None:
    """What is left at the end is gone; None where there is nothing to do."""
    if card.has_ended(now) and card.balance_minor:
        return _move(card, MoveKind.EXPIRE, -card.balance_minor)
    return None


def void(card: GiftCard) -> Move:
    """Nobody can pay with it any more."""
    return _move(card, MoveKind.VOID, -card.balance_minor)


def earning_part(paid_minor: int, gift_cards_minor: int, *, gift_cards_earn: bool) -> int:
    """What of a purchase may earn: gift cards bought in it do not, unless the merchant says so."""
    return paid_minor if gift_cards_earn else max(0, paid_minor - gift_cards_minor)


def _move(card: GiftCard, kind: MoveKind, value_minor: int) -> Move:
    return Move(kind, value_minor, replace(card, balance_minor=card.balance_minor + value_minor))


def _check_amount(amount_minor: int) -> None:
    if not 0 < amount_minor <= MOST_MINOR:
        raise Refusal("bad_amount")


def _check_currency(currency: str, expected: str) -> None:
    if currency != expected:
        raise Refusal("bad_currency", currency=expected)


def _check_usable(card: GiftCard, now: datetime) -> None:
    if card.state is CardState.BLOCKED:
        raise Refusal("gift_card_blocked")
    if card.has_ended(now):
        raise Refusal("gift_card_expired")
