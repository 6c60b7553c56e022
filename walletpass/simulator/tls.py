"""The server's end of TLS in memory: bytes of the wire in and out.

asyncio's own ends a failed handshake without the alert that says why, and a sender judges by that alert.
"""

from contextlib import suppress
from ssl import MemoryBIO, SSLContext, SSLError, SSLWantReadError, SSLZeroReturnError

from cryptography import x509

_MOST_OF_A_RECORD = 16384


class ServerTls:
    def __init__(self, context: SSLContext) -> None:
        self._from_wire, self._to_wire = MemoryBIO(), MemoryBIO()
        self._end = context.wrap_bio(self._from_wire, self._to_wire, server_side=True)
        self.is_up = False
        """Whether the handshake succeeded."""

    def receive(self, data: bytes) -> bytes:
        """What was said in those bytes of the wire. Raises SSLError; `close` then gives the alert."""
        self._from_wire.write(data)
        said = []
        with suppress(SSLWantReadError, SSLZeroReturnError):
            if not self.is_up:
                self._end.do_handshake()
                self.is_up = True
            while record := self._end.read(_MOST_OF_A_RECORD):
                said.append(record)
        return b"".join(said)

    def send(self, data: bytes) -> bytes:
        """Bytes for the wire: what TLS itself has to say, and `data`."""
        if data:
            self._end.write(data)
        return self._to_wire.read()

    def close(self) -> bytes:
        """The last bytes for the wire: the alert of a failure, or that nothing more is to come."""
        with suppress(SSLError):
            self._end.unwrap()
        return self._to_wire.read()

    @property
    def application_protocol(self) -> str | None:
        return self._end.selected_alpn_protocol()

    @property
    def peer(self) -> x509.Certificate:
        der = self._end.getpeercert(binary_form=True)
        assert der, "asked before the handshake, or of a context that asks for no certificate"
        return x509.load_der_x509_certificate(der)
