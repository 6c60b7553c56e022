"""A card as the people at the counter see it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from walletpass.loyalty.goals import next_goal
from walletpass.loyalty.local_days import local_day
from walletpass.loyalty.people import MemberStatus, refuse_blocked, require_in_use
from walletpass.loyalty.program import Milestone, Program
from walletpass.loyalty.rules.open_terms import earns_by_coming
from walletpass.loyalty.telling import main_unit
from walletpass.operations.cards.counter_rewards import CounterReward, list_counter_rewards
from walletpass.operations.cards.find_card import scan_card
from walletpass.operations.cards.passed import load_passed
from walletpass.operations.posting.current import settle_if_due
from walletpass.operations.posting.outcome import UNDOABLE, Outcome
from walletpass.operations.posting.rules import choose_rules
from walletpass.operations.programs.versions import load_version
from walletpass.operations.services import Services
from walletpass.store import accounts, counters, ledger
from walletpass.store.session import Transaction


@dataclass(frozen=True, slots=True)
class CounterCard:
    member: str
    """First name and initial; empty where no name was given."""
    is_vip: bool
    stamps: int
    goal: int
    """0 where only points are collected."""
    milestones: tuple[Milestone, ...]
    passed: frozenset[int]
    """Places that give nothing more on this card, though they lie ahead: some stamps were returned."""
    next_reward: str
    """Empty where none lies ahead."""
    ready: tuple[CounterReward, ...]
    most: int
    """Stamps that one scan may add now; 0 when today's are used up, or a visit alone brings nothing."""
    stamped_ago: int | None
    """Seconds since the last stamp."""
    undo_left: int
    """Seconds in which the last thing done can still be taken back; 0: no more."""
    undo_window: int
    """Seconds that anything done next can be taken back."""
    code: str
    """What the card is called from here on."""
    points: int = 0


def view_at_counter(services: Services, merchant_id: int, code: str) -> CounterCard:
    """Raises Refusal: those of `scan_card`, closed_account, blocked_member."""
    now = services.clock.now()
    scan = scan_card(services, merchant_id, code)
    with services.reading() as tx:
        known: Any = accounts.find_account(tx, scan.account_id)
    settle_if_due(services, known.id, known.next_change_at)
    with services.snapshot() as tx:
        account: Any = accounts.find_account(tx, known.id)
        require_in_use(account.state)
        refuse_blocked(account.member_status)
        program = choose_rules(services, tx, account).program
        shown, passed = main_unit(program), load_passed(tx, account.id, account.stamps, program)
        upcoming = next_goal(program, shown, getattr(account, shown.value), passed)
        return CounterCard(
            member=shorten_name(account.member_name),
            is_vip=account.member_status == MemberStatus.VIP,
            stamps=account.stamps,
            goal=program.goal,
            milestones=program.milestones,
            passed=passed,
            next_reward=upcoming.reward if upcoming else "",
            ready=list_counter_rewards(tx, account.id, now),
            most=_most(tx, program, account.id, now),
            stamped_ago=_seconds_since(account.last_stamped_at, now),
            undo_left=_undo_left(tx, program, account.id, now),
            undo_window=program.limits.undo_window,
            code=scan.code,
            points=account.points,
        )


class After(NamedTuple):
    """What a request left of the card, as far as its outcome does not say it."""

    ready: tuple[CounterReward, ...]
    passed: frozenset[int]


def view_after(services: Services, outcome: Outcome) -> After:
    with services.reading() as tx:
        account: Any = accounts.find_account(tx, outcome.account_id)
        program = load_version(services, tx, account.program_version_id)
        ready = list_counter_rewards(tx, account.id, services.clock.now()) if outcome.ready else ()
        return After(ready, load_passed(tx, account.id, outcome.stamps, program))


def shorten_name(name: str) -> str:
    """What staff need to greet somebody, and no more: first name and initial."""
    first, *others = name.split() or [""]
    return f"{first} {others[-1][0]}." if others else first


def _most(tx: Transaction, program: Program, account_id: int, now: datetime) -> int:
    if not earns_by_coming(program):
        return 0
    day = counters.find_day(tx, account_id, local_day(now, program.zone))
    stamped = day.stamps if day else 0
    return max(0, min(program.limits.most_per_scan, program.limits.most_per_day - stamped))


def _undo_left(tx: Transaction, program: Program, account_id: int, now: datetime) -> int:
    last = ledger.find_last_at_counter(tx, account_id)
    since = _seconds_since(last.happened_at if last and last.kind in UNDOABLE else None, now)
    return 0 if since is None else max(0, program.limits.undo_window - since)


def _seconds_since(instant: datetime | None, now: datetime) -> int | None:
    return None if instant is None else max(0, int((now - instant).total_seconds()))
