"""The finished files: one signed `.pkpass`, and several of them as `.pkpasses`.

https://developer.apple.com/documentation/walletpasses/distributing-and-updating-a-pass
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

import msgspec

from walletpass.pkpass.archive import build_archive, close_archive
from walletpass.pkpass.manifest import close_manifest
from walletpass.pkpass.signing import Signer
from walletpass.pkpass.static import StaticPart

PASS_MEDIA_TYPE = "application/vnd.apple.pkpass"  # noqa: S105 - not a password
PASSES_MEDIA_TYPE = "application/vnd.apple.pkpasses"

_write_json = msgspec.json.Encoder().encode
_MAX_PASSES = 10
_MAX_PASSES_BYTES = 150_000_000


def build_pass(
    static: StaticPart,
    pass_json: bytes | dict[str, Any],
    signer: Signer,
    at: datetime,
    more: Mapping[str, bytes] = MappingProxyType({}),
) -> bytes:
    """A `.pkpass` signed at `at`. The same arguments always give the same bytes.

    `more`: files of this pass alone, by name (ASCII).
    Raises CertificateRefused where the signer's certificate is not valid at that instant.
    """
    if isinstance(pass_json, dict):
        pass_json = _write_json(pass_json)
    manifest = close_manifest(static.manifest, pass_json, more)
    files = {
        b"pass.json": pass_json,
        **{name.encode("ascii"): data for name, data in more.items()},
        b"manifest.json": manifest,
        b"signature": signer.sign(manifest, at),
    }
    return close_archive(static.archive, files)


def build_passes(passes: Mapping[str, bytes]) -> bytes:
    """A `.pkpasses` of finished passes by name (ASCII, no extension). ValueError beyond Apple's limits."""
    if len(passes) > _MAX_PASSES:
        raise ValueError(f"a bundle holds at most {_MAX_PASSES} passes")
    bundle = build_archive({f"{name}.pkpass".encode("ascii"): data for name, data in passes.items()})
    if len(bundle) > _MAX_PASSES_BYTES:
        raise ValueError(f"a bundle has at most {_MAX_PASSES_BYTES} bytes")
    return bundle
