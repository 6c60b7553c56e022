"""One gift card as somebody with a pencil would keep it. What does not go is answered with why, else with nothing."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(eq=False)
class NaiveGiftCard:
    id: int
    money: int
    last: date
    holder: int
    reward: object
    """What it was taken as."""
    blocked: bool = False
    is_new: bool = True
    """Nothing was done with it yet."""
    payments: dict[int, int] = field(default_factory=dict)
    """What was paid and did not come back yet, by the id of the payment."""

    def turn_to(self, today: date) -> None:
        if self.last < today:
            self.money = 0

    def usable(self, today: date) -> int:
        return 0 if self.blocked or self.last < today else self.money

    def why_not(self, today: date) -> str:
        if self.blocked:
            return "gift_card_blocked"
        return "gift_card_expired" if self.last < today else ""

    def why_not_pay(self, money: int, today: date) -> str:
        return self.why_not(today) or ("not_enough_money" if money > self.money else "")

    def why_not_give_to(self, holder: int, today: date) -> str:
        return self.why_not(today) or ("gift_card_theirs" if holder == self.holder else "")

    def give_back(self, payment: int, money: int, grace: date) -> None:
        self.money += money
        self.payments[payment] -= money
        self.last = max(self.last, grace)
