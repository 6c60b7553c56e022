"""One card as somebody with a pencil would keep it: lists of dated credits, nothing cached, nothing clever."""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from walletpass.loyalty.expiry_policy import ExpiryKind
from walletpass.loyalty.program import Clawback, Program

ROLLING = (ExpiryKind.ROLLING_ON_EARN, ExpiryKind.ROLLING_ON_ACTIVITY, ExpiryKind.FIRST_OF)
FOREVER = date.max


def months_later(day: date, months: int) -> date:
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@dataclass(eq=False)
class Credit:
    left: int
    last: date = FOREVER
    """Local day, valid to its end."""
    rolls: bool = False
    ran_out: int | None = None
    """How much of it, where its last day is over."""


@dataclass(eq=False)
class Debit:
    unit: str
    parts: list[tuple[Credit, int]]
    paid_back: bool = False

    @property
    def quantity(self) -> int:
        return sum(quantity for _, quantity in self.parts)


@dataclass(eq=False)
class Gift:
    """A reward: issued, used, expired or void."""

    template: str
    last: date = FOREVER
    state: str = "issued"
    price: Debit | None = None


@dataclass(eq=False)
class Given:
    """What a scan or a purchase brought."""

    at: datetime
    money: int
    credits: list[tuple[str, Credit, int]] = field(default_factory=list)
    """Unit, credit, and what of it was not taken back yet."""
    gifts: list[Gift] = field(default_factory=list)


@dataclass
class Purse:
    """Of one unit."""

    credits: list[Credit] = field(default_factory=list)
    owed: int = 0
    rolls_through: date | None = None

    def last_day(self, credit: Credit) -> date:
        if not credit.rolls:
            return credit.last
        assert self.rolls_through is not None
        return min(self.rolls_through, credit.last)

    @property
    def balance(self) -> int:
        return sum(credit.left for credit in self.credits) - self.owed


class NaiveCard:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.purses = {"stamps": Purse(), "points": Purse()}
        self.gifts: list[Gift] = []
        self.today = date.min

    def balance(self, unit: str) -> int:
        return self.purses[unit].balance

    def turn_to(self, now: datetime) -> None:
        """What is over is gone."""
        self.today = now.astimezone(self.program.zone).date()
        for purse in self.purses.values():
            for credit in purse.credits:
                if credit.ran_out is None and purse.last_day(credit) < self.today:
                    credit.left, credit.ran_out = 0, credit.left
        for gift in self.gifts:
            if gift.state == "issued" and gift.last < self.today:
                gift.state = "expired"

    def credit(self, unit: str, quantity: int, last: date | None = None, *, rolls: bool = True) -> Credit:
        purse, credit = self.purses[unit], Credit(quantity)
        if last is not None:
            credit.last = last
        else:
            self._date(credit)
        purse.credits.append(credit)
        paid = min(purse.owed, quantity)
        purse.owed -= paid
        credit.left -= paid
        if rolls:
            self._roll(purse)
        return credit

    def debit(self, unit: str, quantity: int, first: Credit | None = None, *, uses: bool = False) -> Debit:
        """What is not there is owed."""
        purse, parts = self.purses[unit], []
        order = sorted(purse.credits, key=purse.last_day)
        for credit in [c for c in order if c is first] + [c for c in order if c is not first]:
            taken = min(credit.left, quantity)
            if taken:
                credit.left -= taken
                quantity -= taken
                parts.append((credit, taken))
        purse.owed += quantity
        if uses and self.program.expiry.kind is ExpiryKind.ROLLING_ON_ACTIVITY:
            self._roll(purse)
        return Debit(unit, parts)

    def give_back(self, debit: Debit) -> None:
        purse, anew = self.purses[debit.unit], 0
        debit.paid_back = True
        for credit, quantity in sorted(debit.parts, key=lambda part: purse.last_day(part[0])):
            paid = min(purse.owed, quantity)
            purse.owed -= paid
            if credit.ran_out is not None:
                anew += quantity - paid
            else:
                credit.left += quantity - paid
        if anew:
            purse.credits.append(Credit(anew, self.today + timedelta(days=self.program.grace_days)))

    def collect(self, unit: str, quantity: int, last: date | None = None) -> tuple[Credit, list[Gift]]:
        """A credit, and the gifts that it brings."""
        before = self.balance(unit)
        credit = self.credit(unit, quantity, last)
        gifts = self._fill_card(before) if unit == "stamps" else self._convert()
        self.gifts += gifts
        return credit, gifts

    def _fill_card(self, before: int) -> list[Gift]:
        gifts, goal = [], self.program.goal
        after, before = self.balance("stamps"), min(before, goal - 1)
        for place in range(before + 1, after + 1):
            on_card = (place - 1) % goal + 1
            if place < 1 or on_card not in [m.at for m in self.program.milestones]:
                continue
            gift = self._issue(next(m.template for m in self.program.milestones if m.at == on_card))
            if on_card == goal:
                gift.price = self.debit("stamps", goal, uses=True)
            gifts.append(gift)
        return gifts

    def _convert(self) -> list[Gift]:
        gifts = []
        template = next(t for t in self.program.rewards if t.issue == "convert")
        while self.balance("points") >= template.price and len(gifts) < 50:
            gifts.append(self._issue(template.id))
            gifts[-1].price = self.debit("points", template.price, uses=True)
        return gifts

    def choose(self, template_id: str) -> Gift:
        gift = self._issue(template_id)
        price = next(t.price for t in self.program.rewards if t.id == template_id)
        gift.price = self.debit("points", price, uses=True)
        self.gifts.append(gift)
        return gift

    def use(self, gift: Gift) -> None:
        gift.state = "used"
        if self.program.expiry.kind is ExpiryKind.ROLLING_ON_ACTIVITY:
            self._roll(self.purses["stamps"])

    def refund(self, given: Given, money: int) -> bool:
        """So much money stays. False: the shop does not take back what is spent."""
        due, have = {}, {}
        for unit, credit, left in given.credits:
            stays = money // 100 if unit == "points" else min(money, 1)
            due[unit] = max(0, left - (credit.ran_out or 0) - stays)
            have[unit] = self.balance(unit)
        back = []
        for gift in reversed([gift for gift in given.gifts if gift.state == "issued"]):
            unit = gift.price.unit if gift.price else ""
            if not money or (gift.price and due[unit] > have[unit]):
                back.append(gift)
                if gift.price:
                    have[unit] += gift.price.quantity
        short = {unit: max(0, due[unit] - max(0, have[unit])) for unit in due}
        if self.program.clawback is Clawback.BLOCK and any(short.values()):
            return False
        for gift in back:
            gift.state = "void"
            if gift.price:
                self.give_back(gift.price)
        for unit, credit, _ in given.credits:
            off = short[unit] if self.program.clawback is Clawback.CLAMP else 0
            self.debit(unit, due[unit] - off, credit)
        given.credits = [(unit, credit, left - due[unit]) for unit, credit, left in given.credits]
        given.money = money
        return True

    def _issue(self, template_id: str) -> Gift:
        template = next((t for t in self.program.rewards if t.id == template_id), None)
        days = template.valid_days if template else None
        return Gift(template_id, FOREVER if days is None else self.today + timedelta(days=days))

    def _date(self, credit: Credit) -> None:
        policy = self.program.expiry
        end = months_later(self.today, policy.duration.months) + timedelta(days=policy.duration.days)
        if policy.kind in ROLLING:
            credit.rolls = True
            if policy.kind is ExpiryKind.FIRST_OF:
                credit.last = months_later(self.today, policy.at_most.months)
        elif policy.kind is ExpiryKind.FIXED_DURATION:
            credit.last = end
        elif policy.kind is ExpiryKind.END_OF_PERIOD:
            while (end + timedelta(days=1)).day != 1 or end.month % 3:
                end += timedelta(days=1)
            credit.last = end

    def _roll(self, purse: Purse) -> None:
        policy = self.program.expiry
        if policy.kind in ROLLING:
            end = months_later(self.today, policy.duration.months) + timedelta(days=policy.duration.days)
            purse.rolls_through = max(end, purse.rolls_through or end)

    def ends(self, unit: str) -> list[tuple[datetime | None, int]]:
        """When what is left runs out, and how much of it."""
        purse = self.purses[unit]
        left = [(purse.last_day(credit), credit.left) for credit in purse.credits if credit.left]
        return sorted(
            ((None if last == FOREVER else midnight_after(last, self.program.zone), n) for last, n in left),
            key=str,
        )


def midnight_after(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, zone).astimezone(UTC)
