"""Addresses as phones write them, brought to those that are routed here. Nothing is ever redirected: phones are
not known to follow."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_SERVICE = "/wallet/"
_SLASHES = re.compile("/{2,}")


def take_any_slashes(app: "WSGIApplication") -> "WSGIApplication":
    """Passes may name the service with a slash at its end, and then two follow each other. Refusals are JSON
    whatever a phone says it accepts."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = _SLASHES.sub("/", environ.get("PATH_INFO", "")).rstrip("/")
        if f"{path}/".startswith(_SERVICE):
            environ["PATH_INFO"] = path
            environ["HTTP_ACCEPT"] = "application/json"
        return app(environ, start_response)

    return answer
