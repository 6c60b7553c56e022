"""The Host header, which anybody may write."""

from pathlib import Path

from walletpass.app import create_app, prepare
from walletpass.settings import Settings

HOSTS = ("a" * 300, ".", "a..b", "[", "localhost:99999999", "é")
PATHS = ("/sign-in", "/no/such/page", "/wallet/v1/log")


def test_a_host_that_cannot_be_is_no_fault_of_ours(tmp_path: Path) -> None:
    settings = Settings.from_env({"DATA_DIR": str(tmp_path), "APPLE_WALLET": "off", "GOOGLE_WALLET": "off"})
    prepare(settings)
    client = create_app(settings).test_client()
    for host in HOSTS:
        for path in PATHS:
            answer = client.get(path, environ_overrides={"HTTP_HOST": host})
            assert answer.status_code < 500, (host, path)
