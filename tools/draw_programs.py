"""Draw the cards of ten programmes as both wallets show them: `python tools/draw_programs.py FOLDER [LANGUAGE]`, after
`make test` once.
"""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from support.browsers import find_chromium, launch  # noqa: E402
from support.servers import RunningServer, running_server  # noqa: E402
from support.shops import HandClock, KeptMail, KeptPushes, Shop  # noqa: E402
from support.ten_programs import TEN, Case  # noqa: E402

from walletpass.app import build_services, prepare  # noqa: E402
from walletpass.clock import SystemClock  # noqa: E402
from walletpass.loyalty.program import Milestone  # noqa: E402
from walletpass.operations.installation.add_merchant import NewMerchant, add_merchant  # noqa: E402
from walletpass.operations.programs.rules import get_rules  # noqa: E402
from walletpass.operations.services import Services  # noqa: E402
from walletpass.settings import Settings  # noqa: E402

MEMBERS = {"en": "Anna Kovács", "hu": "Wolfeschlegelné Hernádi-Kovács Annamária"}
LIVED = timedelta(days=14)
"""So long ago everything begins; no case takes more."""
DESK = {"width": 1280, "height": 1000}


@dataclass(frozen=True)
class Drawn:
    name: str
    page_key: str


def live_through_all(folder: Path, language: str) -> Iterator[Drawn]:
    """A card of each programme, after what happened to it."""
    settings = Settings.from_env({"DATA_DIR": str(folder)})
    prepare(settings)
    clock, mail, pushes = HandClock(), KeptMail(), KeptPushes()
    services = build_services(settings, clock=clock, mailer=mail, pusher=pushes)
    for case in TEN:
        clock.at = SystemClock().now() - LIVED
        merchant_id = open_shop(services, case)
        code = get_rules(services, merchant_id).code
        shop = Shop(services, clock, mail, pushes, merchant_id, code)
        case.publish(shop)
        yield Drawn(case.name, case.live_through(shop, MEMBERS.get(language, MEMBERS["en"]), language))
    services.database.close()


def open_shop(services: Services, case: Case) -> int:
    zone = ZoneInfo("Europe/Amsterdam")
    milestones = (Milestone(10, "Free coffee"),)
    with services.transaction() as tx:
        return add_merchant(services, tx, NewMerchant(case.shop, case.template, "en", zone, milestones))


def draw(browser: Browser, server: RunningServer, drawn: Drawn, folder: Path, language: str) -> None:
    """Front and back in each wallet, on phones of its own."""
    with browser.new_context(
        viewport=DESK,  # type: ignore[arg-type]
        locale=language,
        device_scale_factor=2,
        reduced_motion="reduce",
    ) as context:
        page = context.new_page()
        card = f"{server.url}/card/{drawn.page_key}"
        page.goto(card)
        page.click("form:has([name=card]) button")
        page.click(".card__open", position={"x": 60, "y": 20})
        take(page, "#iphone", folder / f"{drawn.name}-apple.png")
        page.click("#more")
        take(page, "#iphone", folder / f"{drawn.name}-apple-back.png")
        page.goto(card)
        page.click("a[href$='/google']")
        page.click("#android-add")
        page.click(".pass__open", position={"x": 60, "y": 20})
        take(page, "#droid", folder / f"{drawn.name}-google.png")
        page.click("#droid-more")
        take(page, "#droid", folder / f"{drawn.name}-google-details.png")


def take(page: Page, part: str, path: Path) -> None:
    page.wait_for_load_state("networkidle")
    page.locator(part).screenshot(path=path)


def main() -> None:
    pictures, language = Path(sys.argv[1]), (sys.argv[2:] or ["en"])[0]
    pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        cards = list(live_through_all(Path(folder), language))
        with (
            running_server(Path(folder)) as server,
            sync_playwright() as playwright,
            launch(playwright, find_chromium(playwright)) as browser,
        ):
            for drawn in cards:
                draw(browser, server, drawn, pictures, language)


if __name__ == "__main__":
    main()
