"""How a programme stands: what its owner sees first."""

from dataclasses import dataclass
from datetime import timedelta

from walletpass.operations.designs.draft import read_draft
from walletpass.operations.posters.make_poster import SOURCE
from walletpass.operations.programs.rules import Rules, get_rules
from walletpass.operations.services import Services
from walletpass.store import figures

DAYS = 7


@dataclass(frozen=True, slots=True)
class Overview:
    rules: Rules
    join_link: str
    customers: int
    stamps: int
    """Earned in the last DAYS."""
    points: int
    """Likewise."""
    rewards_used: int
    """At the counter."""
    has_own_look: bool
    """Whether a design was published after the template's."""
    unpublished: bool
    """Whether the draft differs from what customers see."""
    poster_works: bool
    """Whether somebody joined through it."""


def load_overview(services: Services, merchant_id: int) -> Overview:
    """Raises Refusal unknown_program."""
    rules = get_rules(services, merchant_id)
    since = services.clock.now() - timedelta(days=DAYS)
    with services.snapshot() as tx:
        draft = read_draft(tx, merchant_id)
        counted = figures.count_figures(tx, merchant_id, since, SOURCE)
    return Overview(
        rules=rules,
        join_link=services.links.join(rules.code),
        customers=counted.customers,
        stamps=counted.stamps,
        points=counted.points,
        rewards_used=counted.used,
        has_own_look=draft.published_number > 1,
        unpublished=not draft.is_published,
        poster_works=counted.by_source > 0,
    )
