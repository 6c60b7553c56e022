"""The page of the simulated iPhone as a browser uses it, over a real socket."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

import requests
from support.live_shops import LiveShop

SECONDS_TO_WAIT = 15


def wait_until(is_so: Callable[[], bool]) -> None:
    """For what another thread does; asks again and again."""
    end = monotonic() + SECONDS_TO_WAIT
    while not is_so():
        assert monotonic() < end, "It did not come to pass."


@dataclass
class Bench:
    """One browser; it has no phone before its first card."""

    url: str
    browser: requests.Session = field(default_factory=requests.Session)

    @property
    def page(self) -> str:
        return self.get("").text

    @property
    def serials(self) -> list[str]:
        return re.findall(r'<li class="card[^"]*" data-key="(\w+)"', self.page)

    def get(self, path: str) -> requests.Response:
        return self.browser.get(f"{self.url}/simulator/{path}", timeout=SECONDS_TO_WAIT)

    def send(self, path: str, **fields: str) -> requests.Response:
        token = re.search(r'name="csrf-token" content="([^"]+)"', self.page)
        assert token
        return self.browser.post(
            f"{self.url}/simulator/{path}",
            data=fields,
            headers={"X-CSRFToken": token[1], "Accept": "text/html"},
            timeout=SECONDS_TO_WAIT,
        )

    def install(self, live: LiveShop, name: str = "Anna") -> int:
        """A new member's card, shown by the page; the account."""
        page_key, before = live.shop.join(name), len(self.serials)
        assert self.send("cards", card=page_key).ok
        wait_until(lambda: len(self.serials) == before + 1)
        return live.shop.account_id(page_key)
