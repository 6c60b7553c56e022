"""Small web servers on real sockets, for what asks others over HTTP."""

import json
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

Page = tuple[int, object]
"""Status, and bytes or what is to be said as JSON."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """A caller that does not like our certificate is no error of ours."""


@contextmanager
def web_server(
    status: int = 200,
    body: object = None,
    pair: tuple[Path, Path] | None = None,
    pages: Mapping[str, Page] | None = None,
    **headers: str,
) -> Iterator[str]:
    """Gives everybody the same answer, but for `pages` by their paths; its address.

    `pair`: a certificate and its key, to speak TLS with.
    """

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            told, said = (pages or {}).get(self.path, (status, body))
            content = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response_only(told)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_GET = do_HEAD = do_POST = answer  # noqa: N815 - the base class's own spelling

        def log_message(self, *_: Any) -> None:
            """Nothing on the terminal."""

    with _Server(("127.0.0.1", 0), Handler) as server:
        if pair:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(*pair)
            server.socket = context.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"{'https' if pair else 'http'}://127.0.0.1:{server.server_port}"
        server.shutdown()
