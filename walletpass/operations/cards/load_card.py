"""What a card shows now."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from walletpass.card.card import Card, CardState, Progress, ReadyReward
from walletpass.loyalty.expiry import last_valid_day
from walletpass.loyalty.goals import Held, list_priced, next_goal
from walletpass.loyalty.identifiers import spell_code
from walletpass.loyalty.ledger import RewardState
from walletpass.loyalty.program import Program, units_of
from walletpass.loyalty.reward_icons import icon_of
from walletpass.loyalty.reward_templates import RewardTemplate
from walletpass.loyalty.rewards.telling import list_terms
from walletpass.loyalty.telling import (
    main_unit,
    tell_all_ready,
    tell_deal,
    tell_missing,
    tell_news,
    tell_progress,
    tell_ready,
    tell_summary,
)
from walletpass.loyalty.telling_entries import Posted, tell_owed
from walletpass.loyalty.units import Unit
from walletpass.loyalty.wording import in_a_row
from walletpass.operations.cards.history import load_posted
from walletpass.operations.cards.load_nearby import load_nearby
from walletpass.operations.cards.outlook import tell_tier, tell_units_ahead
from walletpass.operations.cards.passed import load_passed
from walletpass.operations.posting.shelf import load_terms
from walletpass.operations.programs.versions import load_version
from walletpass.operations.services import Services
from walletpass.store import accounts, ledger, rewards
from walletpass.store.session import Transaction
from walletpass.translations import Translator, translator

_STATES = {"active": CardState.ACTIVE, "closed": CardState.VOID, "merged": CardState.VOID}


@dataclass(frozen=True, slots=True)
class LoadedCard:
    card: Card
    design_version_id: int
    account_id: int
    merchant_id: int
    pass_type_identifier: str | None
    """The merchant's own; None where the operator's certificate signs."""


def load_card(
    services: Services, tx: Transaction, account: Any, language: str = "", *, with_reward_codes: bool = False
) -> LoadedCard:
    """From an account's row, by the rules that it names; in the member's language unless another is wanted."""
    program = load_version(services, tx, account.program_version_id)
    sealed = accounts.list_scan_codes(tx, account.id)
    codes = {kind: services.vault.unseal(code) for kind, code in sealed.items()}
    held = {unit: getattr(account, unit.value) for unit in Unit if unit in units_of(program.kind)}
    shown, now = main_unit(program), services.clock.now()
    speaker = translator(language or account.member_language)
    ready = tuple(
        _show_ready(services, row, program, speaker, with_code=with_reward_codes)
        for row in rewards.list_ready_rewards(tx, account.id, now)
    )
    lines, gained = _latest(tx, account.id)
    ahead = tell_units_ahead(tx, account, program, held, now, speaker)
    tier = tell_tier(tx, account, program, speaker)
    passed = load_passed(tx, account.id, account.stamps, program)
    goal = next_goal(program, shown, held[shown], passed)
    say = speaker.say
    card = Card(
        version=account.card_version,
        changed_at=account.card_changed_at,
        state=_STATES[account.state],
        language=speaker.language,
        member=account.member_name,
        scan_code=codes.get("barcode", ""),
        typed_code=spell_code(codes.get("typed", "")),
        progress=show_progress(program, held[shown], passed),
        progress_text=say(tell_progress(program, shown, held[shown])),
        summary=f"{say(tell_summary(program, held, passed))} {ahead.waiting}".rstrip(),
        next_reward=goal.reward if goal else "",
        missing=say(tell_missing(goal)) if goal else "",
        owed=_tell_owed(program, held, speaker),
        news=say(tell_news(program, lines, gained)),
        deal=say(tell_deal(program)),
        page_url=services.links.card(services.vault.unseal(account.page_key_sealed)),
        ready=ready,
        ready_text=say(tell_all_ready([reward.title for reward in ready])) if ready else "",
        points=say(tell_progress(program, Unit.POINTS, account.points)) if len(held) > 1 else "",
        end=ahead.end.short,
        end_text=ahead.end.text,
        tier=tier.short,
        tier_text=tier.text,
        nearby=load_nearby(services, tx, account.place_list_id, speaker.language, account.merchant_language),
    )
    return LoadedCard(
        card, account.design_version_id, account.id, account.merchant_id, account.pass_type_identifier
    )


def show_progress(program: Program, count: int, passed: Collection[int] = ()) -> Progress:
    """Of so many units of the program's main one: stamps of the present card, or points towards the next reward.

    What is owed is a number only. `passed`: milestones that give nothing more on this card.
    """
    if count < 0:
        return Progress(count, None, counted=main_unit(program) is Unit.POINTS)
    if main_unit(program) is Unit.STAMPS:
        goal = program.goal
        places = (milestone.at for milestone in program.milestones)
        marked = (place for place in places if place <= count or program.gives_at(place, passed))
        return Progress(min(count, goal), goal, tuple(marked))
    ahead = next_goal(program, Unit.POINTS, count)
    if ahead is None:
        return Progress(count, None, counted=True)
    prices = (template.price for template in list_priced(program, Unit.POINTS) if template.price <= ahead.at)
    return Progress(count, ahead.at, tuple(prices), counted=True)


def _tell_owed(program: Program, held: Held, language: Translator) -> str:
    told = [tell_owed(program, unit, -balance) for unit, balance in held.items() if balance < 0]
    return ", ".join(map(language.say, told))


def _show_ready(
    services: Services, reward: Any, program: Program, language: Translator, *, with_code: bool
) -> ReadyReward:
    terms = load_terms(reward.terms) if reward.terms else None
    return ReadyReward(
        title=reward.title,
        valid_until=reward.valid_to,
        told=_tell_ready(reward, program, language),
        icon=icon_of(terms),
        terms=_tell_terms(terms, program, language),
        code=services.vault.unseal(reward.code_sealed) if with_code and reward.code_sealed else "",
    )


def _tell_ready(reward: Any, program: Program, language: Translator) -> str:
    title: str = reward.title
    if reward.valid_to is None:
        return title
    return language.say(tell_ready(title, last_valid_day(reward.valid_to, program.zone)))


def _tell_terms(terms: RewardTemplate | None, program: Program, language: Translator) -> str:
    told = list_terms(terms, program.currency) if terms else []
    return language.say(in_a_row(told)) if told else ""


def _latest(tx: Transaction, account_id: int) -> tuple[list[Posted], list[str]]:
    """The lines of the newest activity, and the titles of rewards that it gave."""
    entries = ledger.list_latest(tx, account_id)
    gained = rewards.list_rewards_of(tx, entries[0].activity_id) if entries else []
    told = [load_posted(entry) for entry in entries]
    return told, [reward.title for reward in gained if reward.state == RewardState.ISSUED.value]
