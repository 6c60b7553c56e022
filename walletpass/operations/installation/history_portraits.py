"""Photos of members of the demo's year: drawn, for they are nobody."""

from functools import cache

from walletpass.artwork.raster import rasterise, svg_document

SKINS = ("#f3d3b8", "#e0ac84", "#b97f56", "#7d5236")
HAIRS = ("#2b1d16", "#6b4226", "#c79a4b", "#b9b4ae", "#8c2f1b")
SHIRTS = ("#2f6f4f", "#33587f", "#a5432f", "#d9a320")
_SIZE = 384


@cache
def draw_portrait(skin: str, hair: str, shirt: str) -> bytes:
    """A PNG."""
    body = (
        '<rect width="48" height="48" fill="#eef2e6"/>'
        f'<path d="M4 50c0-14 8-18 20-18s20 4 20 18z" fill="{shirt}"/>'
        f'<rect x="19" y="24" width="10" height="12" rx="5" fill="{skin}"/>'
        f'<path d="M12 22C10 6 38 6 36 22v5H12z" fill="{hair}"/>'
        f'<ellipse cx="24" cy="22" rx="9" ry="11" fill="{skin}"/>'
        f'<path d="M14 19c4-1 8-3 10-7 2 4 6 6 10 7-1-12-19-12-20 0z" fill="{hair}"/>'
        '<circle cx="20.5" cy="22" r="1.1"/><circle cx="27.5" cy="22" r="1.1"/>'
        '<path d="M20 27q4 4 8 0" fill="none" stroke="#7a3b2e" stroke-width="1.2" stroke-linecap="round"/>'
    )
    return rasterise(svg_document(48, 48, body), _SIZE, _SIZE)
