"""Milestones that a card has behind it though it has fewer stamps now: some were returned."""

from walletpass.loyalty.program import Program
from walletpass.loyalty.rewards.places import find_passed
from walletpass.store.given_on_card import list_given_on_card
from walletpass.store.session import Transaction


def load_passed(tx: Transaction, account_id: int, stamps: int, program: Program) -> frozenset[int]:
    """Read only where such a place may lie ahead."""
    if not any(milestone.at > stamps for milestone in program.milestones[:-1]):
        return frozenset()
    return find_passed(list_given_on_card(tx, account_id), stamps)
