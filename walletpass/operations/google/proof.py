"""Whether a changed card has reached Google, and whether somebody holds it there: what is known.

Google shows the card to its holder by itself; that a phone has seen it is told to nobody.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from walletpass.gpay.errors import RULINGS, Cause
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.wording import Sentence, sentence
from walletpass.operations.services import Services
from walletpass.store import accounts, google
from walletpass.store.halts import google_halts, list_halts
from walletpass.store.session import Transaction


@dataclass(frozen=True, slots=True)
class GoogleProof:
    saved_at: datetime | None
    """Somebody put it into their wallet."""
    sent_at: datetime | None
    """Google took a change last."""
    sentences: tuple[Sentence, ...]
    """What is known, in words."""


def load_google_proof(services: Services, account_id: int) -> list[GoogleProof]:
    """Of every object of the card. Raises Refusal unknown_card; whose card it is was judged before."""
    with services.snapshot() as tx:
        account = accounts.find_account(tx, account_id)
        if account is None:
            raise Refusal("unknown_card")
        objects = google.list_objects_of_account(tx, account_id)
        return [
            GoogleProof(row.saved_at, row.sent_at, _tell(services, tx, row, account.card_version))
            for row in objects
        ]


def _tell(services: Services, tx: Transaction, row: Any, version: int) -> tuple[Sentence, ...]:
    if row.removed_at is not None:
        return (sentence("Removed from Google Wallet."),)
    if services.google.of_id(tx, services.vault, row.issuer_id) is None:
        return (sentence("Its issuer at Google is not used here any more: this card stays as it is."),)
    if not row.sent:
        return sentence("Google does not know this card yet."), *_tell_trouble(tx, row)
    if row.saved_at is None:
        return (sentence("Google has this card; nobody has added it yet."),)
    if row.sent_version >= version and not row.problem:
        return (sentence("Google has the last change."),)
    return sentence("Google does not have the last change yet."), *_tell_trouble(tx, row)


def _tell_trouble(tx: Transaction, row: Any) -> list[Sentence]:
    halts = [halt.reason for halt in list_halts(tx, google_halts) if halt.whom == row.issuer_id]
    if halts:
        return [Sentence(RULINGS[Cause(reason)].message, "", {}) for reason in halts]
    known = (each.message for each in RULINGS.values() if row.problem.startswith(each.message))
    message = next(known, "")
    detail = row.problem.removeprefix(message).strip()
    told = (Sentence(message, "", {}), Sentence("%(said)s", "", {"said": detail}))
    return [said for said, text in zip(told, (message, detail), strict=True) if text]
