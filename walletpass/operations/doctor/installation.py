"""What checks look at. Nothing of it is made or changed by looking."""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from walletpass.clock import Clock
from walletpass.gpay.client import WalletClient
from walletpass.gpay.retries import Patience
from walletpass.gpay.service_account import ServiceAccount
from walletpass.gpay.throttle import Throttle
from walletpass.pkpass.signers import Signers
from walletpass.settings import Settings, WalletMode

_PATIENCE = Patience(tries=2, connect=5.0, read=10.0, total=15.0)
"""Somebody waits for the answer."""


def _connect(account: ServiceAccount) -> WalletClient:
    return WalletClient(account, Throttle(), patience=_PATIENCE)


@dataclass(frozen=True)
class Installation:
    settings: Settings
    clock: Clock
    load_signers: Callable[[], Signers]
    """Raises SettingsError."""
    time_address: str = ""
    """A server whose clock is right; none: empty."""
    connect: Callable[[ServiceAccount], WalletClient] = _connect
    """To Google."""

    @property
    def is_live(self) -> bool:
        """Whether people's own phones are to get cards."""
        return WalletMode.LIVE in (self.settings.apple_wallet, self.settings.google_wallet)

    @property
    def is_on_loopback(self) -> bool:
        """Whether only this machine reaches the address that is handed out."""
        host = urlsplit(self.settings.public_url).hostname or ""
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"
