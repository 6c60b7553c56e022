"""Take back a purchase or a part of it: by new lines, from the terms stored with what it earned."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from walletpass.loyalty.identifiers import read_bill
from walletpass.loyalty.ledger import EntryKind, Line, RewardState
from walletpass.loyalty.program import Clawback
from walletpass.loyalty.refunds import Credit, count_taken_back, decide_refund
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.reward_templates import RewardKind
from walletpass.loyalty.rewards.issuing import AT_ONCE
from walletpass.loyalty.rewards.returning import Brought, list_unearned
from walletpass.loyalty.rules.basket import NOTHING, Basket
from walletpass.loyalty.units import Unit
from walletpass.operations.gift_cards.moving import load_standing
from walletpass.operations.gift_cards.take_back import lock_untouched, take_back_gift_card
from walletpass.operations.posting.move import move_out
from walletpass.operations.posting.outcome import VISITS, Done, Outcome
from walletpass.operations.posting.post import open_desk, post
from walletpass.operations.posting.request import Business, Desk, Left, Post, Posting, TakenBack
from walletpass.operations.posting.write import write
from walletpass.operations.rewards.reach import list_waiting, reach_due, sum_usable
from walletpass.operations.services import Services
from walletpass.operations.tiers.follow import TIER
from walletpass.store import accounts, due, ledger, lots
from walletpass.store.brought import list_brought
from walletpass.store.given_on_card import list_given_on_card

_CREDITS = (EntryKind.EARN, EntryKind.BONUS)


def refund(services: Services, request: Post, external_id: str, returned: Basket | None = None) -> Outcome:
    """`returned`: what comes back; None: all of it.

    Unused rewards that the purchase brought go back first, unless what is left brings them too. So do gift cards with
    which nothing was done, and units that were a reward, whatever was done with them.
    Raises Refusal: those of `post`, unknown_purchase, taken_back_already, refund_too_large, not_bought, units_used,
    bad_bill, bad_amount.
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


def take_back(
    services: Services,
    desk: Desk,
    activity: Any,
    before: Basket,
    after: Basket,
    staff_id: int | None = None,
    reason: str = "",
) -> Posting:
    """What an activity brought, also one of a card that was merged into this one: that is taken back in its own
    ledger, and what is left there then, a debt or units, follows the rest. `reason`: as for `decide_refund`.
    Raises Refusal units_used.
    """
    is_own = activity.account_id == desk.account.id
    home = desk if is_own else open_desk(services, desk.tx, activity.account_id)
    credits_ = [credit for credit in load_credits(home, [activity.id]) if credit.reward is None]
    found = list_brought(desk.tx, activity, desk.account.id)
    cards = _lock_lasting(services, desk, found)
    brought = _load_brought(home, found, cards)
    unearned = _list_unearned(desk, credits_, brought, before, after)
    available = _sum_available(desk, credits_, unearned)
    bonuses = [each.bonus for each in unearned if each.bonus]
    refunded = decide_refund(home.program.clawback, credits_, before, after, available, bonuses, reason)
    for each in unearned:
        if each.reward_id in cards:
            take_back_gift_card(services, desk, cards[each.reward_id])
    posting = Posting(
        Done.REFUNDED,
        (*(_give_back(each) for each in unearned if each.price), *refunded.lines),
        handed={each.reward_id: RewardState.VOIDED for each in unearned},
        business=Business(eligible_minor=after.eligible_minor - before.eligible_minor),
        carried=move_carried(desk.account.carried, refunded.carried),
        counted=refunded.uncounted,
        takes_back=TakenBack(activity.id, activity.happened_at),
        left=Left(activity.id, after),
        unvisits=not after.quantity and activity.kind in VISITS,
    )
    if not is_own:
        posting = _write_there(services, home, posting, staff_id)
        due.ring(desk.tx, desk.account.id, TIER, desk.now)
    fewer = {template: -n for template, n in Counter(each.template for each in unearned).items()}
    return replace(posting, grants=reach_due(desk, posting.lines, fewer))


def _write_there(services: Services, home: Desk, posting: Posting, staff_id: int | None) -> Posting:
    """What follows from it for the card that stayed."""
    gone = home.account
    own = replace(posting, carried=None, counted=(), tier=gone.tier)
    write(services, home, own, Post(gone.merchant_id, gone.id, "", {}, staff_id))
    home = replace(home, account=accounts.lock_account(home.tx, gone.id))
    lines = move_out(services, home, staff_id)
    return Posting(Done.REFUNDED, lines, carried=posting.carried, counted=posting.counted)


def load_credits(desk: Desk, activity_ids: Collection[int]) -> list[Credit]:
    """What activities of one card earned, with what was taken back of it already, or ran out, with whichever card:
    nobody owes that."""
    backs: dict[int, list[tuple[int, Mapping[str, Any] | None]]] = defaultdict(list)
    for entry in ledger.list_reversals_of(desk.tx, activity_ids):
        backs[entry.reverses_id].append((entry.quantity, entry.breakdown))
    expired = lots.sum_expired(desk.tx, activity_ids, desk.account.merged_into_id)
    return [
        Credit(
            entry.id,
            EntryKind(entry.kind),
            entry.quantity,
            Unit(entry.unit),
            entry.rule,
            entry.breakdown,
            count_taken_back(backs[entry.id]) + expired[entry.id],
            entry.issued_reward_id,
        )
        for entry in ledger.list_entries_of(desk.tx, activity_ids)
        if entry.kind in _CREDITS
    ]


def move_carried(carried: Mapping[str, int] | None, by: Mapping[str, int]) -> dict[str, int] | None:
    if not by:
        return None
    present = carried or {}
    return {rule: present.get(rule, 0) + by.get(rule, 0) for rule in {**present, **by}}


def _list_unearned(
    desk: Desk, credits_: Sequence[Credit], brought: Sequence[Brought], before: Basket, after: Basket
) -> list[Brought]:
    wanted = decide_refund(Clawback.ALLOW_NEGATIVE, credits_, before, after, {}).lines
    waiting = list_waiting(desk)
    return list_unearned(
        brought,
        list_given_on_card(desk.tx, desk.account.id),
        {unit: getattr(desk.account, unit.value) for unit in Unit},
        {unit: -sum_usable(desk, wanted, unit, waiting) for unit in Unit},
        desk.program.goal,
        whole=not after.quantity,
    )


def _sum_available(desk: Desk, credits_: Sequence[Credit], unearned: Sequence[Brought]) -> dict[Unit, int]:
    """With what comes back first, and what the activity itself gave even if it waits."""
    waiting = list_waiting(desk)
    back = [(each.unit, each.price) for each in unearned]
    back += [(credit.unit, waiting.get(credit.id, 0)) for credit in credits_]
    return {unit: getattr(desk.account, unit.value) + sum(n for of, n in back if of is unit) for unit in Unit}


def _lock_lasting(services: Services, desk: Desk, rewards: Iterable[Any]) -> dict[int, Any]:
    """As `lock_untouched`, but for cards that have ended: such a reward has expired."""
    untouched = lock_untouched(services, desk, rewards)
    return {reward: card for reward, card in untouched.items() if not load_standing(card).has_ended(desk.now)}


def _load_brought(home: Desk, rewards: Sequence[Any], cards: Collection[int]) -> list[Brought]:
    """`home`: the card in whose ledger they were given; `cards`: of those that are gift cards, the ones that may go."""
    units = {row.activity_id for row in rewards if row.kind == RewardKind.BONUS_UNITS}
    bonuses = {credit.reward: credit for credit in load_credits(home, units)} if units else {}
    return [
        Brought(
            row.id,
            "" if row.kind in AT_ONCE else row.template,
            row.is_orphan,
            row.milestone,
            -(row.quantity or 0),
            Unit(row.unit or Unit.STAMPS),
            row.entry_id,
            bonuses.get(row.id),
        )
        for row in rewards
        if row.kind != RewardKind.GIFT_CARD or row.id in cards
    ]


def _give_back(each: Brought) -> Line:
    return Line(
        EntryKind.REVERSE_CONVERT, each.price, reverses=each.entry_id, reward=each.reward_id, unit=each.unit
    )
