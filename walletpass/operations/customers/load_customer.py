"""One customer as the owner sees them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from walletpass.card.card import Card
from walletpass.loyalty.identifiers import CONTACTS
from walletpass.loyalty.places import choose_usual, load_visits
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.cards.history import HistoryLine, load_history
from walletpass.operations.cards.load_card import load_card
from walletpass.operations.posting.current import settle_if_due
from walletpass.operations.services import Services
from walletpass.store import accounts, locations, merchants, people
from walletpass.store.session import Transaction


@dataclass(frozen=True, slots=True)
class Customer:
    account_id: int
    card: Card
    """Told in the reader's language."""
    language: str
    """The customer's own."""
    design_version_id: int
    contacts: dict[str, str]
    """Kind (email, phone) -> value; of several the one to be believed most."""
    consents: list[str]
    joined_at: datetime
    source: str
    lifetime_stamps: int
    usual_branch: str
    """Name of the location with the most visits; empty where none is known."""
    history: list[HistoryLine]
    zone: ZoneInfo


def load_customer(services: Services, merchant_id: int, account_id: int, language: str) -> Customer:
    """Told in `language`, the reader's. Raises Refusal unknown_card, also for another merchant's."""
    with services.reading() as tx:
        known = accounts.find_account(tx, account_id)
    if known is None or known.merchant_id != merchant_id:
        raise Refusal("unknown_card")
    settle_if_due(services, account_id, known.next_change_at)
    with services.snapshot() as tx:
        account: Any = accounts.find_account(tx, account_id)
        contacts = people.list_identifiers(tx, account.member_id)
        loaded = load_card(services, tx, account, language)
        return Customer(
            account_id=account_id,
            card=loaded.card,
            language=account.member_language,
            design_version_id=loaded.design_version_id,
            contacts={
                row.kind: services.vault.unseal(row.sealed)
                for row in reversed(contacts)
                if row.kind in CONTACTS
            },
            consents=[row.purpose for row in people.list_consents(tx, account.member_id)],
            joined_at=account.joined_at,
            source=account.source,
            lifetime_stamps=account.lifetime_stamps,
            usual_branch=_find_usual_branch(tx, account),
            history=load_history(tx, account),
            zone=ZoneInfo(merchants.get_program(tx, account.program_id).rules["zone"]),
        )


def _find_usual_branch(tx: Transaction, account: Any) -> str:
    usual = choose_usual(load_visits(account.visits))
    location = None if usual is None else locations.find_location(tx, account.merchant_id, usual)
    return location.name if location else ""
