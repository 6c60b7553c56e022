"""Whether our clock is right: codes that rotate, tokens and certificates depend on it."""

from collections.abc import Iterator
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime

from walletpass.gpay.addresses import API
from walletpass.operations.doctor.ask import Unanswered, ask
from walletpass.operations.doctor.finding import Verdict, failed, ok, skipped, warning
from walletpass.operations.doctor.installation import Installation
from walletpass.settings import WalletMode

_UNNOTICED = timedelta(seconds=5)
"""What a Date header, which is rounded, and its way here can make."""
_HARMFUL = timedelta(seconds=60)
_SET_IT = "Let the machine's clock be set by NTP, for instance with systemd-timesyncd or chrony."


def check_clock(installation: Installation) -> Iterator[Verdict]:
    is_live = installation.settings.google_wallet is WalletMode.LIVE
    address = installation.time_address or (API if is_live else "")
    if not address:
        yield skipped(
            "Whether the clock is right is unknown: there is no server to compare it with.",
            "Name one: walletpass doctor --clock https://…",
        )
        return
    try:
        told = parsedate_to_datetime(ask(address, "HEAD").headers.get("Date", ""))
    except Unanswered as why:
        yield skipped(f"Whether the clock is right is unknown: {address} was asked, and {why}.")
    except ValueError:
        yield skipped(f"Whether the clock is right is unknown: {address} does not say what time it is.")
    else:
        yield _judge(installation.clock.now() - told.replace(tzinfo=told.tzinfo or UTC), address)


def _judge(ahead: timedelta, address: str) -> Verdict:
    if abs(ahead) <= _UNNOTICED:
        return ok(f"The clock agrees with that of {address}.")
    seconds = round(abs(ahead).total_seconds())
    told = f"The clock is {seconds} seconds {'ahead of' if ahead > timedelta(0) else 'behind'} that of {address}."
    return failed(told, _SET_IT) if abs(ahead) > _HARMFUL else warning(told, _SET_IT)
