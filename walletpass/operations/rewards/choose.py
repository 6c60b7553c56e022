"""A member takes a reward for its price."""

from walletpass.loyalty.rewards.issuing import choose as decide_choice
from walletpass.loyalty.units import Unit
from walletpass.operations.posting.outcome import Done, Outcome
from walletpass.operations.posting.post import post
from walletpass.operations.posting.request import Desk, Post, Posting
from walletpass.operations.posting.shelf import load_shelf
from walletpass.operations.services import Services


def choose(services: Services, request: Post, template_id: str) -> Outcome:
    """Raises Refusal: those of `post`, and of `loyalty.rewards.issuing.choose`."""

    def decide(desk: Desk) -> Posting:
        shelf = load_shelf(desk)
        template = shelf.find(template_id)
        unit = template.unit if template else Unit.POINTS
        balance = getattr(desk.account, unit.value)
        return Posting(Done.CHOSEN, grants=decide_choice(shelf, template_id, balance, desk.now).grants)

    return post(services, request, decide)
