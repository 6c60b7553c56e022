"""A phone's browser: opens pages, and joins as a visitor does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from secrets import token_hex
from urllib.parse import urljoin

import requests

_SECONDS_TO_ANSWER = 30
_JOIN_FIELD = "form_key"
_FILLED_BY_TYPE = {"tel": "+31612345678", "date": "1990-01-31"}


class NoPass(Exception):
    """The address leads to no pass."""


@dataclass
class Form:
    action: str
    inputs: list[Mapping[str, str]] = field(default_factory=list)

    @property
    def joins(self) -> bool:
        """Other forms, like those to sign in, are left alone."""
        return any(each["name"] == _JOIN_FIELD for each in self.inputs)


class Browser:
    """One visitor: keeps cookies. `caller`: the address that a proxy would name for it."""

    def __init__(self, agent: str, language: str, caller: str = "") -> None:
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers.update({"User-Agent": agent, "Accept-Language": language})
        if caller:
            self._session.headers["X-Forwarded-For"] = caller

    def ask(self, address: str, form: Mapping[str, str] | None = None) -> requests.Response:
        """GET, or POST where there is a form. Raises NoPass."""
        method = "GET" if form is None else "POST"
        return self._expect(self._request(method, address, data=form))

    def find_target(self, address: str) -> str:
        """Where the address redirects to, without going there; empty for nowhere. Raises NoPass."""
        answer = self._expect(self._request("GET", address, allow_redirects=False))
        return urljoin(address, answer.headers.get("Location", "")) if answer.is_redirect else ""

    def join(self, page: str, form: Form) -> str:
        """Where it leads to. Raises NoPass."""
        address = urljoin(page, form.action)
        sent = self.ask(address, fill_in(form))
        if sent.url == address:
            raise NoPass(f"{address} took nobody in.")
        return sent.url

    def _request(self, method: str, address: str, **options: object) -> requests.Response:
        try:
            return self._session.request(method, address, timeout=_SECONDS_TO_ANSWER, **options)  # type: ignore[arg-type]
        except requests.RequestException as error:
            raise NoPass(f"{address} cannot be reached ({type(error).__name__}).") from None

    def _expect(self, answer: requests.Response) -> requests.Response:
        if not answer.ok:
            raise NoPass(f"{answer.url} was answered with {answer.status_code}.")
        return answer


class Page(HTMLParser):
    """What a visitor can press on a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        """Those that are posted."""
        self._inside = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "form":
            self._inside = given.get("method", "").lower() == "post"
            if self._inside:
                self.forms.append(Form(given.get("action", "")))
        elif tag == "input" and self._inside and given.get("name"):
            self.forms[-1].inputs.append(given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


def read_page(answer: requests.Response) -> Page:
    """Empty for anything but HTML."""
    page = Page()
    if media_type(answer) == "text/html":
        page.feed(answer.text)
    return page


def fill_in(form: Form) -> dict[str, str]:
    """Hidden fields as they are, a name, and whatever else is required; boxes stay unticked."""
    return {
        each["name"]: each.get("value") or _invent(each)
        for each in form.inputs
        if each.get("type") not in ("checkbox", "radio")
    }


def media_type(answer: requests.Response) -> str:
    """Without parameters."""
    return answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _invent(attributes: Mapping[str, str]) -> str:
    if attributes["name"] != "name" and "required" not in attributes:
        return ""
    kind = attributes.get("type", "text")
    visitor = token_hex(4)
    return _FILLED_BY_TYPE.get(kind) or (
        f"{visitor}@phone.example" if kind == "email" else f"Visitor {visitor}"
    )
