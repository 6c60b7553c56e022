"""What a failure of the way means for a push."""

import pytest

from walletpass.apns.push import Verdict
from walletpass.apns.trouble import Trouble, name_trouble

LATER, HALT = Verdict.LATER, Verdict.HALT


@pytest.mark.parametrize(
    ("code", "words", "trouble"),
    [
        (6, "Could not resolve host", Trouble(LATER, "unresolved")),
        (7, "Failed to connect", Trouble(LATER, "unreachable")),
        (28, "Operation timed out", Trouble(LATER, "timed_out")),
        (35, "Recv failure: Connection reset by peer", Trouble(LATER, "tls_failed")),
        (35, "TLS connect error: error:00000000:lib(0)::reason(0)", Trouble(LATER, "tls_failed")),
        (35, "SSL_ERROR_SYSCALL in connection", Trouble(LATER, "tls_failed")),
        (
            35,
            "error:0A000126:SSL routines::unexpected eof while reading",
            Trouble(LATER, "tls_failed"),
        ),
        (35, "error:0A000438:SSL routines::tlsv1 alert internal error", Trouble(LATER, "tls_failed")),
        (35, "error:0A00010B:SSL routines::wrong version number", Trouble(HALT, "tls_failed")),
        (
            35,
            "error:0A000410:SSL routines::ssl/tls alert handshake failure",
            Trouble(HALT, "certificate_refused"),
        ),
        (
            56,
            "error:0A000415:SSL routines::ssl/tls alert certificate expired",
            Trouble(HALT, "certificate_refused"),
        ),
        (43, "unable to set private key file", Trouble(HALT, "certificate_unusable")),
        (55, "Send failure: Broken pipe", Trouble(LATER, "connection_lost")),
        (56, "Recv failure: Connection reset by peer", Trouble(LATER, "connection_lost")),
        (58, "unable to set private key", Trouble(HALT, "certificate_unusable")),
        (60, "unable to get local issuer certificate", Trouble(HALT, "server_untrusted")),
        (92, "HTTP/2 stream 5 was not closed cleanly", Trouble(LATER, "stream_ended")),
        (98, "certificate required", Trouble(HALT, "certificate_refused")),
        (4711, "", Trouble(LATER, "curl_4711")),
    ],
)
def test_only_refused_credentials_halt(code: int, words: str, trouble: Trouble) -> None:
    assert name_trouble(code, words) == trouble
