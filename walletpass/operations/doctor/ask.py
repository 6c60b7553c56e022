"""One question over HTTP, and why it was not answered, in words."""

from collections.abc import Mapping
from dataclasses import dataclass

import requests

_TIMEOUT = 5
"""Seconds."""
_MOST_BYTES = 64 * 1024


class Unanswered(Exception):
    """Its text ends a sentence: why there was no answer."""


class NobodyThere(Unanswered):
    """No connection came about."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes
    """At most the first 64 KiB."""


def ask(
    address: str, method: str = "GET", agent: str = "walletpass doctor", body: bytes | None = None
) -> Answer:
    """`body`: JSON. Redirections are answers. Raises Unanswered."""
    headers = {"User-Agent": agent} | ({} if body is None else {"Content-Type": "application/json"})
    try:
        with requests.request(
            method,
            address,
            headers=headers,
            data=body,
            timeout=_TIMEOUT,
            allow_redirects=False,
            stream=True,
        ) as response:
            begin = next(response.iter_content(_MOST_BYTES), b"")
            return Answer(response.status_code, response.headers, begin)
    except requests.exceptions.SSLError as error:
        raise Unanswered("its TLS certificate cannot be verified") from error
    except requests.Timeout as error:
        raise Unanswered(f"it does not answer within {_TIMEOUT} seconds") from error
    except requests.ConnectionError as error:
        raise NobodyThere("no connection comes about") from error
    except requests.RequestException as error:
        raise Unanswered(f"what it says cannot be read ({type(error).__name__})") from error
