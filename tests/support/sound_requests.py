"""Sound requests to a running server: what its pages' links and forms would send, and what phones send."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote, urlencode, urljoin, urlsplit

import orjson
import requests
from support.strange_requests import FORM, JSON, Sound

from walletpass.simulator.installed import InstalledPass
from walletpass.simulator.phone import Phone

_MOST_PAGES = 60
_SECONDS_TO_ANSWER = 30


def requests_of_pages(session: requests.Session, start: str) -> Iterator[Sound]:
    """Of all pages that links lead to from there, as this visitor sees them."""
    waiting, seen, actions = [start], {start}, set[str]()
    while waiting and len(seen) < _MOST_PAGES:
        address = waiting.pop(0)
        answer = session.get(address, timeout=_SECONDS_TO_ANSWER)
        headers = {"Cookie": cookies_of(session)}
        yield Sound("GET", _path(address), headers)
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        page = _Page(address)
        page.feed(answer.text)
        for form in page.forms:
            if form.action in actions:
                continue
            actions.add(form.action)
            body = urlencode(list(form.fields.items())).encode()
            yield Sound("POST", _path(form.action), {**headers, "Content-Type": FORM}, body)
        found = {link for link in page.links if _is_worth_asking(link, start)} - seen
        seen |= found
        waiting += sorted(found)


def requests_of_phone(phone: Phone, card: InstalledPass) -> Iterator[Sound]:
    """https://developer.apple.com/documentation/walletpasses/adding-a-web-service-to-update-passes"""
    base = f"{urlsplit(card.service).path}/v1"
    device = f"{base}/devices/{phone.device.library_id}/registrations/{card.key.pass_type}"
    one = f"{base}/passes/{card.key.pass_type}/{card.key.serial}"
    signed = {"Authorization": f"ApplePass {card.token}", "Content-Type": JSON}
    token = {"pushToken": phone.device.push_token}
    person = {"emailAddress": "bo@example.com", "fullName": "Bo", "phoneNumber": "+31612345678"}
    yield _post(f"{device}/{card.key.serial}", signed, token)
    yield Sound("DELETE", f"{device}/{card.key.serial}", signed)
    yield Sound("GET", f"{device}?passesUpdatedSince={'1' * 30}")
    yield Sound("GET", one, {**signed, "If-Modified-Since": card.modified})
    yield Sound("GET", one, signed)
    yield _post(
        f"{one}/personalize", signed, {"personalizationToken": "t", "requiredPersonalizationInfo": person}
    )
    yield _post(f"{base}/log", {"Content-Type": JSON}, {"logs": [f"Get pass task ({card.key.serial})", "x"]})


def cookies_of(session: requests.Session) -> str:
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in session.cookies)


def requests_of_counter(headers: Mapping[str, str], code: str) -> Iterator[Sound]:
    for verb in ("card", "stamp", "redeem", "undo"):
        asked = {"code": code, "key": "a-key-of-eight", "adding": 1, "reward_id": 1, "reason": ""}
        yield _post(f"/staff/{verb}", {**headers, "Content-Type": JSON, "Accept": JSON}, asked)


def _post(path: str, headers: Mapping[str, str], document: object) -> Sound:
    return Sound("POST", path, headers, orjson.dumps(document))


def _is_worth_asking(link: str, start: str) -> bool:
    """Not other hosts; neither files nor the same page in another language, of which there are many."""
    parts = urlsplit(link)
    same_host = parts.netloc == urlsplit(start).netloc
    return same_host and not parts.path.startswith("/static/") and "lang=" not in parts.query


def _path(address: str) -> str:
    parts = urlsplit(address)
    path = quote(parts.path, safe="/%") or "/"
    return f"{path}?{parts.query}" if parts.query else path


@dataclass
class _Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)


class _Page(HTMLParser):
    """Links as whole addresses, and the forms that are posted with what they hold untouched."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address
        self.links: set[str] = set()
        self.forms: list[_Form] = []
        self._open: _Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        match tag:
            case "a" | "link" | "img":
                self.links.add(
                    urljoin(self._address, given.get("href") or given.get("src")).partition("#")[0]
                )
            case "form":
                self._open_form(given)
            case "select":
                self._select = given.get("name", "")
            case "option":
                self._keep(self._select, given.get("value", ""))
            case "input" | "button" | "textarea":
                self._keep(given.get("name", ""), given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None

    def _open_form(self, given: Mapping[str, str]) -> None:
        if given.get("method", "").lower() == "post":
            self._open = _Form(urljoin(self._address, given.get("action", "")))
            self.forms.append(self._open)

    def _keep(self, name: str, value: str) -> None:
        if self._open is not None and name:
            self._open.fields.setdefault(name, value)
