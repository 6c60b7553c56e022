"""A web service that answers phones as it is told to, over a real socket."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import orjson
from support.pass_makers import PassMaker

from walletpass.pkpass.bundle import PASS_MEDIA_TYPE


@dataclass(frozen=True)
class Said:
    """An answer."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Heard:
    """A request. `path` is what comes after the address in the pass."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


def say_list(*serials: str, tag: str = "1") -> Said:
    body = orjson.dumps({"serialNumbers": serials, "lastUpdated": tag})
    return Said(200, body, {"Content-Type": "application/json"})


def say_pass(file: bytes, modified: str = "Sun, 22 Nov 2026 09:00:00 GMT") -> Said:
    return Said(200, file, {"Content-Type": PASS_MEDIA_TYPE, "Last-Modified": modified})


@dataclass
class ScriptedService:
    """By default everything is well and nothing ever changes."""

    maker: PassMaker
    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    answers: dict[str, list[Said]] = field(default_factory=dict)
    """First word of the errand -> answers, one after the other; the last one stays."""

    def build(self, news: str = "Welcome!", **changes: object) -> bytes:
        service = {"serialNumber": "one", "webServiceURL": self.url}
        return self.maker.build(news, **{**service, **changes})

    def will(self, errand: str, *answers: Said) -> None:
        self.answers[errand] = list(answers)

    def answer(self, request: Heard) -> Said:
        self.heard.append(request)
        script = self.answers.get(errand_of(request), [])
        if not script:
            return _USUAL[errand_of(request)]
        return script.pop(0) if len(script) > 1 else script[0]

    @property
    def errands(self) -> list[str]:
        return [errand_of(request) for request in self.heard]

    @property
    def logged(self) -> list[str]:
        bodies = [orjson.loads(each.body) for each in self.heard if errand_of(each) == "log"]
        return [line for body in bodies for line in body["logs"]]


_USUAL = {
    "register": Said(201),
    "unregister": Said(200),
    "list": Said(204),
    "fetch": Said(304),
    "log": Said(200),
    "other": Said(404),
}


def errand_of(request: Heard) -> str:
    parts = request.path.partition("?")[0].strip("/").split("/")
    match request.method, parts:
        case "POST", ["v1", "devices", _, "registrations", _, _]:
            return "register"
        case "DELETE", ["v1", "devices", _, "registrations", _, _]:
            return "unregister"
        case "GET", ["v1", "devices", _, "registrations", _]:
            return "list"
        case "GET", ["v1", "passes", _, _]:
            return "fetch"
        case "POST", ["v1", "log"]:
            return "log"
    return "other"


@contextmanager
def scripted_service(maker: PassMaker) -> Iterator[ScriptedService]:
    service = ScriptedService(maker)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(service.answer))
    server.daemon_threads = True
    service.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(answer: Callable[[Heard], Said]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            said = answer(Heard(self.command, self.path, dict(self.headers), body))
            self.send_response(said.status)
            for name, value in {"Content-Length": str(len(said.body)), **said.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said.body)

        do_GET = do_POST = do_DELETE = _serve  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None:
            """Nothing: requests are kept."""

    return Handler
