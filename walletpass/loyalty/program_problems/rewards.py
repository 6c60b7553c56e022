"""What is wrong with milestones and rewards."""

import re
from collections.abc import Iterator, Mapping

from walletpass.loyalty.program import (
    LEAST_GOAL,
    LONGEST_REWARD,
    MOST_GOAL,
    Milestone,
    Program,
    ProgramKind,
    units_of,
)
from walletpass.loyalty.program_problems.checks import (
    LONGEST_ID,
    LONGEST_TEXT,
    MOST_DAYS,
    MOST_MINOR,
    MOST_UNITS,
    UNIT_WORDS,
    about,
    check_count,
    check_id,
    check_named,
    check_number,
    check_numbers,
    check_repeats,
    check_text,
    check_texts,
    check_uses,
)
from walletpass.loyalty.reward_templates import IssueMode, RewardKind, RewardTemplate
from walletpass.loyalty.units import Unit
from walletpass.loyalty.wording import Sentence, sentence

MOST_REWARDS = 100
_MOST_PIECES = 1_000_000
LONGEST_PREFIX = 8
_PREFIX = re.compile(rf"[A-Z0-9]{{0,{LONGEST_PREFIX}}}")
_LONGEST = {"title": LONGEST_REWARD, "text": LONGEST_TEXT, "icon": LONGEST_ID}

_COUPON = ("minimum_minor", "code_prefix")
_NEEDS: Mapping[RewardKind, tuple[str, ...]] = {
    RewardKind.PERCENT_COUPON: ("percent",),
    RewardKind.AMOUNT_COUPON: ("amount_minor",),
    RewardKind.GIFT_CARD: ("amount_minor",),
    RewardKind.ACCESS: ("text",),
    RewardKind.BONUS_UNITS: ("quantity",),
}
_USES: Mapping[RewardKind, tuple[str, ...]] = {
    RewardKind.PERCENT_COUPON: (*_COUPON, "maximum_minor"),
    RewardKind.AMOUNT_COUPON: _COUPON,
    RewardKind.GIFT_CARD: ("code_prefix", "transferable"),
}
_JUDGED = (
    "percent",
    "amount_minor",
    "minimum_minor",
    "maximum_minor",
    "code_prefix",
    "transferable",
    "quantity",
)
_BOUNDS = {
    "percent": (0, 100),
    "amount_minor": (0, MOST_MINOR),
    "minimum_minor": (0, MOST_MINOR),
    "maximum_minor": (0, MOST_MINOR),
    "unit_cost_minor": (0, MOST_MINOR),
    "valid_days": (1, MOST_DAYS),
    "stock": (1, _MOST_PIECES),
    "per_member": (1, _MOST_PIECES),
    "max_unredeemed": (1, _MOST_PIECES),
}


def find_reward_problems(program: Program) -> Iterator[Sentence]:
    yield from _check_milestones(program)
    yield from check_count("rewards", program.rewards, MOST_REWARDS)
    yield from about(sentence("Rewards"), check_repeats(template.id for template in program.rewards))
    for template in program.rewards:
        named = sentence("Reward “%(id)s”", id=template.id)
        yield from about(named, _check_template(program, template))
    yield from _find_endless_cards(program)


def _check_milestones(program: Program) -> Iterator[Sentence]:
    places = [milestone.at for milestone in program.milestones]
    if program.kind is ProgramKind.POINTS:
        if places:
            yield sentence("A programme of points alone has no milestones.")
    elif (
        not places or places != sorted(set(places)) or not LEAST_GOAL <= places[0] <= places[-1] <= MOST_GOAL
    ):
        yield sentence(
            "A card has from %(least)s to %(most)s stamps, and each reward a place of its own.",
            least=LEAST_GOAL,
            most=MOST_GOAL,
        )
    for milestone in program.milestones:
        named = sentence("Milestone %(at)s", at=milestone.at)
        yield from about(named, _check_milestone(program, milestone))


def _check_milestone(program: Program, milestone: Milestone) -> Iterator[Sentence]:
    yield from check_text("reward", milestone.reward, LONGEST_REWARD, needed=True)
    yield from check_named("template", (milestone.template,), {template.id for template in program.rewards})


def _check_template(program: Program, template: RewardTemplate) -> Iterator[Sentence]:
    kind = template.kind
    yield from check_id(template.id)
    yield from check_texts(template, _LONGEST, needed=("title",))
    yield from check_uses(template, kind.value, _JUDGED, _USES.get(kind, ()), _NEEDS.get(kind, ()))
    yield from check_numbers(template, _BOUNDS)
    yield from check_number("quantity", template.quantity, 0, MOST_UNITS[template.unit])
    if not _PREFIX.fullmatch(template.code_prefix):
        yield sentence("“code_prefix” has at most %(most)s letters A–Z and digits.", most=LONGEST_PREFIX)
    if template.minimum_minor * template.percent > template.maximum_minor * 100 > 0:
        yield sentence(
            "The least order brings more than “maximum_minor” already, so the percentage would never count."
        )
    yield from _check_price(program, template)


def _check_price(program: Program, template: RewardTemplate) -> Iterator[Sentence]:
    if template.issue is IssueMode.MILESTONE:
        if template.price:
            yield sentence(
                "“%(field)s” means nothing for “%(kind)s”.", field="price", kind=template.issue.value
            )
    else:
        yield from check_number("price", template.price, 1, MOST_UNITS[template.unit])
    uses_unit = template.kind is RewardKind.BONUS_UNITS or template.issue is not IssueMode.MILESTONE
    if uses_unit and template.unit not in units_of(program.kind):
        yield sentence(
            "A “%(kind)s” programme has no %(unit)s.", kind=program.kind.value, unit=UNIT_WORDS[template.unit]
        )
    if template.issue is IssueMode.CONVERT and template.unit is Unit.STAMPS:
        yield sentence("Only points are converted: stamps have milestones.")
    if template.issue is not IssueMode.MILESTONE and template.kind is RewardKind.BONUS_UNITS:
        yield sentence("Units cannot be bought with units.")


def _find_endless_cards(program: Program) -> Iterator[Sentence]:
    bonus = {
        t.id: t.quantity
        for t in program.rewards
        if t.kind is RewardKind.BONUS_UNITS and t.unit is Unit.STAMPS
    }
    given = sum(bonus.get(milestone.template, 0) for milestone in program.milestones)
    if 0 < program.goal <= given:
        yield sentence("The bonus stamps of a card fill the next one: it would never end.")
