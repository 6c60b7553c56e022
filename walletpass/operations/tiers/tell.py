"""Write to members whose tier changed, or is to end."""

from datetime import datetime

from walletpass.loyalty.notices import Notice
from walletpass.loyalty.tier_letters import tell_tier_letter
from walletpass.loyalty.tier_telling import tell_tier_change
from walletpass.loyalty.tiers import Step, TierChange
from walletpass.operations.posting.letters import write_to_member
from walletpass.operations.posting.request import Desk
from walletpass.operations.services import Services
from walletpass.operations.tiers.memberships import find_left, load_counts, load_membership
from walletpass.store import due


def send_tier_note(services: Services, desk: Desk, item: due.Item) -> datetime | None:
    """As it stands by now: what was taken back meanwhile is not told."""
    present = load_membership(desk.tx, desk.account.id)
    if present is None:
        return None
    change = TierChange(Step((item.payload or {})["step"]), present)
    counts = load_counts(desk)
    news = tell_tier_change(desk.program, change, find_left(desk.tx, desk.account.id))
    if news is not None:

        def tell(shop: str, link: str) -> Notice:
            return tell_tier_letter(desk.program, change, news, *counts, desk.today, shop, link)

        write_to_member(services, desk, tell, desk.now)
    return None
