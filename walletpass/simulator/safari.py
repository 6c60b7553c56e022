"""The iPhone's browser: finds the pass file behind an address."""

from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from walletpass.pkpass.bundle import PASS_MEDIA_TYPE, PASSES_MEDIA_TYPE
from walletpass.simulator.browsing import Browser, NoPass, media_type, read_page

_AGENT = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)
_PASSES = (PASS_MEDIA_TYPE, PASSES_MEDIA_TYPE)


@dataclass(frozen=True, slots=True)
class FoundPass:
    address: str
    """Where it was found and can be had again: a card's page."""
    file: bytes = field(repr=False)


class Safari(Browser):
    def __init__(self, language: str = "en", caller: str = "") -> None:
        super().__init__(_AGENT, language, caller)

    def find_pass(self, address: str) -> FoundPass:
        """The file at the address, or that its page offers; a page to join is joined first. Raises NoPass."""
        answer = self.ask(address)
        if media_type(answer) in _PASSES:
            return FoundPass(address, answer.content)
        page = read_page(answer)
        for link in page.links:
            if urlsplit(link).path.endswith(".pkpass"):
                return FoundPass(answer.url, self._download(urljoin(answer.url, link)))
        for form in page.forms:
            if form.joins:
                return self.find_pass(self.join(answer.url, form))
        raise NoPass(f"{address} offers no pass: {media_type(answer) or 'no media type'}.")

    def _download(self, address: str) -> bytes:
        answer = self.ask(address)
        if media_type(answer) not in _PASSES:
            raise NoPass(f"{address} is no pass but {media_type(answer) or 'of no media type'}.")
        return answer.content
