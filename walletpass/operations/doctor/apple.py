"""Whether passes can be signed, and for how long: what the health page says, with what to do about it."""

from collections.abc import Iterator

from walletpass.operations.doctor.database import reading
from walletpass.operations.doctor.finding import Status, Verdict, failed, ok, skipped, warning
from walletpass.operations.doctor.installation import Installation
from walletpass.operations.health import (
    Check,
    Level,
    check_certificate,
    check_mode,
    check_pass_types,
    list_pass_types_in_use,
    tell_problem,
)
from walletpass.operations.passes.operators import OperatorsPassType, choose_operators
from walletpass.pkpass import development
from walletpass.settings import Settings, SettingsError, WalletMode
from walletpass.store.pass_types import list_pass_types
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
_BRING_BACK = (
    "Get a certificate for this pass type: walletpass certs csr. walletpass certs list shows whose it is."
)
_say = translator(SOURCE_LANGUAGE).say


def check_apple(installation: Installation) -> Iterator[Verdict]:
    yield judge(check_mode(installation.settings.apple_wallet), _GO_LIVE)


def check_certificates(installation: Installation) -> Iterator[Verdict]:
    if missing := _find_reason_for_none(installation.settings):
        yield skipped(missing)
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


def check_pass_type(installation: Installation) -> Iterator[Verdict]:
    """Which one is the operator's, and whether those in use have certificates."""
    if missing := _find_reason_for_none(installation.settings):
        yield skipped(missing)
        return
    try:
        signers = installation.load_signers()
    except SettingsError:
        yield skipped("Pass types were not looked at: there are no certificates of them.")
        return
    with reading(installation) as tx:
        used = list_pass_types(tx) if tx is not None else []
        operators = choose_operators(installation.settings, signers, used)
        in_use = list_pass_types_in_use(tx, operators) if tx is not None else []
    yield _tell_operators(operators)
    for check in check_pass_types(in_use, signers):
        yield judge(check, _BRING_BACK)


def _tell_operators(operators: OperatorsPassType | None) -> Verdict:
    if operators is None:
        return warning(
            "Every certificate is a shop’s: other shops’ cards cannot be signed.",
            "Get a certificate for the operator’s own pass type, or set APPLE_PASS_TYPE to one that was given up.",
        )
    told = f"The operator’s pass type is {operators.name}."
    if not operators.others:
        return ok(told)
    why = "its cards were issued first" if operators.is_settled else "it comes first in the alphabet"
    return warning(
        f"{told} It was not named; it was taken before {', '.join(operators.others)} because {why}.",
        f"Set APPLE_PASS_TYPE={operators.name}, or to the one that is meant.",
    )


def _find_reason_for_none(settings: Settings) -> str:
    """Why there need not be a certificate; empty where one is needed."""
    if settings.apple_wallet is WalletMode.OFF:
        return "Without Apple Wallet no certificate is needed."
    if (
        settings.apple_wallet is WalletMode.DEVELOPMENT
        and not (settings.data_dir / development.FOLDER).exists()
    ):
        return "The development certificate is made at the first start."
    return ""


def judge(check: Check, remedy: str) -> Verdict:
    status = _STATUS[check.level]
    return Verdict(status, _say(check.sentence), "" if status is Status.OK else remedy)
