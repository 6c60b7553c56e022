"""Whether the service can do its work, and what will soon be in its way."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from walletpass.gpay.errors import RULINGS, Cause
from walletpass.loyalty.wording import Sentence, counted, sentence
from walletpass.operations.passes.operators import OperatorsPassType, find_operators
from walletpass.operations.services import Services
from walletpass.pkpass.certificate_folder import FileProblem
from walletpass.pkpass.certificates import PassCertificate
from walletpass.pkpass.signers import Signers
from walletpass.settings import WalletMode
from walletpass.store import merchants, pass_types
from walletpass.store.google_outbox import google_outbox
from walletpass.store.halts import google_halts, list_halts, push_halts
from walletpass.store.lanes import count_waiting
from walletpass.store.outbox import push_outbox
from walletpass.store.schema import is_current
from walletpass.store.session import Transaction
from walletpass.vault import Vault

WARN_DAYS = (60, 30, 7)
"""Days left at which a certificate becomes a note, a warning, an alarm."""


_LATE = timedelta(minutes=15)
"""A push that waits longer is worth a word."""

_LEAF, _INTERMEDIATE = sentence("the certificate"), sentence("Apple’s intermediate certificate")


class Level(StrEnum):
    FINE = "fine"
    NOTE = "note"
    WARNING = "warning"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    level: Level
    sentence: Sentence


def check_health(services: Services, merchant_id: int | None = None) -> list[Check]:
    """All there is to say; to a merchant, what concerns its own cards."""
    now = services.clock.now()
    settings = services.settings
    checks = [check_mode(settings.apple_wallet), check_google_mode(settings.google_wallet)]
    with services.reading() as tx:
        theirs = _pass_types_of(tx, merchant_id)
        used = list_pass_types_in_use(tx, find_operators(services, tx))
        checks += [_tell_halt(row) for row in list_halts(tx, push_halts) if theirs(row.whom)]
        if merchant_id is None:
            checks += _check_backlog("backlog", count_waiting(tx, push_outbox), _tell_pushes, now)
        checks += _check_google(services, tx, merchant_id, now)
    if settings.apple_wallet is not WalletMode.OFF:
        checks += check_pass_types(filter(theirs, used), services.signers)
    for signer in services.signers:
        if theirs(signer.pass_type_identifier):
            checks += check_certificate(signer.certificate, now)
    problems = services.signers.problems if merchant_id is None else ()
    return checks + [tell_problem(problem) for problem in problems]


def list_pass_types_in_use(tx: Transaction, operators: OperatorsPassType | None) -> list[str]:
    """By new passes: the operator's, and those that shops brought."""
    own = {row.pass_type_identifier for row in merchants.list_merchants(tx)}
    return sorted(filter(None, own | {operators.name if operators is not None else None}))


def check_pass_types(names: Iterable[str], signers: Signers) -> Iterator[Check]:
    for name in names:
        if name not in signers.pass_type_identifiers:
            told = sentence(
                "%(pass_type)s: there is no certificate here that can be used. Nobody gets a card of this pass type, "
                "and none changes.",
                pass_type=name,
            )
            yield Check("certificate", Level.ALARM, told)


def check_certificate(certificate: PassCertificate, now: datetime) -> list[Check]:
    parts = ((_LEAF, certificate.days_left(now)), (_INTERMEDIATE, certificate.intermediate_days_left(now)))
    return [_check_expiry(certificate, part, days) for part, days in parts if days is not None]


def name_installation(vault: Vault) -> str:
    """The same on all its machines, and nothing can be concluded from it."""
    return vault.derive("installation", "")


def is_ready(services: Services) -> bool:
    """Whether requests can be answered: the database is there and its schema is this program's."""
    return is_current(services.database)


def level_of(days_left: int) -> Level:
    levels = zip(sorted(WARN_DAYS), (Level.ALARM, Level.WARNING, Level.NOTE), strict=True)
    return next((level for days, level in levels if days_left <= days), Level.FINE)


def check_mode(apple_wallet: WalletMode) -> Check:
    match apple_wallet:
        case WalletMode.LIVE:
            return Check("apple", Level.FINE, sentence("Apple Wallet is live."))
        case WalletMode.OFF:
            return Check("apple", Level.NOTE, sentence("Apple Wallet is off."))
    return Check(
        "apple",
        Level.WARNING,
        sentence("Apple Wallet is in development mode: no iPhone installs these cards."),
    )


def check_google_mode(google_wallet: WalletMode) -> Check:
    match google_wallet:
        case WalletMode.LIVE:
            return Check("google", Level.FINE, sentence("Google Wallet is live."))
        case WalletMode.OFF:
            return Check("google", Level.NOTE, sentence("Google Wallet is off."))
    return Check(
        "google",
        Level.WARNING,
        sentence("Google Wallet is in development mode: no Android phone gets these cards."),
    )


def _pass_types_of(tx: Transaction, merchant_id: int | None) -> Callable[[str], bool]:
    """Whether cards of the merchant are, or may be, of a pass type: its own one, else the operator's; and those of
    which its customers have passes since before."""
    if merchant_id is None:
        return lambda _: True
    own = {row.id: row.pass_type_identifier for row in merchants.list_merchants(tx)}
    others = {name for of, name in own.items() if of != merchant_id}
    held = pass_types.list_held(tx, merchant_id)
    return lambda name: name in held or (name == own[merchant_id] if own[merchant_id] else name not in others)


def _check_google(
    services: Services, tx: Transaction, merchant_id: int | None, now: datetime
) -> Iterator[Check]:
    """What Google refuses an issuer; to a merchant, the one that its cards are of."""
    theirs = None if merchant_id is None else services.google.of_merchant(tx, services.vault, merchant_id)
    for halt in list_halts(tx, google_halts):
        if merchant_id is None or (theirs is not None and theirs.id == halt.whom):
            told = sentence(
                "Google refuses the cards of issuer %(issuer)s. %(why)s They wait; nothing is lost.",
                issuer=halt.whom,
                why=Sentence(RULINGS[Cause(halt.reason)].message, "", {}),
            )
            yield Check("google", Level.ALARM, told)
    if merchant_id is None:
        yield from _check_backlog("google backlog", count_waiting(tx, google_outbox), _tell_cards, now)


def _tell_halt(halt: Any) -> Check:
    told = sentence(
        "%(pass_type)s: Apple refuses our pushes (%(why)s). They wait; nothing is lost.",
        pass_type=halt.whom,
        why=halt.reason,
    )
    return Check("pushes", Level.ALARM, told)


def _check_backlog(
    name: str, row: Any, tell: Callable[[int, int], Sentence], now: datetime
) -> Iterator[Check]:
    if row.waiting and now - row.oldest > _LATE:
        minutes = int((now - row.oldest).total_seconds() // 60)
        yield Check(name, Level.WARNING, tell(row.waiting, minutes))


def _tell_pushes(waiting: int, minutes: int) -> Sentence:
    return counted(
        "%(n)s push waits, the oldest one for %(minutes)s minutes.",
        "%(n)s pushes wait, the oldest one for %(minutes)s minutes.",
        waiting,
        minutes=minutes,
    )


def _tell_cards(waiting: int, minutes: int) -> Sentence:
    return counted(
        "%(n)s card waits to be sent to Google, for %(minutes)s minutes.",
        "%(n)s cards wait to be sent to Google, the first for %(minutes)s minutes.",
        waiting,
        minutes=minutes,
    )


def tell_problem(problem: FileProblem) -> Check:
    why = Sentence(problem.reason.message, "", problem.reason.values)
    return Check("certificate", Level.WARNING, sentence("%(file)s: %(why)s", file=problem.file, why=why))


def _check_expiry(certificate: PassCertificate, part: Sentence, days: int) -> Check:
    pass_type = certificate.pass_type_identifier
    if days < 0:
        told = sentence("%(pass_type)s: %(part)s has expired.", pass_type=pass_type, part=part)
    else:
        told = counted(
            "%(pass_type)s: %(part)s ends in %(n)s day.",
            "%(pass_type)s: %(part)s ends in %(n)s days.",
            days,
            pass_type=pass_type,
            part=part,
        )
    return Check("certificate", level_of(days), told)
