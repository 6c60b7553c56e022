"""The official "Add to Apple Wallet" badge, where the operator has put it."""

from pathlib import Path

from walletpass.operations.services import Services


def find_badge(services: Services, language: str) -> Path | None:
    """`badges/add-to-apple-wallet.<language>.svg` in DATA_DIR, else the English one.

    Apple gives the files to registered developers only, so none comes with the product:
    https://developer.apple.com/wallet/add-to-apple-wallet-guidelines/
    """
    folder = services.settings.data_dir / "badges"
    files = (folder / f"add-to-apple-wallet.{code}.svg" for code in (language, "en"))
    return next((file for file in files if file.is_file()), None)
