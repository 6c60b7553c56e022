"""Barcodes whose value changes with time (RFC 6238).

https://developers.google.com/wallet/retail/loyalty-cards/resources/rotating-barcodes
"""

import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

_PLACE = re.compile(r"\{totp_(?:value_(\d+)|timestamp_(millis|seconds))\}")


def write_rotating_value(barcode: Mapping[str, Any], now: datetime) -> str:
    """What the phone shows at that time; `barcode` is an object's `rotatingBarcode`."""
    details = barcode["totpDetails"]
    millis = int(now.timestamp() * 1000)
    counter, rest = divmod(millis, int(details["periodMillis"]))
    period_start = millis - rest

    def fill(place: re.Match[str]) -> str:
        if place[1]:
            parameter = details["parameters"][int(place[1])]
            return _totp(bytes.fromhex(parameter["key"]), counter, int(parameter["valueLength"]))
        return str(period_start if place[2] == "millis" else period_start // 1000)

    return _PLACE.sub(fill, barcode["valuePattern"])


def _totp(key: bytes, counter: int, length: int) -> str:
    digest = hmac.digest(key, counter.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return str(number % 10**length).zfill(length)
