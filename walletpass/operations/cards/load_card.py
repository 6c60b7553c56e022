"""What a card shows now."""

from dataclasses import dataclass
from typing import Any

from walletpass.card.card import Card, CardState, Progress, ReadyReward
from walletpass.loyalty.identifiers import spell_code
from walletpass.loyalty.ledger import EntryKind, RewardState
from walletpass.loyalty.program import Program
from walletpass.loyalty.telling import Told, tell_deal, tell_news, tell_progress, tell_summary
from walletpass.operations.cards.load_places import load_places
from walletpass.operations.programs.versions import load_version
from walletpass.operations.services import Services
from walletpass.store import accounts, ledger, rewards
from walletpass.store.session import Transaction
from walletpass.translations import translator

_STATES = {"active": CardState.ACTIVE, "closed": CardState.VOID, "merged": CardState.VOID}


@dataclass(frozen=True, slots=True)
class LoadedCard:
    card: Card
    design_version_id: int
    account_id: int
    merchant_id: int
    pass_type_identifier: str | None
    """The merchant's own; None where the operator's certificate signs."""


def load_card(services: Services, tx: Transaction, account: Any, language: str = "") -> LoadedCard:
    """From an account's row, by the rules that it names; in the member's language unless another is wanted."""
    program = load_version(services, tx, account.program_version_id)
    sealed = accounts.list_scan_codes(tx, account.id)
    codes = {kind: services.vault.unseal(code) for kind, code in sealed.items()}
    ready = rewards.list_ready_rewards(tx, account.id, services.clock.now())
    titles = [reward.title for reward in ready]
    lines, gained = _latest(tx, account.id)
    language = language or account.member_language
    say = translator(language).say
    where = load_places(tx, account.place_list_id, language, account.merchant_language)
    card = Card(
        version=account.card_version,
        changed_at=account.card_changed_at,
        state=_STATES[account.state],
        language=language,
        member=account.member_name,
        scan_code=codes.get("barcode", ""),
        typed_code=spell_code(codes.get("typed", "")),
        progress=show_progress(program, account.stamps),
        progress_text=say(tell_progress(program, account.stamps)),
        summary=say(tell_summary(program, account.stamps, titles)),
        next_reward=program.next_milestone(account.stamps).reward,
        news=say(tell_news(program, lines, gained)),
        deal=say(tell_deal(program)),
        page_url=services.links.card(services.vault.unseal(account.page_key_sealed)),
        ready=tuple(ReadyReward(title) for title in titles),
        places=where.places,
        max_distance=where.max_distance,
        beacons=where.beacons,
    )
    return LoadedCard(
        card, account.design_version_id, account.id, account.merchant_id, account.pass_type_identifier
    )


def show_progress(program: Program, stamps: int) -> Progress:
    return Progress(min(stamps, program.goal), program.goal, tuple(m.at for m in program.milestones))


def _latest(tx: Transaction, account_id: int) -> tuple[list[Told], list[str]]:
    """The lines of the newest activity, and the titles of rewards that it gave."""
    entries = ledger.list_latest(tx, account_id)
    told = [Told(EntryKind(e.kind), e.quantity, e.stamps_after, e.reward_title or "") for e in entries]
    gained = rewards.list_rewards_of(tx, entries[0].activity_id) if entries else []
    return told, [reward.title for reward in gained if reward.state == RewardState.ISSUED.value]
