"""What members are written when their tier changes, or is to end."""

from collections.abc import Sequence
from datetime import date

from walletpass.loyalty.notices import Notice
from walletpass.loyalty.program import Program
from walletpass.loyalty.tier_measures import Counts, DayCount
from walletpass.loyalty.tier_telling import tell_tier_progress
from walletpass.loyalty.tiers import Step, TierChange
from walletpass.loyalty.wording import Sentence, sentence


def tell_tier_letter(
    program: Program,
    change: TierChange,
    news: Sentence,
    days: Sequence[DayCount],
    lifetime: Counts,
    today: date,
    shop: str,
    link: str,
) -> Notice:
    """The `news` (of `tell_tier_change`), and what is missing, and by when (see `tell_tier_progress`)."""
    told = tell_tier_progress(program, change.membership, days, lifetime, today) or news
    if change.step is Step.LOWERED and told is not news:
        told = Sentence("%(news)s. %(told)s", "", {"news": news, "told": told})
    return Notice(
        sentence("%(shop)s: %(news)s", shop=shop, news=news),
        sentence(
            "On your card of %(shop)s: %(told)s\n\nYour card: %(link)s", shop=shop, told=told, link=link
        ),
    )
