"""What checks look at. Nothing of it is made or changed by looking."""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from walletpass.clock import Clock
from walletpass.pkpass.signers import Signers
from walletpass.settings import Settings, WalletMode


@dataclass(frozen=True)
class Installation:
    settings: Settings
    clock: Clock
    load_signers: Callable[[], Signers]
    """Raises SettingsError."""
    time_address: str = ""
    """A server whose clock is right; none: empty."""

    @property
    def is_live(self) -> bool:
        """Whether people's own phones are to get cards."""
        return self.settings.apple_wallet is WalletMode.LIVE

    @property
    def is_on_loopback(self) -> bool:
        """Whether only this machine reaches the address that is handed out."""
        host = urlsplit(self.settings.public_url).hostname or ""
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"
