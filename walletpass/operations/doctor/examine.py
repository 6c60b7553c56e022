"""All checks, in the order in which their findings are told."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from walletpass.operations.doctor.apple import check_apple, check_certificates, check_pass_type
from walletpass.operations.doctor.clock import check_clock
from walletpass.operations.doctor.database import DatabaseUnreadable, check_database
from walletpass.operations.doctor.finding import Finding, Status, Verdict, skipped
from walletpass.operations.doctor.google import check_class, check_credentials, check_google, check_issuer
from walletpass.operations.doctor.google_addresses import check_callback_address, check_image_addresses
from walletpass.operations.doctor.installation import Installation
from walletpass.operations.doctor.mail import check_mail
from walletpass.operations.doctor.public_address import check_public_address
from walletpass.settings import SettingsError

Check = Callable[[Installation], Iterable[Verdict]]

CHECKS: Mapping[str, Check] = {
    "database": check_database,
    "apple": check_apple,
    "certificate": check_certificates,
    "pass_type": check_pass_type,
    "google": check_google,
    "google_credentials": check_credentials,
    "google_issuer": check_issuer,
    "google_class": check_class,
    "mail": check_mail,
    "clock": check_clock,
    "public_address": check_public_address,
    "callback_address": check_callback_address,
    "image_addresses": check_image_addresses,
}


def examine(installation: Installation) -> Iterator[Finding]:
    """One check may find several things."""
    yield Finding("settings", Status.OK, "All settings can be read.", "")
    for name, check in CHECKS.items():
        for verdict in _make(check, installation):
            yield Finding(name, verdict.status, verdict.sentence, verdict.remedy)


def _make(check: Check, installation: Installation) -> Iterator[Verdict]:
    try:
        yield from check(installation)
    except DatabaseUnreadable:
        yield skipped("This could not be looked at, because the database cannot be read.")


def find_wrong_settings(error: SettingsError) -> Iterator[Finding]:
    """With them nothing else can be tried."""
    for problem in error.problems:
        yield Finding("settings", Status.FAILED, problem, "docs/settings.md lists every setting.")
