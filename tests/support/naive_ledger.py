"""One card as somebody with a pencil would keep it: units, the rewards that they bring, what each day saw."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count

from support.naive_units import FOREVER, Credit, Debit, Purse

from walletpass.loyalty.expiry_policy import ExpiryKind
from walletpass.loyalty.program import Clawback, Program
from walletpass.loyalty.reward_templates import RewardTemplate

MINOR_PER_POINT = 100
NUMBERS = count()


@dataclass(eq=False)
class Gift:
    """A reward: issued, used, expired or void."""

    template: str
    last: date = FOREVER
    state: str = "issued"
    price: Debit | None = None
    place: int = 0
    """On the card of stamps."""
    number: int = field(default_factory=NUMBERS.__next__)


@dataclass(eq=False)
class Place:
    """A place on the card that brought its gift."""

    gift: Gift
    had: int = 0
    """Stamps that another card had collected since."""
    number: int = field(default_factory=NUMBERS.__next__)


@dataclass(eq=False)
class Given:
    """What a scan, a purchase or a bonus brought."""

    day: date
    visits: int = 1
    money: int = 0
    carried: int = 0
    """Money under one point that was brought along."""
    credits: list[tuple[str, Credit, int]] = field(default_factory=list)
    """Unit, credit, and what of it was not taken back yet."""
    gifts: list[Gift] = field(default_factory=list)
    card: "NaiveCard | None" = None
    """On which that is written, where that was merged into another."""

    def worth(self, money: int) -> int:
        """Points, were it a purchase of so much."""
        return max(0, self.carried + money) // MINOR_PER_POINT if money else 0

    def carries(self, money: int) -> int:
        return self.carried + money - MINOR_PER_POINT * self.worth(money)


class NaiveCard:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.purses = {unit: Purse(unit) for unit in ("stamps", "points")}
        self.gifts: list[Gift] = []
        self.own: list[Gift] = []
        """That units of this card brought, whoever has them now."""
        self.brought: list[Place] = []
        """Oldest first."""
        self.collected: list[tuple[int, int]] = []
        """Stamps that were collected, or negative, returned; each with a number."""
        self.stayed: list[Gift] = []
        """Though what brought them was taken back, or by such a thing."""
        self.carried = 0
        self.days: defaultdict[date, Counter[str]] = defaultdict(Counter)
        self.today = date.min
        self.has_place = False
        """Whether time took a gift when it came last."""

    def balance(self, unit: str) -> int:
        return self.purses[unit].balance

    @property
    def grace(self) -> date:
        return self.today + timedelta(days=self.program.grace_days)

    def turn_to(self, now: datetime) -> list[Gift]:
        """The gifts that come in the place of those that are over."""
        self.today = now.astimezone(self.program.zone).date()
        for purse in self.purses.values():
            purse.turn_to(self.today)
        over = [gift for gift in self.gifts if gift.state == "issued" and gift.last < self.today]
        for gift in over:
            gift.state = "expired"
        self.has_place = bool(over)
        return self.give_due() if over else []

    def earn(self, given: Given, *, stamps: int = 0, points: int = 0, late: bool = False) -> None:
        """It is added to what was given then, with the gifts that it brings."""
        units = {unit: n for unit, n in (("stamps", stamps), ("points", points)) if n}
        for unit, quantity in units.items():
            credit = self._credit(unit, quantity, given.day)
            given.credits.append((unit, credit, quantity))
            if given.visits:
                self.days[given.day][unit] += quantity
        for unit in units if late else ():
            self.purses[unit].wake(self.program.expiry, given.day, self.today)
        self.days[given.day].update({"visits": given.visits, "spend_minor": given.money})
        for unit, purse in self.purses.items():
            given.gifts += self.reward(unit, purse.balance - units.get(unit, 0), given.day)

    def add(self, unit: str, quantity: int, last: date | None = None) -> list[Gift]:
        """By hand."""
        before = self.balance(unit)
        self._credit(unit, quantity, self.today, last)
        return self.reward(unit, before, self.today) + self.give_due()

    def revive(self, unit: str, quantity: int) -> list[Gift]:
        before = self.balance(unit)
        self.collect(unit, quantity)
        self.purses[unit].run_out -= quantity
        self.purses[unit].put(Credit(quantity, self.today, self.grace))
        return self.reward(unit, before, self.today) + self.give_due()

    def pay(self, unit: str, quantity: int, day: date) -> Debit:
        debit = self.purses[unit].take(quantity)
        self._act(day, unit)
        return debit

    def reward(self, unit: str, before: int, day: date) -> list[Gift]:
        return self._fill_card(before, day) if unit == "stamps" else self._convert(day)

    def give_due(self) -> list[Gift]:
        """What there is enough for, though nothing was added."""
        return [gift for unit in self.purses for gift in self.reward(unit, self.balance(unit), self.today)]

    def take_away(self, unit: str, quantity: int) -> list[Gift]:
        """By hand."""
        self.collect(unit, -quantity)
        self.purses[unit].take(quantity)
        return self.give_due()

    def choose(self, template_id: str) -> Gift:
        gift = self.issue(template_id)
        gift.price = self.pay("points", self._price(template_id), self.today)
        self.gifts.append(gift)
        return gift

    def can_choose(self, template_id: str) -> bool:
        return self.balance("points") >= self._price(template_id)

    def use(self, gift: Gift) -> list[Gift]:
        gift.state = "used"
        self._act(self.today, *self.purses)
        return self.give_due()

    def unuse(self, gift: Gift, brought: Iterable[Gift]) -> None:
        """`brought`: what came with its use."""
        for each in brought:
            self.take_back(each)
        gift.state = "issued"
        if gift.last < self.today:
            gift.last = self.grace

    def take_back(self, gift: Gift) -> None:
        if gift.price:
            self.purses[gift.price.unit].give_back(gift.price, self.today, self.grace)
        gift.state = "void" if gift.state == "issued" else gift.state

    def undo(self, given: Given) -> list[Gift]:
        for gift in reversed(given.gifts):
            self.take_back(gift)
        for unit, credit, quantity in reversed(given.credits):
            self._take_back(given, unit, credit, quantity - credit.ran_out)
        self._return(given, 0, self)
        gifts = self.give_due()
        self.stayed += gifts
        return gifts

    def refund(self, given: Given, money: int, holder: "NaiveCard") -> list[Gift] | None:
        """So much money stays. None: the shop does not take back what is spent. `holder`: has all that was here."""
        due, have = {}, {}
        for unit, credit, left in given.credits:
            stays = given.worth(money) if unit == "points" else min(money, 1)
            due[unit] = max(0, left - credit.all_ran_out - stays)
            have[unit] = holder.balance(unit)
        back = self._list_unearned(given, money, holder, due, have)
        have = {
            unit: have[unit] + sum(g.price.quantity for g in back if g.price and g.price.unit == unit)
            for unit in have
        }
        short = {unit: max(0, due[unit] - max(0, have[unit])) for unit in due}
        if self.program.clawback is Clawback.BLOCK and any(short.values()):
            return None
        for gift in back:
            self.take_back(gift)
        for unit, credit, _ in given.credits:
            off = short[unit] if self.program.clawback is Clawback.CLAMP else 0
            self._take_back(given, unit, credit, due[unit] - off)
        given.credits = [(unit, credit, left - due[unit]) for unit, credit, left in given.credits]
        self._return(given, money, holder)
        if holder is not self:
            self.move_to(holder)
        self.stayed += given.gifts if not money else []
        gifts = holder.give_due()
        holder.stayed += gifts
        return gifts

    def _list_unearned(
        self, given: Given, money: int, holder: "NaiveCard", due: dict[str, int], have: dict[str, int]
    ) -> list[Gift]:
        """Unused gifts for which the rest is not enough, and those of places that stamps go back over."""
        due, have, back = Counter(due), {unit: holder.balance(unit) for unit in holder.purses}, []
        gifts = [each for each in holder.gifts if each.state == "issued" and each in self.own]
        standing, stamps = holder.standing(), have["stamps"]
        here = [each.gift for each in standing]
        orphans = [each for each in gifts if each in given.gifts or each in self.stayed]
        lost = Counter(
            (place - 1) % holder.program.goal + 1 for place in range(stamps - due["stamps"] + 1, stamps + 1)
        )
        for place in {each.place for each in here if each.state == "used"}:
            if stamps - due["stamps"] < place <= stamps and not any(
                g.place == place for g in here if g in gifts
            ):
                lost[place] -= 1
        for gift in sorted(gifts, key=lambda gift: -gift.number):
            unit = gift.price.unit if gift.price else "stamps"
            if gift.price:
                goes = have[unit] < due[unit]
            elif lost[gift.place]:
                goes = True
                lost[gift.place] -= 1
            else:
                gave = [
                    e.gift.place for e in standing if e.gift not in orphans and holder.count_since(e) < stamps
                ]
                goes = gift in orphans and gift in here and (stamps < gift.place or gift.place in gave)
            if goes:
                back.append(gift)
                have[unit] += gift.price.quantity if gift.price else 0
        return back

    def collect(self, unit: str, quantity: int) -> None:
        if unit == "stamps":
            self.collected.append((next(NUMBERS), quantity))

    def _take_back(self, given: Given, unit: str, credit: Credit, quantity: int) -> None:
        self.collect(unit, -quantity)
        self.purses[unit].take(quantity, credit)
        if given.visits:
            self.days[given.day][unit] -= quantity

    def move_to(self, other: "NaiveCard") -> None:
        for unit, purse in self.purses.items():
            other.collect(unit, purse.balance)
            purse.move_to(other.purses[unit])

    def _return(self, given: Given, money: int, holder: "NaiveCard") -> None:
        """So much money stays; with none, it was no visit."""
        holder.carried += given.carries(money) - given.carries(given.money) if given.money else 0
        for _, credit, _ in given.credits if not money else ():
            credit.forget()
        self.days[given.day]["spend_minor"] -= given.money - money
        self.days[given.day]["visits"] -= 0 if money else given.visits
        given.money = money

    def _credit(self, unit: str, quantity: int, day: date, last: date | None = None) -> Credit:
        self.collect(unit, quantity)
        purse, policy = self.purses[unit], self.program.expiry
        credit = purse.open(policy, quantity, day, last)
        purse.roll(policy, day)
        return credit

    def _act(self, day: date, *units: str) -> None:
        if self.program.expiry.kind is ExpiryKind.ROLLING_ON_ACTIVITY:
            for unit in units:
                self.purses[unit].roll(self.program.expiry, day)

    def _fill_card(self, before: int, day: date) -> list[Gift]:
        gifts, goal = [], self.program.goal
        after, before = self.balance("stamps"), min(before, goal - 1)
        gave = self.gave()
        for place in range(before + 1, after + 1):
            on_card = (place - 1) % goal + 1
            if place < 1 or on_card not in [m.at for m in self.program.milestones]:
                continue
            if place == on_card != goal and place in gave:
                continue
            brought = self.bring(on_card, day)
            if on_card == goal and not brought:
                break
            gifts += brought
        return gifts

    def bring(self, place: int, day: date) -> list[Gift]:
        """None where the member has enough of it."""
        template = next(m.template for m in self.program.milestones if m.at == place)
        if not self.may_have(template):
            return []
        gift = self._keep(self.issue(template))
        gift.place = place
        if place == self.program.goal:
            gift.price = self.pay("stamps", place, day)
        self.brought.append(Place(gift))
        return [gift]

    def _keep(self, gift: Gift) -> Gift:
        self.gifts.append(gift)
        self.own.append(gift)
        return gift

    def may_have(self, template_id: str) -> bool:
        template = self._find(template_id)
        held = sum(gift.template == template_id and gift.state == "issued" for gift in self.gifts)
        return template is None or template.max_unredeemed is None or held < template.max_unredeemed

    def gave(self) -> set[int]:
        """Places of the present card whose gift some of its stamps have brought already."""
        return {
            each.gift.place for each in self.standing() if self.count_since(each) < self.balance("stamps")
        }

    def standing(self) -> list[Place]:
        """That brought their gift for the present card."""
        standing = [each for each in self.brought if each.gift.state != "void"]
        while any(each.gift.price for each in standing):
            standing.pop(0)
        return standing

    def count_since(self, place: Place) -> int:
        return place.had + sum(stamps for number, stamps in self.collected if number > place.number)

    def _convert(self, day: date) -> list[Gift]:
        gifts: list[Gift] = []
        template = next(t for t in self.program.rewards if t.issue == "convert")
        while self.balance("points") >= template.price and self.may_have(template.id) and len(gifts) < 50:
            gifts.append(self._keep(self.issue(template.id)))
            gifts[-1].price = self.pay("points", template.price, day)
        return gifts

    def _price(self, template_id: str) -> int:
        return next(t.price for t in self.program.rewards if t.id == template_id)

    def _find(self, template_id: str) -> RewardTemplate | None:
        return next((t for t in self.program.rewards if t.id == template_id), None)

    def issue(self, template_id: str) -> Gift:
        template = self._find(template_id)
        days = template.valid_days if template else None
        last = FOREVER if days is None else self.today + timedelta(days=days)
        at_once = template is not None and template.kind == "gift_card"
        return Gift(template_id, last, "used" if at_once else "issued")


def merge(kept: NaiveCard, gone: NaiveCard) -> list[Gift]:
    """All that the one has goes to the other; the gifts that both together have reached."""
    cards = sorted((gone, kept), key=lambda card: card.balance("stamps"))
    less, more = (card.balance("stamps") for card in cards)
    gave, smaller = kept.gave() | gone.gave(), cards[0].standing()
    theirs = [(each.gift, gone.count_since(each) + kept.balance("stamps")) for each in gone.standing()]
    gone.move_to(kept)
    kept.carried, gone.carried = kept.carried + gone.carried, 0
    open_gifts = [gift for gift in gone.gifts if gift.state == "issued"]
    gone.gifts = [gift for gift in gone.gifts if gift.state != "issued"]
    kept.gifts = sorted(kept.gifts + open_gifts, key=lambda gift: gift.number)
    gifts = _fill_joined(kept, more, min(less + more, kept.program.goal), gave)
    if any(gift.price for gift in gifts):
        theirs = [(each.gift, 0) for each in smaller if each.gift.place <= kept.balance("stamps")]
    kept.brought += [Place(gift, had) for gift, had in theirs]
    return gifts + kept.reward("points", 0, kept.today)


def _fill_joined(kept: NaiveCard, before: int, after: int, gave: set[int]) -> list[Gift]:
    """No card is begun with it: of the next one, the smaller card had all rewards."""
    gave -= {kept.program.goal}
    places = [m.at for m in kept.program.milestones if before < m.at <= after and m.at not in gave]
    return [gift for place in places for gift in kept.bring(place, kept.today)]
