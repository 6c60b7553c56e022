"""An empty installation, to be filled in Python and then worked in by the command line."""

from pathlib import Path

from walletpass.app import build_services
from walletpass.operations.services import Services
from walletpass.settings import Settings
from walletpass.store.schema import migrate


def open_installation(folder: Path) -> tuple[dict[str, str], Services]:
    """The environment in which commands find it, and its services, whose database the caller closes."""
    environment = {"DATA_DIR": str(folder), "SECRET_KEY": "of the tests"}
    services = build_services(Settings.from_env(environment))
    migrate(services.database)
    return environment, services
