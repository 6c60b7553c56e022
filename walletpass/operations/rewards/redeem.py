"""Use a reward."""

from walletpass.loyalty.ledger import EntryKind, Line, RewardState
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.posting.outcome import Done, Outcome
from walletpass.operations.posting.post import post
from walletpass.operations.posting.request import Desk, Post, Posting
from walletpass.operations.services import Services
from walletpass.store import rewards

_NO = {
    RewardState.REDEEMED: "reward_already_used",
    RewardState.VOIDED: "unknown_reward",
}


def redeem(services: Services, request: Post, reward_id: int) -> Outcome:
    """Raises Refusal: those of `post`, unknown_reward, reward_already_used."""

    def decide(desk: Desk) -> Posting:
        reward = rewards.find_reward(desk.tx, desk.account.id, reward_id)
        if reward is None:
            raise Refusal("unknown_reward")
        if reward.state in _NO:
            raise Refusal(_NO[RewardState(reward.state)])
        line = Line(EntryKind.REDEEM, 0, reward=reward_id)
        return Posting(Done.REDEEMED, (line,), handed={reward_id: RewardState.REDEEMED})

    return post(services, request, decide)
