"""Against guessing codes: whoever shows too many wrong ones has to wait, whatever door they come through."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from enum import StrEnum

from walletpass.loyalty.refusals import Refusal
from walletpass.operations.services import Services
from walletpass.store import wrong_codes

MOST_WRONG = 10
WITHIN = timedelta(minutes=1)


class CodeKind(StrEnum):
    REWARD = "reward"
    GIFT_CARD = "gift_card"
    CHECK_IN = "check_in"
    REFERRAL = "referral"


_ANSWERS = {
    CodeKind.REWARD: "unknown_reward",
    CodeKind.GIFT_CARD: "unknown_gift_card",
    CodeKind.CHECK_IN: "stale_check_in",
    CodeKind.REFERRAL: "unknown_referral",
}
"""The one refusal of a wrong code, and of one that is right elsewhere."""


@contextmanager
def counting_wrong_codes(
    services: Services, merchant_id: int, kind: CodeKind, who: str = ""
) -> Iterator[None]:
    """Around what takes a code, outside its transaction: a refusal leaves nothing else behind.

    `who`: whatever tells those apart who try; without it, all at this merchant wait together. Raises Refusal
    too_many before anything is looked up, also for a right code.
    """
    digest, now = services.vault.digest("who tries codes", who), services.clock.now()
    counted, since = (merchant_id, kind.value, digest), now - WITHIN
    with services.reading() as tx:
        if wrong_codes.count_since(tx, *counted, since) >= MOST_WRONG:
            raise Refusal("too_many")
    try:
        yield
    except Refusal as refusal:
        if refusal.code == _ANSWERS[kind]:
            with services.transaction() as tx:
                wrong_codes.add_one(tx, *counted, now, since)
        raise
