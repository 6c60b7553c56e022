"""A card as wallets show it: what its programme's state leaves of it, as far as they were told."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from walletpass.card.card import Card, CardState
from walletpass.loyalty.program import ProgramState
from walletpass.loyalty.refusals import REASONS
from walletpass.operations.cards.load_card import LoadedCard, load_card
from walletpass.operations.services import Services
from walletpass.store.session import Transaction
from walletpass.translations import translator

NOTICES = {
    ProgramState.PAUSED: REASONS["program_paused"].sentence,
    ProgramState.ENDED: REASONS["program_ended"].sentence,
}
"""Why nothing is earned."""
_RESTING: Mapping[str, Any] = {"next_reward": "", "missing": "", "tier_text": "", "deal": ""}
_OVER: Mapping[str, Any] = {
    **_RESTING,
    "state": CardState.VOID,
    "summary": "",
    "ready": (),
    "ready_text": "",
    "end": "",
    "end_text": "",
}


def load_wallet_card(services: Services, tx: Transaction, account: Any) -> LoadedCard:
    """Of an account's row."""
    loaded = load_card(services, tx, account)
    state = ProgramState(account.shown_state)
    if state not in NOTICES:
        return loaded
    card = end_card(loaded.card) if state is ProgramState.ENDED else replace(loaded.card, **_RESTING)
    told = translator(card.language).say(NOTICES[state])
    return replace(loaded, card=replace(card, summary=told))


def end_card(card: Card) -> Card:
    """Void, and without a promise."""
    return replace(card, **_OVER)
