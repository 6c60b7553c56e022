"""The official "Add to Apple Wallet" and "Add to Google Wallet" badges, where the operator has put them."""

from pathlib import Path

from walletpass.operations.services import Services


def find_badge(services: Services, wallet: str, language: str) -> Path | None:
    """`badges/add-to-<wallet>-wallet.<language>.svg` in DATA_DIR, else the English one; apple or google.

    The vendors give the files to those who agree to their terms, so none comes with the product:
    https://developer.apple.com/wallet/add-to-apple-wallet-guidelines/,
    https://developers.google.com/wallet/retail/loyalty-cards/resources/brand-guidelines
    """
    folder = services.settings.data_dir / "badges"
    files = (folder / f"add-to-{wallet}-wallet.{code}.svg" for code in (language, "en"))
    return next((file for file in files if file.is_file()), None)
