"""Somebody who buys and gives back."""

from collections.abc import Callable
from typing import Any

from support.audits import find_breaches
from support.rules import publish_changes
from support.shops import Shop

from walletpass.loyalty.earn_rules import EarnRule, Trigger
from walletpass.loyalty.program import ProgramKind
from walletpass.loyalty.reward_templates import IssueMode, RewardKind, RewardTemplate
from walletpass.loyalty.rules.amounts import Price
from walletpass.loyalty.rules.basket import returned
from walletpass.loyalty.units import Unit
from walletpass.operations.earning.purchase import Purchase, post_purchase
from walletpass.operations.earning.refund import refund
from walletpass.operations.earning.undo import undo
from walletpass.operations.posting.outcome import Outcome
from walletpass.operations.rewards.redeem import redeem
from walletpass.store import accounts, rewards

STAMP_FOR_TEN = EarnRule("come", Trigger.AMOUNT, Unit.STAMPS, 1, per_minor=1000)
SPEND = EarnRule("spend", Trigger.AMOUNT, Unit.POINTS, 1, per_minor=100)
BUN = RewardTemplate("bun", RewardKind.GIFT, "Bun", issue=IssueMode.CONVERT, price=50)


class Card:
    """Somebody's, in a shop where 10.00 are one stamp or 10 points."""

    def __init__(self, shop: Shop, **changes: Any) -> None:
        self.shop = shop
        publish_changes(shop, **{"kind": ProgramKind.MIXED, "earn": (STAMP_FOR_TEN,), **changes})
        self.account = shop.account_id(shop.join())

    def buy(self, bill: str, euros: int = 10) -> Outcome:
        self.shop.clock.pass_by(minutes=2)
        purchase = Purchase(Price(100 * euros), "EUR", {}, bill)
        return self._ask(post_purchase, purchase)

    def give_back(self, bill: str, euros: int = 0) -> Outcome:
        return self._ask(refund, bill, returned(100 * euros) if euros else None)

    def undo(self) -> Outcome:
        return self._ask(undo, at_any_time=True)

    def use_one(self) -> Outcome:
        return self._ask(redeem, self._list_ready()[0].id)

    @property
    def stands(self) -> tuple[int, int, list[str]]:
        """Stamps, points, and rewards in the hand."""
        with self.shop.services.reading() as tx:
            account: Any = accounts.find_account(tx, self.account)
        return account.stamps, account.points, [row.title for row in self._list_ready()]

    def _list_ready(self) -> list[Any]:
        with self.shop.services.reading() as tx:
            return rewards.list_ready_rewards(tx, self.account, self.shop.clock.now())

    def _ask(self, call: Callable[..., Outcome], *args: Any, **more: Any) -> Outcome:
        outcome = call(self.shop.services, self.shop.request(self.account), *args, **more)
        assert find_breaches(self.shop) == []
        return outcome
