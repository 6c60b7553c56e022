"""What libcurl says where no answer came, and what it means for a push.

A push is idempotent, so a failure means "unknown, try again", but for those that say: not with these credentials.
"""

import re
from dataclasses import dataclass

from walletpass.apns.push import Verdict

TIMED_OUT = 28
_TLS_FAILED = 35
_NAMES = {
    5: "unresolved",
    6: "unresolved",
    7: "unreachable",
    16: "connection_lost",
    TIMED_OUT: "timed_out",
    _TLS_FAILED: "tls_failed",
    43: "certificate_unusable",
    52: "connection_lost",
    55: "connection_lost",
    56: "connection_lost",
    58: "certificate_unusable",
    60: "server_untrusted",
    77: "roots_unusable",
    92: "stream_ended",
    98: "certificate_refused",
}
"""By libcurl's code. Its own words may hold the address, and with it the push token."""

_CREDENTIALS = frozenset(
    {"certificate_unusable", "certificate_refused", "server_untrusted", "roots_unusable"}
)
_REFUSAL = re.compile(r"alert (?!internal error)")
"""OpenSSL's words where the other side refused us. In TLS 1.3 that comes after the handshake, as a failure to read."""
_CUT = re.compile(r"SYSCALL|unexpected eof|reset|error:0{8}|internal error")


@dataclass(frozen=True, slots=True)
class Trouble:
    verdict: Verdict
    name: str


def name_trouble(code: int, words: str) -> Trouble:
    if _REFUSAL.search(words):
        return Trouble(Verdict.HALT, "certificate_refused")
    name = _NAMES.get(code, f"curl_{code}")
    is_credentials = name in _CREDENTIALS or (code == _TLS_FAILED and not _CUT.search(words))
    return Trouble(Verdict.HALT if is_credentials else Verdict.LATER, name)
