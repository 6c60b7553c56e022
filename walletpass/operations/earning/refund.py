"""Take back a purchase or a part of it: by new lines, from the terms stored with what it earned."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from walletpass.loyalty.identifiers import read_bill
from walletpass.loyalty.ledger import EntryKind, Line, RewardState
from walletpass.loyalty.program import Clawback
from walletpass.loyalty.refunds import Credit, count_taken_back, decide_refund
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rules.basket import NOTHING, Basket
from walletpass.loyalty.units import Unit
from walletpass.operations.posting.move import move_out
from walletpass.operations.posting.outcome import VISITS, Done, Outcome
from walletpass.operations.posting.post import open_desk, post
from walletpass.operations.posting.request import Business, Desk, Left, Post, Posting, TakenBack
from walletpass.operations.posting.write import write
from walletpass.operations.services import Services
from walletpass.operations.tiers.follow import TIER
from walletpass.store import accounts, due, ledger, lots, rewards

_CREDITS = (EntryKind.EARN, EntryKind.BONUS)


def refund(services: Services, request: Post, external_id: str, returned: Basket | None = None) -> Outcome:
    """`returned`: what comes back; None: all of it.

    Unused rewards that the purchase brought go back first, all of them with a whole refund, else as many as what is
    left does not pay for. Raises Refusal: those of `post`, unknown_purchase, taken_back_already, refund_too_large,
    not_bought, units_used, bad_bill, bad_amount.
    """
    read_bill(external_id)
    if returned == Basket(quantity=0):
        raise Refusal("bad_amount")

    def decide(desk: Desk) -> Posting:
        activity = ledger.find_by_external_id(desk.tx, request.merchant_id, external_id)
        if activity is None or accounts.get_id_of_holder(desk.tx, activity.account_id) != desk.account.id:
            raise Refusal("unknown_purchase")
        if activity.undone_at is not None:
            raise Refusal("taken_back_already")
        before = Basket.load(activity.details["basket"])
        after = NOTHING if returned is None else before.less(returned, desk.program.currency)
        return take_back(services, desk, activity, before, after, request.staff_id)

    return post(services, request, decide)


def find_purchase(services: Services, merchant_id: int, external_id: str) -> int:
    """The account of whoever made it, now. Raises Refusal unknown_purchase, bad_bill."""
    read_bill(external_id)
    with services.reading() as tx:
        activity = ledger.find_by_external_id(tx, merchant_id, external_id)
        if activity is None:
            raise Refusal("unknown_purchase")
        return accounts.get_id_of_holder(tx, activity.account_id)


def decide_return(
    desk: Desk, activity: Any, before: Basket, after: Basket, holder: Any | None = None
) -> Posting:
    """`holder`: the account that has what this one had. Raises Refusal units_used."""
    program, account = desk.program, holder or desk.account
    credits_ = load_credits(desk, activity.id)
    wanted = decide_refund(Clawback.ALLOW_NEGATIVE, credits_, before, after, {}).lines
    owed = {unit: -sum(line.quantity for line in wanted if line.unit is unit) for unit in Unit}
    available = {Unit.STAMPS: account.stamps, Unit.POINTS: account.points}
    back = []
    for given in reversed(_list_unused(desk, activity.id)):
        if not after.quantity or (given.price and owed[given.unit] > available[given.unit]):
            back.append(given)
            available[given.unit] += given.price
    refunded = decide_refund(program.clawback, credits_, before, after, available)
    return Posting(
        Done.REFUNDED,
        (*(given.give_back() for given in back if given.price), *refunded.lines),
        handed={given.reward_id: RewardState.VOIDED for given in back},
        business=Business(eligible_minor=after.eligible_minor - before.eligible_minor),
        carried=move_carried(account.carried, refunded.carried),
        counted=refunded.uncounted,
        takes_back=TakenBack(activity.id, activity.happened_at),
        left=Left(activity.id, after),
        unvisits=not after.quantity and activity.kind in VISITS,
    )


def take_back(
    services: Services,
    desk: Desk,
    activity: Any,
    before: Basket,
    after: Basket,
    staff_id: int | None = None,
) -> Posting:
    """What an activity brought, also one of a card that was merged into this one: that is taken back in its own
    ledger, and what is left there then, a debt or units, follows the rest. Raises Refusal units_used.
    """
    if activity.account_id == desk.account.id:
        return decide_return(desk, activity, before, after)
    left = open_desk(services, desk.tx, activity.account_id)
    gone = left.account
    back = decide_return(left, activity, before, after, desk.account)
    own = replace(back, carried=None, counted=(), tier=gone.tier)
    write(services, left, own, Post(gone.merchant_id, gone.id, "", {}, staff_id))
    left = replace(left, account=accounts.lock_account(desk.tx, gone.id))
    lines = move_out(services, left, staff_id)
    due.ring(desk.tx, desk.account.id, TIER, desk.now)
    return Posting(Done.REFUNDED, lines, carried=back.carried, counted=back.counted)


def load_credits(desk: Desk, activity_id: int) -> list[Credit]:
    """What an activity earned, with what was taken back of it already, or ran out, with whichever card: nobody owes
    that."""
    backs: dict[int, list[tuple[int, Mapping[str, Any] | None]]] = defaultdict(list)
    for entry in ledger.list_reversals_of(desk.tx, activity_id):
        backs[entry.reverses_id].append((entry.quantity, entry.breakdown))
    expired = lots.sum_expired(desk.tx, activity_id, desk.account.merged_into_id)
    return [
        Credit(
            entry.id,
            EntryKind(entry.kind),
            entry.quantity,
            Unit(entry.unit),
            entry.rule,
            entry.breakdown,
            count_taken_back(backs[entry.id]) + expired[entry.id],
        )
        for entry in ledger.list_entries_of(desk.tx, activity_id)
        if entry.kind in _CREDITS
    ]


def move_carried(carried: Mapping[str, int] | None, by: Mapping[str, int]) -> dict[str, int] | None:
    if not by:
        return None
    present = carried or {}
    return {rule: present.get(rule, 0) + by.get(rule, 0) for rule in {**present, **by}}


@dataclass(frozen=True, slots=True)
class _Unused:
    """A reward that the activity brought."""

    reward_id: int
    entry_id: int | None
    """What paid for it; None: nothing did."""
    unit: Unit
    price: int

    def give_back(self) -> Line:
        kind = EntryKind.REVERSE_CONVERT
        return Line(kind, self.price, reverses=self.entry_id, reward=self.reward_id, unit=self.unit)


def _list_unused(desk: Desk, activity_id: int) -> list[_Unused]:
    paid = {
        entry.issued_reward_id: entry
        for entry in ledger.list_entries_of(desk.tx, activity_id)
        if entry.kind == EntryKind.CONVERT
    }
    unused = []
    for reward in rewards.list_rewards_of(desk.tx, activity_id):
        if reward.state in (RewardState.ISSUED, RewardState.RESERVED):
            entry = paid.get(reward.id)
            if entry is None:
                unused.append(_Unused(reward.id, None, Unit.STAMPS, 0))
            else:
                unused.append(_Unused(reward.id, entry.id, Unit(entry.unit), -entry.quantity))
    return unused
