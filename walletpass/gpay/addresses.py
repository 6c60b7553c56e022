"""Where Google is, and what may be given in its place."""

from urllib.parse import urlsplit

API = "https://walletobjects.googleapis.com"
SAVE_PAGE = "https://pay.google.com/gp/v/save"
TOKENS = "https://oauth2.googleapis.com/token"


def check_address(address: str, is_development: bool) -> str:
    """Without a slash at its end. Raises ValueError for what is no address, and for http unless in development."""
    schemes = ("https", "http") if is_development else ("https",)
    parts = urlsplit(address)
    if parts.scheme not in schemes or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(f"an address that begins with {' or '.join(schemes)}:// is needed")
    return address.rstrip("/")
