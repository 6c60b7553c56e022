"""Use a reward: staff reserve it, hand it out, and say so; or give it back to the member."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from walletpass.loyalty.expiry import grace_terms
from walletpass.loyalty.ledger import EntryKind, Line, RewardState
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rewards.coupons import discount
from walletpass.loyalty.rewards.redeeming import RESERVED_FOR, Actor, Step, Voucher, take_step
from walletpass.loyalty.rules.amounts import MOST_MINOR
from walletpass.loyalty.wording import Money
from walletpass.operations.cards.own_account import get_active
from walletpass.operations.posting.give import digest_reward_code
from walletpass.operations.posting.outcome import Done, Outcome
from walletpass.operations.posting.post import check_key, post
from walletpass.operations.posting.request import Business, Desk, Post, Posting
from walletpass.operations.posting.shelf import load_terms
from walletpass.operations.programs.versions import load_version
from walletpass.operations.rewards.reach import reach_due
from walletpass.operations.services import Services
from walletpass.operations.wrong_codes import CodeKind, counting_wrong_codes
from walletpass.store import accounts, ledger, rewards
from walletpass.store.session import Transaction


@dataclass(frozen=True, slots=True)
class HeldReward:
    account_id: int
    reward_id: int


def find_by_code(services: Services, merchant_id: int, code: str, who: str = "") -> HeldReward:
    """`who` asks: see `counting_wrong_codes`.

    Raises Refusal too_many, unknown_reward, the same for a wrong code and for another merchant's.
    """
    with counting_wrong_codes(services, merchant_id, CodeKind.REWARD, who), services.reading() as tx:
        row = rewards.find_reward_by_code(tx, digest_reward_code(services, code))
        account = accounts.find_account(tx, row.account_id) if row is not None else None
        if row is None or account is None or account.merchant_id != merchant_id:
            raise Refusal("unknown_reward")
        return HeldReward(row.account_id, row.id)


def redeem(
    services: Services, request: Post, reward_id: int, *, reservation: str = "", order_minor: int = 0
) -> Outcome:
    """`reservation`: the key with which it was reserved; `order_minor`: what a coupon is used for, before discount.

    Raises Refusal: those of `post`, of `take_step`, and of `discount`, bad_amount.
    """
    _check_order(order_minor)

    def decide(desk: Desk) -> Posting:
        row = get_reward(desk.tx, desk.account.id, reward_id)
        take_step(_load_voucher(row), Step.REDEEM, Actor.STAFF, desk.now, key=reservation)
        breakdown: dict[str, Any] = {}
        terms = load_terms(row.terms) if row.terms else None
        if terms is not None and terms.kind.is_coupon:
            off = discount(terms, order_minor, desk.program.currency)
            breakdown = {"order": order_minor, "discount": off}
        line = Line(EntryKind.REDEEM, 0, reward=reward_id, breakdown=breakdown)
        business = Business(gross_minor=order_minor)
        handed = {reward_id: RewardState.REDEEMED}
        grants = reach_due(desk, (line,), {row.template: -1})
        return Posting(Done.REDEEMED, (line,), grants, handed, business)

    return post(services, request, decide)


def quote(services: Services, merchant_id: int, account_id: int, reward_id: int, order_minor: int) -> Money:
    """What a coupon would take off the order now. Nothing is kept.

    Raises Refusal: unknown_card, not_a_coupon, those of `take_step` and of `discount`, bad_amount.
    """
    _check_order(order_minor)
    with services.snapshot() as tx:
        account = get_active(tx, merchant_id, account_id)
        row = get_reward(tx, account_id, reward_id)
        take_step(_load_voucher(row), Step.REDEEM, Actor.STAFF, services.clock.now())
        currency = load_version(services, tx, account.program_version_id).currency
    if not row.terms:
        raise Refusal("not_a_coupon")
    return Money(discount(load_terms(row.terms), order_minor, currency), currency)


def reserve(services: Services, request: Post, reward_id: int, reservation: str) -> Outcome:
    """For so long as `RESERVED_FOR`, nobody else uses it. Raises Refusal: those of `post` and of `take_step`."""
    check_key(reservation)

    def decide(desk: Desk) -> Posting:
        row = get_reward(desk.tx, desk.account.id, reward_id)
        take_step(_load_voucher(row), Step.RESERVE, Actor.STAFF, desk.now, key=reservation)
        until = desk.now + RESERVED_FOR
        rewards.reserve(desk.tx, reward_id, until, reservation)
        return Posting(Done.RESERVED)

    return post(services, request, decide)


def release(services: Services, request: Post, reward_id: int, reservation: str) -> Outcome:
    """Raises Refusal: those of `post` and of `take_step`."""

    def decide(desk: Desk) -> Posting:
        row = get_reward(desk.tx, desk.account.id, reward_id)
        take_step(_load_voucher(row), Step.RELEASE, Actor.STAFF, desk.now, key=reservation)
        return Posting(Done.RELEASED, handed={reward_id: RewardState.ISSUED})

    return post(services, request, decide)


def reinstate(services: Services, request: Post, reward_id: int) -> Outcome:
    """What it was used for was taken back. Raises Refusal: those of `post` and of `take_step`."""

    def decide(desk: Desk) -> Posting:
        row = get_reward(desk.tx, desk.account.id, reward_id)
        grace = _find_grace(desk)
        voucher = take_step(_load_voucher(row), Step.REINSTATE, Actor.STAFF, desk.now, grace_until=grace)
        rewards.set_end(desk.tx, reward_id, voucher.valid_to)
        used = ledger.find_use(desk.tx, reward_id)
        line = Line(EntryKind.REVERSE_REDEEM, 0, reverses=used.id if used else None, reward=reward_id)
        return Posting(Done.UNDONE, (line,), handed={reward_id: RewardState.ISSUED})

    return post(services, request, decide)


def renew(desk: Desk, reward: Any) -> None:
    """Of one whose use was a mistake: it ends as if it had not been used, or after days of grace where that is over."""
    if reward.valid_to is not None and reward.valid_to <= desk.now:
        rewards.set_end(desk.tx, reward.id, _find_grace(desk))


def _find_grace(desk: Desk) -> datetime | None:
    return grace_terms(desk.program.grace_days, desk.now, desk.program.zone).expires_at


def _check_order(minor: int) -> None:
    if not 0 <= minor <= MOST_MINOR:
        raise Refusal("bad_amount")


def get_reward(tx: Transaction, account_id: int, reward_id: int) -> Any:
    """Raises Refusal unknown_reward."""
    row = rewards.find_reward(tx, account_id, reward_id)
    if row is None:
        raise Refusal("unknown_reward")
    return row


def _load_voucher(row: Any) -> Voucher:
    return Voucher(
        RewardState(row.state), row.issued_at, row.valid_to, row.reserved_until, row.reserved_by or ""
    )
