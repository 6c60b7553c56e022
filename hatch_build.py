"""What a wheel carries beside our code: built fonts and scripts, card templates, public certificates."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = ("walletpass/artwork/fonts/.made-from", "walletpass/web/static/built/.made-from")
SHIPPED = ("templates", "certs/AppleRootCA.pem", "certs/AppleWWDRCAG4.cer")


class WalletpassWheel(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        if not all((Path(self.root) / mark).exists() for mark in BUILT):
            self.app.abort(
                "Fonts and page scripts are not built yet: use `make wheel`, which builds them first."
            )
        build_data["force_include"].update({name: f"walletpass/shipped_files/{name}" for name in SHIPPED})
