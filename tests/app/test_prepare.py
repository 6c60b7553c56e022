"""What has to be there before requests are answered."""

from pathlib import Path

import pytest

from walletpass.app import prepare
from walletpass.settings import Settings, SettingsError

BOTH_OFF = {"APPLE_WALLET": "off", "GOOGLE_WALLET": "off"}


def test_live_mode_names_all_that_it_lacks_and_makes_nothing(tmp_path: Path) -> None:
    folders = {"DATA_DIR": str(tmp_path / "data"), "CERTS_DIR": str(tmp_path / "certs")}
    with pytest.raises(SettingsError) as caught:
        prepare(Settings.from_env({**folders, "APPLE_WALLET": "live"}))
    told = "\n".join(caught.value.problems)
    assert "SMTP_URL" in told
    assert "no usable certificate" in told
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("apple", ["live", "off"])
def test_a_simulated_google_beside_no_simulated_apple_is_refused(tmp_path: Path, apple: str) -> None:
    """Nothing would answer in Google's place, and customers would be promised nothing without being told."""
    settings = Settings.from_env({"DATA_DIR": str(tmp_path / "data"), "APPLE_WALLET": apple})
    with pytest.raises(SettingsError) as caught:
        prepare(settings)
    assert any("GOOGLE_WALLET=development" in problem for problem in caught.value.problems)
    assert not (tmp_path / "data").exists()


def test_an_operators_pass_type_without_a_certificate_stops_the_start(tmp_path: Path) -> None:
    """With a sentence that names those there are."""
    named = {"DATA_DIR": str(tmp_path), "APPLE_PASS_TYPE": "pass.of.nobody"}
    with pytest.raises(SettingsError) as caught:
        prepare(Settings.from_env(named))
    (told,) = caught.value.problems
    assert told.startswith("APPLE_PASS_TYPE='pass.of.nobody', but")
    assert "pass.dev.walletpass.cards" in told
    prepare(Settings.from_env({**named, "APPLE_PASS_TYPE": "pass.dev.walletpass.cards"}))
    prepare(Settings.from_env({**named, **BOTH_OFF}))


def test_a_second_start_keeps_what_the_first_one_made(tmp_path: Path) -> None:
    settings = Settings.from_env({"DATA_DIR": str(tmp_path), **BOTH_OFF})
    prepare(settings)
    before = (tmp_path / "secret.key").read_text()
    prepare(settings)
    assert (tmp_path / "secret.key").read_text() == before
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
