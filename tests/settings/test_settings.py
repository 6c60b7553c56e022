"""What the operator may set."""

from pathlib import Path

import pytest

from walletpass.settings import SETTINGS, Settings, SettingsError, WalletMode


def test_nothing_needs_to_be_set() -> None:
    settings = Settings.from_env({})
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.apple_wallet is WalletMode.DEVELOPMENT
    assert settings.database_url == f"sqlite:///{Path('data').absolute() / 'walletpass.db'}"


def test_every_wrong_name_is_told_at_once() -> None:
    wrong = {
        "PORT": "70000",
        "PUBLIC_URL": "cards.example.com",
        "APPLE_WALLET": "on",
        "SMTP_URL": "mail.example.com",
        "LOG_LEVEL": "LOUD",
        "DATABASE_URL": "mysql://x",
        "TRUSTED_PROXIES": "one",
    }
    with pytest.raises(SettingsError) as caught:
        Settings.from_env(wrong)
    assert [problem.partition("=")[0] for problem in caught.value.problems] == [
        setting.name for setting in SETTINGS if setting.name in wrong
    ]


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("cards.example.com", False),
    ],
)
def test_loopback_is_what_nobody_else_can_reach(host: str, loopback: bool) -> None:
    assert Settings.from_env({"HOST": host}).on_loopback is loopback


def test_a_public_address_ends_without_a_slash() -> None:
    assert (
        Settings.from_env({"PUBLIC_URL": "https://cards.example.com/"}).public_url
        == "https://cards.example.com"
    )
