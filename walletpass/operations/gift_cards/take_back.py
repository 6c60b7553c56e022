"""Take back gift cards that were rewards, together with what brought them."""

from collections.abc import Iterable
from typing import Any

from walletpass.loyalty.reward_templates import RewardKind
from walletpass.loyalty.rewards.gift_cards import void
from walletpass.operations.gift_cards.codes import digest_code
from walletpass.operations.gift_cards.moving import append, load_standing
from walletpass.operations.posting.request import Desk
from walletpass.operations.services import Services
from walletpass.store import gift_cards


def lock_untouched(services: Services, desk: Desk, rewards: Iterable[Any]) -> dict[int, Any]:
    """Reward -> its gift card, of those with which nothing was done since."""
    codes = {
        digest_code(services, services.vault.unseal(reward.code_sealed)): reward.id
        for reward in rewards
        if reward.kind == RewardKind.GIFT_CARD
    }
    if not codes:
        return {}
    locked = gift_cards.lock_by_codes(desk.tx, codes)  # what was given to somebody has a new code
    touched = gift_cards.list_touched(desk.tx, [card.id for card in locked])
    return {codes[card.code_digest]: card for card in locked if card.id not in touched}


def take_back_gift_card(services: Services, desk: Desk, card: Any) -> None:
    append(services, desk.tx, card, void(load_standing(card)), desk.now)
