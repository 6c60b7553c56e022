"""E-mail as outbox rows: written in the reader's language with the fact, sealed, sent later."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from walletpass.loyalty.wording import Sentence
from walletpass.operations.services import Services
from walletpass.store import letters
from walletpass.store.session import Transaction
from walletpass.translations import translator


@dataclass(frozen=True, slots=True)
class Letter:
    to: str
    subject: str
    text: str


def put_letter(
    services: Services,
    tx: Transaction,
    to: str,
    language: str,
    subject: Sentence,
    text: Sentence,
    now: datetime,
) -> None:
    say = translator(language).say
    letter = Letter(to, say(subject), say(text))
    letters.add_letter(tx, services.vault.seal(json.dumps(asdict(letter))), now)


def open_letter(services: Services, sealed: bytes) -> Letter:
    return Letter(**json.loads(services.vault.unseal(sealed)))
