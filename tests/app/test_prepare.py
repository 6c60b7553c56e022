"""What has to be there before requests are answered."""

from pathlib import Path

import pytest

from walletpass.app import prepare
from walletpass.settings import Settings, SettingsError


def test_live_mode_names_all_that_it_lacks_and_makes_nothing(tmp_path: Path) -> None:
    folders = {"DATA_DIR": str(tmp_path / "data"), "CERTS_DIR": str(tmp_path / "certs")}
    with pytest.raises(SettingsError) as caught:
        prepare(Settings.from_env({**folders, "APPLE_WALLET": "live"}))
    told = "\n".join(caught.value.problems)
    assert "SMTP_URL" in told
    assert "no usable certificate" in told
    assert not (tmp_path / "data").exists()


def test_a_second_start_keeps_what_the_first_one_made(tmp_path: Path) -> None:
    settings = Settings.from_env({"DATA_DIR": str(tmp_path), "APPLE_WALLET": "off"})
    prepare(settings)
    before = (tmp_path / "secret.key").read_text()
    prepare(settings)
    assert (tmp_path / "secret.key").read_text() == before
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
