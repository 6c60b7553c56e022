"""A member of staff with a browser at the counter of a running server."""

import re
from dataclasses import dataclass
from typing import Any

import requests

_TOKEN = re.compile(r'name="csrf[_-]token" (?:value|content)="([^"]+)"')
_SECONDS_TO_ANSWER = 30


@dataclass(frozen=True)
class Told:
    """What the counter was told of a stamp."""

    added: int
    stamps: int
    goal: int


class NoStamp(Exception):
    """Answered, but not with a stamp."""


class Till:
    """`caller`: the address that it asks from, as a proxy would name it."""

    def __init__(self, url: str, caller: str) -> None:
        self._url = url
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["X-Forwarded-For"] = caller

    def sign_in(self, email: str, password: str) -> None:
        """Raises requests.RequestException."""
        form = {"csrf_token": self._read_token("/sign-in"), "email": email, "password": password}
        self._post("/sign-in", data=form).raise_for_status()
        token = self._read_token("/staff/")
        self._session.headers.update({"X-CSRFToken": token, "Accept": "application/json"})

    def stamp(self, code: str, key: str) -> Told:
        """Raises NoStamp; requests.RequestException where the answer was lost: ask again with the same key."""
        answer = self._post("/staff/stamp", json={"code": code, "key": key, "adding": 1})
        if answer.status_code != 200:
            raise NoStamp(f"{answer.status_code}: {answer.text}")
        told: dict[str, Any] = answer.json()
        return Told(told["added"], told["stamps"], told["goal"])

    def _post(self, path: str, **content: Any) -> requests.Response:
        return self._session.post(f"{self._url}{path}", timeout=_SECONDS_TO_ANSWER, **content)

    def _read_token(self, path: str) -> str:
        page = self._session.get(f"{self._url}{path}", timeout=_SECONDS_TO_ANSWER)
        page.raise_for_status()
        found = _TOKEN.search(page.text)
        assert found, f"{path} has no form"
        return found[1]
