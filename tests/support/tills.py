"""People who work here, with a browser each, at the pages of a running server."""

import re
from dataclasses import dataclass
from typing import Any

import requests

_TOKEN = re.compile(r'name="csrf[_-]token" (?:value|content)="([^"]+)"')
_SECONDS_TO_ANSWER = 30


def sign_in(url: str, caller: str, email: str, password: str) -> requests.Session:
    """`caller`: the address that it asks from, as a proxy would name it. Raises requests.RequestException."""
    session = requests.Session()
    session.trust_env = False
    session.headers["X-Forwarded-For"] = caller
    form = {"csrf_token": read_token(session, f"{url}/sign-in"), "email": email, "password": password}
    session.post(f"{url}/sign-in", data=form, timeout=_SECONDS_TO_ANSWER).raise_for_status()
    return session


def read_token(session: requests.Session, address: str) -> str:
    """Of the forms on that page."""
    page = session.get(address, timeout=_SECONDS_TO_ANSWER)
    page.raise_for_status()
    found = _TOKEN.search(page.text)
    assert found, f"{address} has no form"
    return found[1]


@dataclass(frozen=True)
class Told:
    """What the counter was told of a stamp."""

    added: int
    stamps: int
    goal: int


class NoStamp(Exception):
    """Answered, but not with a stamp."""

    def __init__(self, answer: requests.Response) -> None:
        super().__init__(f"{answer.status_code}: {answer.text}")
        self.status = answer.status_code


class Till:
    """Somebody at the counter. Raises requests.RequestException."""

    def __init__(self, url: str, caller: str, email: str, password: str) -> None:
        self._url = url
        self._session = sign_in(url, caller, email, password)
        token = read_token(self._session, f"{url}/staff/")
        self._session.headers.update({"X-CSRFToken": token, "Accept": "application/json"})

    def stamp(self, code: str, key: str) -> Told:
        """Raises NoStamp; requests.RequestException where the answer was lost: ask again with the same key."""
        asked = {"code": code, "key": key, "adding": 1}
        answer = self._session.post(f"{self._url}/staff/stamp", json=asked, timeout=_SECONDS_TO_ANSWER)
        if answer.status_code != requests.codes.ok:
            raise NoStamp(answer)
        told: dict[str, Any] = answer.json()
        return Told(told["added"], told["stamps"], told["goal"])
