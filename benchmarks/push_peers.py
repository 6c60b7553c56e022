"""Other ways to send the same pushes: the least that pycurl can be made to do, and the usual Python client."""

import asyncio
import ssl
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

import pycurl
from aioapns import APNs, NotificationRequest
from aioapns.common import NotificationResult
from aioapns.connection import APNsTLSClientProtocol

from walletpass.pkpass.signing import ClientCertificate

_LONGEST_WAIT = 1.0


class BareLoop:
    """Easy handles in one multi handle, used again and again; no outcome is looked at."""

    def __init__(
        self, address: str, roots: bytes, client: ClientCertificate, topic: str, window: int
    ) -> None:
        self._address = address
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_PIPELINING, pycurl.PIPE_MULTIPLEX)
        self._multi.setopt(pycurl.M_MAX_HOST_CONNECTIONS, 1)
        self._multi.setopt(pycurl.M_MAX_CONCURRENT_STREAMS, window)
        self._spare = [self._make_handle(roots, client, topic) for _ in range(window)]

    def send(self, tokens: Sequence[str]) -> None:
        waiting = iter(tokens)
        self._start(waiting, 1)  # the server's stream limit comes with the first answer
        self._finish_all(waiting)

    def _finish_all(self, waiting: Iterator[str]) -> None:
        running = 1
        while running:
            _, running = self._multi.perform()
            _, finished, failed = self._multi.info_read()
            assert not failed, failed
            for handle in finished:
                self._multi.remove_handle(handle)
            self._spare += finished
            if finished:
                running += self._start(waiting, len(self._spare))
            else:
                due = self._multi.timeout() / 1000
                self._multi.select(min(due, _LONGEST_WAIT) if due >= 0 else _LONGEST_WAIT)

    def _start(self, waiting: Iterator[str], most: int) -> int:
        started = 0
        for token in islice(waiting, most):
            handle = self._spare.pop()
            handle.setopt(pycurl.URL, f"{self._address}/3/device/{token}")
            self._multi.add_handle(handle)
            started += 1
        return started

    def _make_handle(self, roots: bytes, client: ClientCertificate, topic: str) -> pycurl.Curl:
        handle = pycurl.Curl()
        options = {
            pycurl.HTTP_VERSION: pycurl.CURL_HTTP_VERSION_2TLS,
            pycurl.PIPEWAIT: 1,
            pycurl.CAINFO_BLOB: roots,
            pycurl.SSLCERT_BLOB: client.certificates,
            pycurl.SSLKEY_BLOB: client.key,
            pycurl.HTTPHEADER: [f"apns-topic: {topic}"],
            pycurl.POSTFIELDS: "{}",
            pycurl.WRITEFUNCTION: lambda _: None,
            pycurl.NOSIGNAL: 1,
        }
        for option, value in options.items():
            handle.setopt(option, value)
        return handle


class AioapnsLoop:
    """aioapns on one connection, as many pushes at once as it takes."""

    def __init__(self, address: str, root: Path, client: ClientCertificate, topic: str, folder: Path) -> None:
        pair = folder / "aioapns.pem"
        pair.write_bytes(client.certificates + client.key)
        self._pair, self._root, self._topic = pair, root, topic
        self._host, self._port = urlsplit(address).hostname, urlsplit(address).port
        self._runner = asyncio.Runner()

    def prepare(self) -> None:
        """A new connection with a push behind it: an old one would end as idle, having had no turn meanwhile."""
        self._client = self._runner.run(self._open())
        self.send(["0" * 64])

    def send(self, tokens: Sequence[str]) -> None:
        self._runner.run(self._send(tokens))

    async def _send(self, tokens: Sequence[str]) -> None:
        requests = (NotificationRequest(token, {}) for token in tokens)
        answers = await asyncio.gather(*map(self._client.send_notification, requests))
        assert all(answer.is_successful for answer in answers)

    async def _open(self) -> APNs:
        context = ssl.create_default_context(cafile=str(self._root))
        context.set_alpn_protocols(["h2"])
        client = APNs(client_cert=str(self._pair), topic=self._topic, max_connections=1, ssl_context=context)
        server = {"APNS_SERVER": self._host, "APNS_PORT": self._port}
        client.pool.protocol_class = type("Protocol", (_AnsweredByStream,), server)
        return client


class _AnsweredByStream(APNsTLSClientProtocol):
    """`nghttpd` does not send the push's id back; its stream tells as well which one was answered."""

    def on_response_received(self, headers: dict[bytes, bytes]) -> None:
        pass

    def on_data_received(self, raw_data: bytes, stream_id: int) -> None:
        pass

    def on_stream_ended(self, stream_id: int) -> None:
        push_id = self.request_streams.pop(stream_id)
        self.requests.pop(push_id).set_result(NotificationResult(push_id, "200"))
        super().on_stream_ended(stream_id)
