"""Where the files that come with the product lie: card templates and Apple's public certificates.

A checkout has them beside the package, an installed wheel inside it.
"""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def _find(name: str) -> Path:
    inside = _PACKAGE / "shipped_files" / name
    return inside if inside.exists() else _PACKAGE.parent / name


CARD_TEMPLATES = _find("templates")
APPLE_ROOT = _find("certs/AppleRootCA.pem")
APPLE_WWDR_G4 = _find("certs/AppleWWDRCAG4.cer")
