"""`manifest.json`: the SHA-1 of every file of a pass, the only hash that Wallet knows.

https://developer.apple.com/documentation/walletpasses/building-a-pass
"""

from collections.abc import Mapping

import orjson

from walletpass.pkpass.digests import sha1


def hash_file(data: bytes) -> str:
    return sha1(data).hex()


def open_manifest(files: Mapping[str, bytes]) -> bytes:
    """The manifest's beginning: those files, and room for `pass.json` behind them."""
    listed = orjson.dumps({name: hash_file(data) for name, data in files.items()})
    return listed.removesuffix(b"}") + (b"," if files else b"") + b'"pass.json":"'


def close_manifest(opened: bytes, pass_json: bytes, more: Mapping[str, bytes]) -> bytes:
    """`more`: files behind `pass.json`, by name."""
    others = "".join(f',"{name}":"{hash_file(data)}"' for name, data in more.items())
    return b'%b%b"%b}' % (opened, hash_file(pass_json).encode(), others.encode())
