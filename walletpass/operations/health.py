"""Whether the service can do its work, and what will soon be in its way."""

from dataclasses import dataclass
from enum import StrEnum

from walletpass.loyalty.wording import Sentence, counted, sentence
from walletpass.operations.services import Services
from walletpass.pkpass.certificate_folder import FileProblem
from walletpass.pkpass.certificates import PassCertificate
from walletpass.settings import WalletMode
from walletpass.store.schema import is_current

WARN_DAYS = (60, 30, 7)
"""Days left at which a certificate becomes a note, a warning, an alarm."""


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


def check_health(services: Services) -> list[Check]:
    now = services.clock.now()
    checks = [_check_mode(services)]
    for signer in services.signers:
        certificate = signer.certificate
        parts = (
            (_LEAF, certificate.days_left(now)),
            (_INTERMEDIATE, certificate.intermediate_days_left(now)),
        )
        checks += [_check_expiry(certificate, part, days) for part, days in parts if days is not None]
    return checks + [_tell_problem(problem) for problem in services.signers.problems]


def is_ready(services: Services) -> bool:
    """Whether requests can be answered: the database is there and its schema is this program's."""
    return is_current(services.database)


def level_of(days_left: int) -> Level:
    levels = zip(sorted(WARN_DAYS), (Level.ALARM, Level.WARNING, Level.NOTE), strict=True)
    return next((level for days, level in levels if days_left <= days), Level.FINE)


def _check_mode(services: Services) -> Check:
    match services.settings.apple_wallet:
        case WalletMode.LIVE:
            return Check("apple", Level.FINE, sentence("Apple Wallet is live."))
        case WalletMode.OFF:
            return Check("apple", Level.NOTE, sentence("Apple Wallet is off."))
    return Check(
        "apple",
        Level.WARNING,
        sentence("Apple Wallet is in development mode: no iPhone installs these cards."),
    )


def _tell_problem(problem: FileProblem) -> Check:
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
