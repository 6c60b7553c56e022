"""Which rewards an account gets, and which units pay for them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from walletpass.loyalty.ledger import EntryKind, Line
from walletpass.loyalty.local_days import end_of_day, local_day
from walletpass.loyalty.program import Milestone
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.reward_templates import IssueMode, RewardKind, RewardTemplate
from walletpass.loyalty.units import Unit, UnitNames
from walletpass.loyalty.wording import UnitCount

MOST_AT_ONCE = 50
"""Rewards that one posting gives; units for more stay, and the next posting goes on with them."""
AT_ONCE = (RewardKind.BONUS_UNITS, RewardKind.GIFT_CARD)
"""Kinds that a member has as soon as they are given: nothing is left to be redeemed."""


@dataclass(frozen=True, slots=True)
class Given:
    """How often a template was given before: counters, never a history."""

    in_all: int = 0
    to_member: int = 0
    unused: int = 0
    """Of those, in the member's hands now."""


_LIMITS = (
    ("stock", "in_all", "reward_out_of_stock"),
    ("per_member", "to_member", "reward_taken"),
    ("max_unredeemed", "unused", "use_rewards_first"),
)
"""Limit of a template, what counts towards it, the refusal."""


class Shelf(msgspec.Struct, frozen=True):
    """What rewards are given by: the templates of the rules, and what went out before."""

    templates: tuple[RewardTemplate, ...]
    zone: ZoneInfo
    given: Mapping[str, Given] = {}
    """By template id; one that is missing was never given."""
    unit_names: UnitNames = {}

    def find(self, template_id: str) -> RewardTemplate | None:
        return next((t for t in self.templates if t.id == template_id), None)

    def after(self, grants: "Iterable[Grant]") -> "Shelf":
        """What is left to decide by, where one posting gives for several reasons."""
        given = dict(self.given)
        for template_id, n in Counter(grant.template.id for grant in grants).items():
            past = given.get(template_id, Given())
            given[template_id] = Given(past.in_all + n, past.to_member + n, past.unused + n)
        return replace(self, given=given)

    def holding(self, more: Mapping[str, int]) -> "Shelf":
        """Where so many more of each template are unused; negative: fewer."""
        given = dict(self.given)
        for template_id, n in more.items():
            past = given.get(template_id, Given())
            given[template_id] = Given(past.in_all, past.to_member, past.unused + n)
        return replace(self, given=given)


@dataclass(frozen=True, slots=True)
class Grant:
    """A reward to issue."""

    template: RewardTemplate
    milestone: int = 0
    """Stamps that brought it; 0 where something else did."""
    valid_to: datetime | None = None
    """The instant at which it is gone; None: never."""
    cost: Line | None = None
    """The line that pays for it; it names the reward once that has an id."""


class Issue(msgspec.Struct, frozen=True):
    """The decision: rewards in order, and what is left."""

    grants: tuple[Grant, ...]
    balance: int
    """Units afterwards: on a card of stamps, those of the present card."""
    withheld: tuple[Refusal, ...] = ()
    """Why a reward that was reached is not given."""

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(grant.cost for grant in self.grants if grant.cost)


def passes_one(milestones: Sequence[Milestone], before: int, after: int) -> bool:
    """Whether a milestone lies on that way that leaves the card as it is."""
    return any(before < milestone.at <= after for milestone in milestones[:-1])


def issue_milestones(
    shelf: Shelf,
    milestones: Sequence[Milestone],
    before: int,
    after: int,
    now: datetime,
    passed: Collection[int] = (),
) -> Issue:
    """What a card gives on its way from `before` to `after` stamps.

    Every milestone that is reached or passed gives its reward, in order. The last one turns the full card into its
    reward, and stamps above it go on to the next card. Where that reward may not be given, the stamps stay. Stamps
    that are a reward count like others: a place that they reach gives its own.

    `passed`: places that gave their reward for some of these stamps already, before others were returned.
    """
    goal, issuer = milestones[-1].at, _Issuer(shelf, now)
    # A later version may have made the card smaller than what is already on it: its last reward is then due.
    before, bonus = min(before, goal - 1), 0
    while True:
        crossed = [m for m in milestones if before < m.at <= after and (m.at == goal or m.at not in passed)]
        given = [issuer.give_milestone(milestone, goal) for milestone in crossed]
        is_full, bonus_before = after >= goal, bonus
        bonus = sum_bonus(issuer.grants, Unit.STAMPS)
        before, after = after, after + bonus - bonus_before
        if is_full and given[-1]:
            before, after, passed = 0, after - goal, ()
        elif is_full or after == before:
            return issuer.issue(after)


def sum_bonus(grants: "Iterable[Grant]", unit: Unit) -> int:
    """Units that are rewards themselves."""
    of_unit = (
        g.template for g in grants if g.template.kind is RewardKind.BONUS_UNITS and g.template.unit is unit
    )
    return sum(template.quantity for template in of_unit)


def convert(shelf: Shelf, unit: Unit, balance: int, now: datetime) -> Issue:
    """Turn units into rewards for as long as they last; a template that stands first goes first."""
    issuer = _Issuer(shelf, now)
    for template in shelf.templates:
        if template.issue is not IssueMode.CONVERT or template.unit is not unit:
            continue
        while balance >= template.price and issuer.give(template, _price(template, EntryKind.CONVERT)):
            balance -= template.price
    return issuer.issue(balance)


def choose(shelf: Shelf, template_id: str, balance: int, now: datetime) -> Issue:
    """A member takes a reward for its price, out of `balance` units that can be spent.

    Raises Refusal: unknown_reward, not_for_choosing, not_enough_units, reward_out_of_stock, reward_taken,
    use_rewards_first.
    """
    template = shelf.find(template_id)
    if template is None:
        raise Refusal("unknown_reward")
    if template.issue is not IssueMode.CHOOSE:
        raise Refusal("not_for_choosing")
    if balance < template.price:
        names = (template.unit, shelf.unit_names)
        price, there = UnitCount(template.price, *names), UnitCount(balance, *names)
        raise Refusal("not_enough_units", price=price, balance=there)
    issuer = _Issuer(shelf, now)
    if not issuer.give(template, _price(template, EntryKind.REDEEM)):
        raise issuer.withheld[0]
    return issuer.issue(balance - template.price)


def give(shelf: Shelf, template_ids: Iterable[str], now: datetime) -> Issue:
    """Rewards that cost nothing: of an earn rule, a tier. An id that no longer exists gives nothing."""
    issuer = _Issuer(shelf, now)
    for template_id in template_ids:
        if template := shelf.find(template_id):
            issuer.give(template)
    return issuer.issue(0)


def end_of_validity(template: RewardTemplate, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The instant after the last valid local day."""
    if template.valid_days is None:
        return None
    return end_of_day(local_day(now, zone) + timedelta(days=template.valid_days), zone)


class _Issuer:
    """Gives while limits allow, and notes why not."""

    def __init__(self, shelf: Shelf, now: datetime) -> None:
        self._shelf, self._now = shelf, now
        self.grants: list[Grant] = []
        self._counts: Counter[str] = Counter()
        self.withheld: list[Refusal] = []

    def give(self, template: RewardTemplate, cost: Line | None = None, milestone: int = 0) -> bool:
        if len(self.grants) == MOST_AT_ONCE:
            return False
        refusal = self._find_limit(template)
        if refusal is not None:
            self.withheld.append(refusal)
            return False
        valid_to = end_of_validity(template, self._shelf.zone, self._now)
        self.grants.append(Grant(template, milestone, valid_to, cost))
        self._counts[template.id] += 1
        return True

    def give_milestone(self, milestone: Milestone, goal: int) -> bool:
        template = self._shelf.find(milestone.template)
        gift = template or RewardTemplate("", RewardKind.GIFT, milestone.reward)
        full_card = Line(EntryKind.CONVERT, -goal) if milestone.at == goal else None
        return self.give(gift, full_card, milestone.at)

    def issue(self, balance: int) -> Issue:
        return Issue(tuple(self.grants), balance, tuple(self.withheld))

    def _find_limit(self, template: RewardTemplate) -> Refusal | None:
        given = self._shelf.given.get(template.id, Given())
        for limit, counted, code in _LIMITS:
            most = getattr(template, limit)
            if most is not None and getattr(given, counted) + self._counts[template.id] >= most:
                return Refusal(code, most=most, reward=template.title)
        return None


def _price(template: RewardTemplate, kind: EntryKind) -> Line:
    breakdown = {"template": template.id, "price": template.price}
    return Line(kind, -template.price, unit=template.unit, breakdown=breakdown)
