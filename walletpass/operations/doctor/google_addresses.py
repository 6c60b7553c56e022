"""Whether Google reaches what it needs of us: where it reports saved cards, and where it fetches pictures."""

from collections.abc import Callable, Iterator
from urllib.parse import urljoin
from urllib.robotparser import RobotFileParser

import orjson

from walletpass.links import Links
from walletpass.operations.doctor.ask import NobodyThere, Unanswered, ask
from walletpass.operations.doctor.database import reading
from walletpass.operations.doctor.finding import Verdict, failed, ok, skipped
from walletpass.operations.doctor.installation import Installation
from walletpass.settings import WalletMode
from walletpass.store.google import find_any_drawn

_ROBOT = "Googlebot"
_AGENT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
"""As Google names itself when it calls back: a filter that holds robots back shows so."""
_PNG = b"\x89PNG\r\n\x1a\n"
_LET_GOOGLE_IN = (
    "Let the reverse proxy pass on everything under PUBLIC_URL, with no login, no filter against robots and no "
    "redirection."
)


def check_callback_address(installation: Installation) -> Iterator[Verdict]:
    """An empty callback is sent there, to be refused."""
    address = Links(installation.settings.public_url).google_callback
    yield _try(installation, address, _judge_callback)


def check_image_addresses(installation: Installation) -> Iterator[Verdict]:
    """One picture stands for all: they have the same address but for its last part."""
    with reading(installation) as tx:
        digest = find_any_drawn(tx) if tx is not None else None
    if digest is None:
        yield skipped("There is no picture yet: they are drawn with the first card.")
    else:
        address = Links(installation.settings.public_url).drawn(digest)
        yield _try(installation, address, _judge_picture)


def _try(installation: Installation, address: str, judge: Callable[[str], Verdict]) -> Verdict:
    if installation.settings.google_wallet is WalletMode.OFF:
        return skipped("Without Google Wallet nobody asks for it.")
    try:
        if _is_forbidden(address):
            return failed(
                f"robots.txt keeps Google away from {address}.", f"Let {_ROBOT} read all that is public."
            )
        return judge(address)
    except Unanswered as why:
        if installation.is_on_loopback and isinstance(why, NobodyThere):
            return skipped(f"Nobody answers at {address}: walletpass is not running.")
        return failed(f"{address} cannot be reached from here: {why}.", _LET_GOOGLE_IN)


def _judge_callback(address: str) -> Verdict:
    answer = ask(address, "POST", agent=_AGENT, body=b"{}")
    try:
        code = orjson.loads(answer.body)["error"]["code"]
    except (ValueError, KeyError, TypeError):
        code = ""
    if code == "bad_callback":
        return ok(f"Callbacks of Google reach us at {address}.")
    return failed(
        f"A callback to {address} is answered with status {answer.status}, not by us.", _LET_GOOGLE_IN
    )


def _judge_picture(address: str) -> Verdict:
    answer = ask(address, agent=_AGENT)
    if answer.status == 200 and answer.body.startswith(_PNG):
        return ok("Google can fetch the cards’ pictures.")
    return failed(
        f"{address} is answered with status {answer.status}, and not with a picture.", _LET_GOOGLE_IN
    )


def _is_forbidden(address: str) -> bool:
    """https://developers.google.com/search/docs/crawling-indexing/robots/robots_txt"""
    answer = ask(urljoin(address, "/robots.txt"), agent=_AGENT)
    if answer.status != 200:
        return answer.status >= 500
    rules = RobotFileParser()
    rules.parse(answer.body.decode("utf-8", "replace").splitlines())
    return not rules.can_fetch(_ROBOT, address)
