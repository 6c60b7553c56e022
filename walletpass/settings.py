"""What the operator may set, read once from the environment. The only reader of it."""

import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

_ISSUER_DIGITS = 19


class WalletMode(StrEnum):
    """Set, never inferred from which files lie about."""

    LIVE = "live"
    DEVELOPMENT = "development"
    OFF = "off"


class SettingsError(Exception):
    """Every wrong setting at once, one line each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _port(text: str) -> int:
    port = int(text)
    if not 0 < port < 65536:
        raise ValueError
    return port


def read_rate(text: str) -> float:
    """How often a second something shall be done. Raises ValueError."""
    rate = float(text)
    if not 0 < rate < math.inf:
        raise ValueError
    return rate


def _public_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError
    return text.rstrip("/")


def _smtp_url(text: str) -> str:
    if text and (urlsplit(text).scheme not in ("smtp", "smtps") or not urlsplit(text).hostname):
        raise ValueError
    return text


def read_issuer_id(text: str) -> str:
    """Of an issuer account at Google, or empty. Raises ValueError."""
    if text and not (text.isascii() and text.isdigit() and len(text) <= _ISSUER_DIGITS):
        raise ValueError
    return text


def _log_level(text: str) -> str:
    if text not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError
    return text


def _database_url(text: str) -> str:
    if text and not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError
    return text


@dataclass(frozen=True, slots=True)
class Setting:
    """One name in the environment: how it is read and what it means."""

    name: str
    default: str
    read: Callable[[str], Any]
    expects: str
    meaning: str


SETTINGS = (
    Setting("HOST", "127.0.0.1", str, "a host name or address", "Address to listen on."),
    Setting("PORT", "8000", _port, "a number from 1 to 65535", "Port to listen on."),
    Setting(
        "PUBLIC_URL",
        "",
        lambda text: text and _public_url(text),
        "an http or https address",
        "The address customers and phones use; makes every link. Default: http://HOST:PORT.",
    ),
    Setting("DATA_DIR", "data", Path, "a folder", "Database, keys and development certificates."),
    Setting(
        "DATABASE_URL",
        "",
        _database_url,
        "sqlite:///… or postgresql+psycopg://…",
        "postgresql+psycopg://… for PostgreSQL. Default: SQLite in DATA_DIR.",
    ),
    Setting("CERTS_DIR", "certs", Path, "a folder", "Apple certificates and keys for live mode."),
    Setting(
        "APPLE_WALLET",
        "development",
        WalletMode,
        "live, development or off",
        "live signs with CERTS_DIR; development with a chain of its own that no iPhone trusts.",
    ),
    Setting(
        "APPLE_PASS_TYPE",
        "",
        str,
        "a pass type identifier",
        "The operator's, where certificates of several lie there. Default: of those that no shop brought, the one "
        "whose cards were issued first.",
    ),
    Setting(
        "GOOGLE_WALLET",
        "development",
        WalletMode,
        "live, development or off",
        "live sends cards to Google with GOOGLE_KEY; development, which needs APPLE_WALLET=development, to a "
        "simulated Google.",
    ),
    Setting(
        "GOOGLE_KEY",
        "certs/google.json",
        Path,
        "a file",
        "JSON key of the service account that may change the issuer's cards, for live mode.",
    ),
    Setting(
        "GOOGLE_ISSUER_ID",
        "",
        read_issuer_id,
        "a number of at most 19 digits",
        "Of the issuer account, for live mode.",
    ),
    Setting(
        "GOOGLE_RATE",
        "15",
        read_rate,
        "a number greater than 0",
        "Calls a second to Google, which allows an issuer 20.",
    ),
    Setting(
        "SMTP_URL",
        "",
        _smtp_url,
        "smtp://user:password@host:587 or smtps://…",
        "Mail server. Without one mail is printed in development, and live mode refuses to start.",
    ),
    Setting(
        "MAIL_FROM",
        "",
        str,
        "an e-mail address",
        "Sender of mail. Default: cards@ and the host of PUBLIC_URL.",
    ),
    Setting(
        "SECRET_KEY",
        "",
        str,
        "a long random text",
        "Signs sessions and seals secrets at rest. Default: made once and kept in DATA_DIR.",
    ),
    Setting(
        "ROLL_OUT_RATE",
        "100",
        read_rate,
        "a number greater than 0",
        "Cards a second that follow when a design, rewards or places change.",
    ),
    Setting("TRUSTED_PROXIES", "0", int, "a number", "Reverse proxies in front, for the caller's address."),
    Setting("LOG_LEVEL", "INFO", _log_level, "DEBUG, INFO, WARNING or ERROR", "How much is logged."),
)


@dataclass(frozen=True, slots=True)
class Settings:
    host: str
    port: int
    public_url: str
    data_dir: Path
    database_url: str
    certs_dir: Path
    apple_wallet: WalletMode
    apple_pass_type: str
    google_wallet: WalletMode
    google_key: Path
    google_issuer_id: str
    google_rate: float
    smtp_url: str
    mail_from: str
    secret_key: str
    roll_out_rate: float
    trusted_proxies: int
    log_level: str

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Raises SettingsError naming every wrong value at once."""
        environ = os.environ if environ is None else environ  # noqa: TID251 - this is that one place
        values: dict[str, Any] = {}
        problems = []
        for setting in SETTINGS:
            text = environ.get(setting.name) or setting.default
            try:
                values[setting.name.lower()] = setting.read(text)
            except ValueError:
                problems.append(f"{setting.name}={text!r} is not {setting.expects}.")
        if problems:
            raise SettingsError(problems)
        values["public_url"] = values["public_url"] or f"http://{values['host']}:{values['port']}"
        values["data_dir"] = values["data_dir"].absolute()
        values["certs_dir"] = values["certs_dir"].absolute()
        values["google_key"] = values["google_key"].absolute()
        values["database_url"] = values["database_url"] or f"sqlite:///{values['data_dir'] / 'walletpass.db'}"
        values["mail_from"] = values["mail_from"] or f"cards@{urlsplit(values['public_url']).hostname}"
        return cls(**values)

    @property
    def on_loopback(self) -> bool:
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False
