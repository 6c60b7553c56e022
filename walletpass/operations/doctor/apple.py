"""Whether passes can be signed, and for how long: what the health page says, with what to do about it."""

from collections.abc import Iterator

from walletpass.operations.doctor.finding import Status, Verdict, failed, skipped, warning
from walletpass.operations.doctor.installation import Installation
from walletpass.operations.health import Check, Level, check_certificate, check_mode, tell_problem
from walletpass.pkpass import development
from walletpass.settings import SettingsError, WalletMode
from walletpass.translations import SOURCE_LANGUAGE, translator

_STATUS = {
    Level.FINE: Status.OK,
    Level.NOTE: Status.OK,
    Level.WARNING: Status.WARNING,
    Level.ALARM: Status.FAILED,
}
_GO_LIVE = "docs/go-live-apple.md tells how to get a certificate; then set APPLE_WALLET=live."
_RENEW = "Make a new certificate for the same pass type and put it beside the old one: walletpass certs csr."
_SEE = "walletpass certs check shows every certificate and what is wrong with it."
_say = translator(SOURCE_LANGUAGE).say


def check_apple(installation: Installation) -> Iterator[Verdict]:
    yield judge(check_mode(installation.settings.apple_wallet), _GO_LIVE)


def check_certificates(installation: Installation) -> Iterator[Verdict]:
    settings = installation.settings
    if settings.apple_wallet is WalletMode.OFF:
        yield skipped("Without Apple Wallet no certificate is needed.")
        return
    chain = settings.data_dir / development.FOLDER
    if settings.apple_wallet is WalletMode.DEVELOPMENT and not chain.exists():
        yield skipped("The development certificate is made at the first start.")
        return
    try:
        signers = installation.load_signers()
    except SettingsError as error:
        yield failed(" ".join(error.problems), f"{_SEE} docs/go-live-apple.md tells how to get one.")
        return
    now = installation.clock.now()
    for signer in signers:
        for check in check_certificate(signer.certificate, now):
            yield judge(check, _RENEW)
    for problem in signers.problems:
        yield warning(_say(tell_problem(problem).sentence), _SEE)


def judge(check: Check, remedy: str) -> Verdict:
    status = _STATUS[check.level]
    return Verdict(status, _say(check.sentence), "" if status is Status.OK else remedy)
