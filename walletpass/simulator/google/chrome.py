"""The Android phone's browser: finds the save link behind an address."""

from urllib.parse import urljoin, urlsplit

from walletpass.simulator.browsing import Browser, NoPass, Page, read_page
from walletpass.simulator.google.android import is_save_link

_AGENT = (
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Mobile Safari/537.36"
)
_OFFER = "/google"
"""How addresses end that redirect to a card's save link."""


class Chrome(Browser):
    def __init__(self, language: str = "en", caller: str = "") -> None:
        super().__init__(_AGENT, language, caller)

    def find_save_link(self, address: str) -> str:
        """The address itself, or what its page offers; a page to join is joined first. Raises NoPass."""
        if is_save_link(address):
            return address
        answer = self.ask(address)
        page = read_page(answer)
        if link := self._find_offer(answer.url, page):
            return link
        for form in page.forms:
            if form.joins:
                return self.find_save_link(self.join(answer.url, form))
        raise NoPass(f"{address} offers no save link.")

    def _find_offer(self, page_address: str, page: Page) -> str:
        for link in page.links:
            address = urljoin(page_address, link)
            if urlsplit(link).path.endswith(_OFFER):
                address = self.find_target(address)
            if is_save_link(address):
                return address
        return ""
