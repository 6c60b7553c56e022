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
    found = {}
    for reward in rewards:
        if reward.kind == RewardKind.GIFT_CARD:
            digest = digest_code(services, services.vault.unseal(reward.code_sealed))
            known = gift_cards.find_by_code(
                desk.tx, digest
            )  # none: it was given to somebody, with a new code
            card = gift_cards.lock_gift_card(desk.tx, known.id) if known is not None else None
            if card is not None and card.last_seq == 1:
                found[reward.id] = card
    return found


def take_back_gift_card(services: Services, desk: Desk, card: Any) -> None:
    append(services, desk.tx, card, void(load_standing(card)), desk.now)
