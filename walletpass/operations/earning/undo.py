"""Take back what was done last to a card."""

from collections import Counter

from walletpass.loyalty.ledger import EntryKind, PastEntry, RewardState
from walletpass.loyalty.program import Clawback
from walletpass.loyalty.refunds import decide_refund
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.reward_templates import RewardKind
from walletpass.loyalty.rules.basket import NOTHING, Basket
from walletpass.loyalty.undoing import decide_undo
from walletpass.loyalty.units import Unit
from walletpass.operations.earning.refund import load_credits, move_carried
from walletpass.operations.gift_cards.take_back import lock_untouched, take_back_gift_card
from walletpass.operations.posting.outcome import VISITS, Done, Outcome
from walletpass.operations.posting.post import post
from walletpass.operations.posting.request import Business, Desk, Post, Posting, TakenBack
from walletpass.operations.rewards.reach import reach_due
from walletpass.operations.rewards.redeem import get_reward, renew
from walletpass.operations.services import Services
from walletpass.store import ledger, rewards


def undo(services: Services, request: Post, *, at_any_time: bool = False) -> Outcome:
    """`at_any_time`: an owner corrects, also what a rule gave by itself; staff have the programme's undo window.

    Raises Refusal: those of `post`, nothing_to_undo, undo_too_late, reward_already_used.
    """

    def decide(desk: Desk) -> Posting:
        find_last = ledger.find_last_activity if at_any_time else ledger.find_last_at_counter
        last = find_last(desk.tx, desk.account.id)
        if last is None or last.kind in (Done.MOVED, Done.REFUNDED):
            raise Refusal("nothing_to_undo")
        credits_ = load_credits(desk, [last.id])
        left = {credit.id: credit.left for credit in credits_}
        entries = [
            PastEntry(e.id, EntryKind(e.kind), left.get(e.id, e.quantity), e.issued_reward_id, Unit(e.unit))
            for e in ledger.list_entries_of(desk.tx, [last.id])
        ]
        issued = rewards.list_rewards_of(desk.tx, last.id)
        untouched = lock_untouched(services, desk, issued)
        units = {reward.id for reward in issued if reward.kind == RewardKind.BONUS_UNITS}
        others = [reward for reward in issued if reward.id not in {*untouched, *units}]
        states = [RewardState(reward.state) for reward in others]
        lines = decide_undo(
            desk.program.limits, entries, last.happened_at, states, desk.now, at_any_time=at_any_time
        )
        back = {
            line.reward: RewardState.ISSUED
            for line in lines
            # One that was taken for its price goes back with the price.
            if line.kind is EntryKind.REVERSE_REDEEM and line.reward is not None and not line.quantity
        }
        in_hand = [get_reward(desk.tx, desk.account.id, reward_id) for reward_id in back]
        for reward in in_hand:
            renew(desk, reward)
        held = Counter(reward.template for reward in in_hand)
        held.subtract(reward.template for reward in others)
        for card in untouched.values():
            take_back_gift_card(services, desk, card)
        was = Basket.load(last.details["basket"]) if last.details else Basket()
        kept = decide_refund(Clawback.ALLOW_NEGATIVE, credits_, was, NOTHING, {})
        return Posting(
            Done.UNDONE,
            lines,
            reach_due(desk, lines, held),
            handed={**back, **dict.fromkeys({*untouched, *units}, RewardState.VOIDED)},
            business=Business(eligible_minor=-last.eligible_minor),
            carried=move_carried(desk.account.carried, kept.carried),
            counted=kept.uncounted,
            takes_back=TakenBack(last.id, last.happened_at),
            undoes=last.id,
            undoes_at=last.location_id,
            unvisits=last.kind in VISITS,
        )

    return post(services, request, decide)
