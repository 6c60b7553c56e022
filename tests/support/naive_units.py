"""Units as somebody with a pencil would keep them: lists of dated credits, nothing cached, nothing clever."""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from walletpass.loyalty.expiry_policy import ExpiryKind, ExpiryPolicy

ROLLING = (ExpiryKind.ROLLING_ON_EARN, ExpiryKind.ROLLING_ON_ACTIVITY, ExpiryKind.FIRST_OF)
FOREVER = date.max
A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)


def months_later(day: date, months: int) -> date:
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def midnight_after(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + A_DAY, time.min, zone).astimezone(UTC)


def clock_change_after(now: datetime, zone: ZoneInfo) -> datetime:
    """When summer time begins or ends next."""
    at = now.replace(minute=0, second=0, microsecond=0) + AN_HOUR
    while at.astimezone(zone).utcoffset() == (at - AN_HOUR).astimezone(zone).utcoffset():
        at += AN_HOUR
    return at


def end_after(policy: ExpiryPolicy, day: date) -> date:
    return months_later(day, policy.duration.months) + timedelta(days=policy.duration.days)


def is_over(policy: ExpiryPolicy, day: date) -> bool:
    """Whether all units have run out by then, whenever they were earned."""
    return policy.kind is ExpiryKind.FIXED_DATE and policy.on is not None and policy.on < day


def latest_after(policy: ExpiryPolicy, day: date) -> date:
    """However often it rolls."""
    return months_later(day, policy.at_most.months) if policy.kind is ExpiryKind.FIRST_OF else FOREVER


@dataclass(eq=False)
class Credit:
    left: int
    day: date
    """Local day on which it was earned."""
    last: date = FOREVER
    """Local day, valid to its end."""
    rolls: bool = False
    at_least: date = date.min
    """However little it rolls."""
    ended: date | None = None
    """Its last day, where that is over."""
    ran_out: int = 0
    """How much was left of it then."""
    moved: "list[Credit]" = field(default_factory=list)
    """To another card, whatever was left."""

    @property
    def all_ran_out(self) -> int:
        return self.ran_out + sum(credit.all_ran_out for credit in self.moved)

    def forget(self) -> None:
        """Nothing of it ever comes back."""
        self.ran_out = 0
        for credit in self.moved:
            credit.forget()


@dataclass(eq=False)
class Debit:
    unit: str
    parts: list[tuple[Credit, int]]

    @property
    def quantity(self) -> int:
        return sum(quantity for _, quantity in self.parts)


@dataclass
class Purse:
    """Of one unit."""

    unit: str
    credits: list[Credit] = field(default_factory=list)
    owed: int = 0
    run_out: int = 0
    """And was not given back."""
    rolls_through: date = date.min

    def last_day(self, credit: Credit) -> date:
        if credit.ended:
            return credit.ended
        if not credit.rolls:
            return credit.last
        return max(min(self.rolls_through, credit.last), credit.at_least)

    @property
    def balance(self) -> int:
        return sum(credit.left for credit in self.credits) - self.owed

    def turn_to(self, today: date) -> None:
        """What is over is gone."""
        for credit in self.credits:
            if not credit.ended and self.last_day(credit) < today:
                credit.ended, credit.left, credit.ran_out = self.last_day(credit), 0, credit.left
                self.run_out += credit.ran_out

    def open(self, policy: ExpiryPolicy, quantity: int, day: date, last: date | None = None) -> Credit:
        """A credit by the policy, or through a last day of its own."""
        credit = Credit(quantity, day, FOREVER if last is None else last)
        if last is not None:
            pass
        elif policy.kind in ROLLING:
            credit.rolls, credit.last = True, latest_after(policy, day)
        elif policy.on is not None:
            credit.last = policy.on
        elif policy.kind is ExpiryKind.FIXED_DURATION:
            credit.last = end_after(policy, day)
        elif policy.kind is ExpiryKind.END_OF_PERIOD:
            credit.last = end_after(policy, day)
            while (credit.last + A_DAY).day != 1 or credit.last.month % 3:
                credit.last += A_DAY
        self.put(credit)
        return credit

    def put(self, credit: Credit) -> None:
        """What is owed is paid from it first."""
        paid = min(self.owed, credit.left)
        self.owed -= paid
        credit.left -= paid
        self.credits.append(credit)

    def move_to(self, other: "Purse") -> None:
        """All with its dates, and what is owed."""
        for credit in self.credits:
            if credit.left:
                ends = self.last_day(credit)
                last = credit.last if credit.rolls else ends
                credit.moved.append(Credit(credit.left, credit.day, last, credit.rolls, ends))
                credit.left = 0
                other.put(credit.moved[-1])
        other.take(self.owed)
        self.owed = 0
        other.run_out, self.run_out = other.run_out + self.run_out, 0

    def roll(self, policy: ExpiryPolicy, day: date) -> None:
        if policy.kind in ROLLING:
            self.rolls_through = max(end_after(policy, day), self.rolls_through)

    def take(self, quantity: int, first: Credit | None = None) -> Debit:
        """What is not there is owed."""
        parts = []
        order = sorted(self.credits, key=self.last_day)
        for credit in [c for c in order if c is first] + [c for c in order if c is not first]:
            taken = min(credit.left, quantity)
            if taken:
                credit.left -= taken
                quantity -= taken
                parts.append((credit, taken))
        self.owed += quantity
        return Debit(self.unit, parts)

    def give_back(self, debit: Debit, today: date, grace: date) -> None:
        anew = 0
        for credit, quantity in sorted(debit.parts, key=lambda part: self.last_day(part[0])):
            paid = min(self.owed, quantity)
            self.owed -= paid
            if credit.ended:
                anew += quantity - paid
            else:
                credit.left += quantity - paid
        if anew:
            self.credits.append(Credit(anew, today, grace))

    def wake(self, policy: ExpiryPolicy, day: date, today: date) -> None:
        """Something of that day is known only now: what would have rolled on then has not run out after all."""
        for credit in self.credits:
            if policy.kind not in ROLLING or not credit.rolls or not credit.ended or credit.ended < day:
                continue
            latest = latest_after(policy, credit.day)
            if credit.ran_out and min(end_after(policy, day), latest) >= today:
                self.run_out -= credit.ran_out
                credit.left, credit.ran_out = credit.ran_out, 0
                credit.ended, credit.last, credit.at_least = None, latest, date.min

    def extend(self, until: date) -> bool:
        """Whether anything lasts longer for it."""
        short = [credit for credit in self.credits if credit.left and self.last_day(credit) < until]
        for credit in short:
            credit.at_least = until
            if not credit.rolls:
                credit.last = until
        return bool(short)

    def ends(self, zone: ZoneInfo) -> list[tuple[datetime | None, int]]:
        """When what is left runs out, and how much of it."""
        left = [(self.last_day(credit), credit.left) for credit in self.credits if credit.left]
        return sorted(
            ((None if last == FOREVER else midnight_after(last, zone), n) for last, n in left), key=str
        )
