"""The phone's browser: finds the pass file behind an address, and joins as a visitor does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from secrets import token_hex
from urllib.parse import urljoin, urlsplit

import requests

from walletpass.pkpass.bundle import PASS_MEDIA_TYPE, PASSES_MEDIA_TYPE

_AGENT = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)
_SECONDS_TO_ANSWER = 30
_PASSES = (PASS_MEDIA_TYPE, PASSES_MEDIA_TYPE)
_JOIN_FIELD = "form_key"
_FILLED_BY_TYPE = {"tel": "+31612345678", "date": "1990-01-31"}


class NoPass(Exception):
    """The address leads to no pass file."""


@dataclass(frozen=True, slots=True)
class FoundPass:
    address: str
    """Where it was found and can be had again: a card's page."""
    file: bytes = field(repr=False)


@dataclass
class _Form:
    action: str
    inputs: list[Mapping[str, str]] = field(default_factory=list)

    @property
    def joins(self) -> bool:
        """Other forms, like those to sign in, are left alone."""
        return any(each["name"] == _JOIN_FIELD for each in self.inputs)


class Safari:
    """One visitor: keeps cookies. `caller`: the address that a proxy would name for it."""

    def __init__(self, language: str = "en", caller: str = "") -> None:
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers.update({"User-Agent": _AGENT, "Accept-Language": language})
        if caller:
            self._session.headers["X-Forwarded-For"] = caller

    def find_pass(self, address: str) -> FoundPass:
        """The file at the address, or that its page offers; a page to join is joined first. Raises NoPass."""
        answer = self._ask("GET", address)
        if _media_type(answer) in _PASSES:
            return FoundPass(address, answer.content)
        page = _read(answer)
        if page.passes:
            return FoundPass(answer.url, self._download(urljoin(answer.url, page.passes[0])))
        for form in page.forms:
            if form.joins:
                return self.find_pass(self._send(urljoin(answer.url, form.action), form))
        raise NoPass(f"{address} offers no pass: {_media_type(answer) or 'no media type'}.")

    def _send(self, address: str, form: _Form) -> str:
        """Where it leads to."""
        sent = self._ask("POST", address, _fill_in(form))
        if sent.url == address:
            raise NoPass(f"{address} took nobody in.")
        return sent.url

    def _download(self, address: str) -> bytes:
        answer = self._ask("GET", address)
        if _media_type(answer) not in _PASSES:
            raise NoPass(f"{address} is no pass but {_media_type(answer) or 'of no media type'}.")
        return answer.content

    def _ask(self, method: str, address: str, form: Mapping[str, str] | None = None) -> requests.Response:
        try:
            answer = self._session.request(method, address, data=form, timeout=_SECONDS_TO_ANSWER)
        except requests.RequestException as error:
            raise NoPass(f"{address} cannot be reached ({type(error).__name__}).") from None
        if not answer.ok:
            raise NoPass(f"{address} was answered with {answer.status_code}.")
        return answer


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.passes: list[str] = []
        """Where links to pass files lead."""
        self.forms: list[_Form] = []
        """Those that are posted."""
        self._inside = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "a" and urlsplit(given.get("href", "")).path.endswith(".pkpass"):
            self.passes.append(given["href"])
        elif tag == "form":
            self._inside = given.get("method", "").lower() == "post"
            if self._inside:
                self.forms.append(_Form(given.get("action", "")))
        elif tag == "input" and self._inside and given.get("name"):
            self.forms[-1].inputs.append(given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


def _read(answer: requests.Response) -> _Reader:
    reader = _Reader()
    if _media_type(answer) == "text/html":
        reader.feed(answer.text)
    return reader


def _fill_in(form: _Form) -> dict[str, str]:
    """Hidden fields as they are, a name, and whatever else is required; boxes stay unticked."""
    return {
        each["name"]: each.get("value") or _invent(each)
        for each in form.inputs
        if each.get("type") not in ("checkbox", "radio")
    }


def _invent(attributes: Mapping[str, str]) -> str:
    if attributes["name"] != "name" and "required" not in attributes:
        return ""
    kind = attributes.get("type", "text")
    visitor = token_hex(4)
    return _FILLED_BY_TYPE.get(kind) or (
        f"{visitor}@phone.example" if kind == "email" else f"Visitor {visitor}"
    )


def _media_type(answer: requests.Response) -> str:
    return answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
