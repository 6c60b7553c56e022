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
    LONGEST_TEXT,
    MOST_DAYS,
    MOST_MINOR,
    MOST_UNITS,
    UNIT_WORDS,
    about,
    as_far_as_read,
    check_count,
    check_id,
    check_named,
    check_number,
    check_numbers,
    check_repeats,
    check_reward,
    check_text,
    check_texts,
    check_uses,
    is_shaped,
    shown,
)
from walletpass.loyalty.reward_icons import ICONS
from walletpass.loyalty.reward_templates import IssueMode, RewardKind, RewardTemplate
from walletpass.loyalty.units import Unit
from walletpass.loyalty.wording import Sentence, sentence

MOST_REWARDS = 100
_MOST_PIECES = 1_000_000
LONGEST_PREFIX = 8
_PREFIX = re.compile(rf"[A-Z0-9]{{0,{LONGEST_PREFIX}}}")
_LONGEST = {"title": LONGEST_REWARD, "text": LONGEST_TEXT}

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


@as_far_as_read
def find_reward_problems(program: Program) -> Iterator[Sentence]:
    yield from _check_places(program)
    yield from _check_milestones(program)
    yield from check_count("rewards", program.rewards, MOST_REWARDS)
    yield from about(sentence("Rewards"), check_repeats(template.id for template in program.rewards))
    for template in program.rewards:
        yield from _check_template(program, template)
    yield from _find_endless_cards(program)


@as_far_as_read
def _check_places(program: Program) -> Iterator[Sentence]:
    places = [milestone.at for milestone in program.milestones]
    if program.kind == ProgramKind.POINTS:
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


@as_far_as_read
def _check_milestones(program: Program) -> Iterator[Sentence]:
    for milestone in program.milestones:
        yield from _check_milestone(program, milestone)


@as_far_as_read
def _check_milestone(program: Program, milestone: Milestone) -> Iterator[Sentence]:
    named = sentence("Milestone %(at)s", at=shown(milestone.at))
    yield from about(named, check_text("reward", milestone.reward, LONGEST_REWARD, needed=True))
    yield from about(named, check_reward("template", milestone.template, program))


@as_far_as_read
def _check_template(program: Program, template: RewardTemplate) -> Iterator[Sentence]:
    named = sentence("Reward “%(id)s”", id=shown(template.id))
    yield from about(named, check_id(template.id))
    yield from about(named, check_texts(template, _LONGEST, needed=("title",)))
    yield from about(named, check_named("icon", (template.icon,), ICONS))
    yield from about(named, _check_use(template))
    yield from about(named, check_numbers(template, _BOUNDS))
    yield from about(named, _check_quantity(template))
    yield from about(named, _check_coupon(template))
    yield from about(named, _check_price(template))
    yield from about(named, _check_unit(program, template))
    yield from about(named, _check_issue(template))


@as_far_as_read
def _check_use(template: RewardTemplate) -> Iterator[Sentence]:
    kind = template.kind
    yield from check_uses(template, kind.value, _JUDGED, _USES.get(kind, ()), _NEEDS.get(kind, ()))


@as_far_as_read
def _check_quantity(template: RewardTemplate) -> Iterator[Sentence]:
    yield from check_number("quantity", template.quantity, 0, MOST_UNITS[template.unit])


@as_far_as_read
def _check_coupon(template: RewardTemplate) -> Iterator[Sentence]:
    if not is_shaped(_PREFIX, template.code_prefix):
        yield sentence("“code_prefix” has at most %(most)s letters A–Z and digits.", most=LONGEST_PREFIX)
    if template.minimum_minor * template.percent > template.maximum_minor * 100 > 0:
        yield sentence(
            "The least order brings more than “maximum_minor” already, so the percentage would never count."
        )


@as_far_as_read
def _check_price(template: RewardTemplate) -> Iterator[Sentence]:
    if template.issue == IssueMode.MILESTONE:
        if template.price:
            yield sentence(
                "“%(field)s” means nothing for “%(kind)s”.", field="price", kind=template.issue.value
            )
    else:
        yield from check_number("price", template.price, 1, MOST_UNITS[template.unit])


@as_far_as_read
def _check_unit(program: Program, template: RewardTemplate) -> Iterator[Sentence]:
    uses_unit = template.kind == RewardKind.BONUS_UNITS or template.issue != IssueMode.MILESTONE
    if uses_unit and template.unit not in units_of(program.kind):
        yield sentence(
            "A “%(kind)s” programme has no %(unit)s.", kind=program.kind.value, unit=UNIT_WORDS[template.unit]
        )


@as_far_as_read
def _check_issue(template: RewardTemplate) -> Iterator[Sentence]:
    if template.issue == IssueMode.CONVERT and template.unit == Unit.STAMPS:
        yield sentence("Only points are converted: stamps have milestones.")
    if template.issue != IssueMode.MILESTONE and template.kind == RewardKind.BONUS_UNITS:
        yield sentence("Units cannot be bought with units.")


@as_far_as_read
def _find_endless_cards(program: Program) -> Iterator[Sentence]:
    bonus = {
        t.id: t.quantity
        for t in program.rewards
        if t.kind == RewardKind.BONUS_UNITS and t.unit == Unit.STAMPS
    }
    given = sum(bonus.get(milestone.template, 0) for milestone in program.milestones)
    if 0 < program.goal <= given:
        yield sentence("The bonus stamps of a card fill the next one: it would never end.")
