"""Write down that gift cards have ended.

Nothing depends on when that is done: a card that has ended pays nothing from that instant on.
"""

from walletpass.operations.gift_cards.moving import settle
from walletpass.operations.services import Services
from walletpass.store import gift_cards

_AT_ONCE = 100


def expire_gift_cards(services: Services) -> int:
    """How many were done; fewer than there are when that is many, so a caller goes on until it is 0."""
    now = services.clock.now()
    with services.reading() as tx:
        ended = gift_cards.list_ended(tx, now, _AT_ONCE)
    for gift_card_id in ended:
        with services.transaction() as tx:
            row = gift_cards.lock_gift_card(tx, gift_card_id)
            if row is not None:
                settle(services, tx, row, now)
    return len(ended)
