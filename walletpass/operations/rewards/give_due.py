"""Give what a balance has reached already, such as by rules that were published since."""

import logging

from walletpass.loyalty.refusals import Refusal
from walletpass.operations.posting.outcome import Done
from walletpass.operations.posting.post import open_desk
from walletpass.operations.posting.request import Post, Posting
from walletpass.operations.posting.write import write
from walletpass.operations.rewards.reach import reach_due
from walletpass.operations.services import Services
from walletpass.store.session import Transaction

log = logging.getLogger(__name__)


def give_due(services: Services, tx: Transaction, account_id: int) -> None:
    """To a locked account. What is refused comes with whatever is posted next."""
    try:
        with tx.begin_nested():
            desk = open_desk(services, tx, account_id)
            if grants := reach_due(desk, (), {}):
                by_itself = Posting(Done.EXPIRED, grants=grants)
                write(services, desk, by_itself, Post(desk.account.merchant_id, account_id, "", {}))
    except Refusal as refusal:
        log.warning("reached.refused", extra={"account": account_id, "why": refusal.code})
