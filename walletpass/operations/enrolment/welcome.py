"""What joining brings at once."""

from walletpass.loyalty.earn_rules import Trigger
from walletpass.loyalty.program import Program
from walletpass.loyalty.rules.activity import Activity
from walletpass.operations.earning.decide import decide_activity
from walletpass.operations.posting.outcome import Done
from walletpass.operations.posting.post import open_desk
from walletpass.operations.posting.request import Business, Desk, Post, Posting
from walletpass.operations.posting.write import write
from walletpass.operations.services import Services
from walletpass.store.session import Transaction


def give_welcome(
    services: Services, tx: Transaction, rules: Program, account_id: int, location_id: int | None
) -> None:
    """Part of joining, so that nobody has it twice and none is lost. Nothing is read where no rule gives any."""
    if not any(rule.trigger is Trigger.WELCOME for rule in rules.earn):
        return
    desk = open_desk(services, tx, account_id)
    posting = decide_welcome(desk, location_id)
    if posting.lines or posting.grants:
        request = Post(desk.account.merchant_id, account_id, "", {}, location_id=location_id)
        write(services, desk, posting, request)


def decide_welcome(desk: Desk, location_id: int | None) -> Posting:
    activity = Activity(frozenset({Trigger.WELCOME}), desk.now, location_id=location_id)
    return decide_activity(desk, Done.GIVEN, activity, Business())
