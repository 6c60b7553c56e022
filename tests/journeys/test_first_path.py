"""From template to stamped pass: owner, customer, staff and phone, over real sockets in a real browser."""

import re
from pathlib import Path

from cryptography import x509
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, Playwright, expect
from support.browsers import launch
from support.films import camera_flags, film_code
from support.servers import running_server

from walletpass.clock import SystemClock
from walletpass.simulator.agenda import Errand
from walletpass.simulator.installed import InstalledPass, Trust
from walletpass.simulator.phone import Phone

OWNER, STAFF = "owner@sharp.example", "staff@sharp.example"
PASSWORD = "walletpass-demo"
SHOP = "Sharp & Daughters"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


class Handset:
    """A simulated iPhone that holds one card, and asks for changes when it is told to."""

    def __init__(self, development_root: Path) -> None:
        roots = x509.load_pem_x509_certificates(development_root.read_bytes())
        self.phone = Phone(Trust(roots, allow_http=True))

    def install(self, file: bytes) -> None:
        (card,) = self.phone.install(file, SystemClock().now())
        self.key = card.key

    def answers(self, errand: Errand) -> list[int]:
        """Statuses that it got since it was last asked, doing all that is due first."""
        self.phone.step(SystemClock().now())
        entries = [entry.status for entry in self.phone.diary if entry.what == errand]
        self.phone.diary.clear()
        return entries

    def update(self) -> list[int]:
        """Ask what changed and fetch it; the statuses of the fetches."""
        self.phone.ask_for_changes()
        return self.answers(Errand.FETCH)

    def refresh(self) -> list[int]:
        self.phone.refresh(self.key)
        return self.answers(Errand.FETCH)

    @property
    def card(self) -> InstalledPass:
        return self.phone.wallet.cards[self.key]

    @property
    def progress(self) -> object:
        return next(
            field.content["value"] for field in self.card.fields if field.content["key"] == "progress"
        )

    @property
    def notices(self) -> list[str]:
        return [notice.text for notice in self.phone.wallet.notices]


def test_a_card_from_template_to_stamped_pass(
    tmp_path: Path, playwright: Playwright, chromium_path: Path, browser: Browser
) -> None:
    with running_server(tmp_path / "data", "--demo") as server:
        phone = Handset(server.data_dir / "development-certificates" / "root.pem")
        join_link = brand_the_card(browser, server.url, draw_logo(tmp_path))
        phone.install(join(browser, join_link))
        assert phone.card.text("organizationName") == SHOP
        assert phone.card.text("backgroundColor") == "rgb(16, 42, 67)"
        assert phone.answers(Errand.REGISTER) == [201]
        assert phone.update() == [200]
        assert phone.progress == "0 of 6"
        assert phone.update() == []
        assert phone.refresh() == [304]

        film = film_code(str(phone.card.objects("barcodes")[0]["message"]), tmp_path / "camera.mjpeg")
        with launch(playwright, chromium_path, *camera_flags(film)) as counter:
            stamp(counter, server.url)
        assert phone.update() == [200]
        assert phone.progress == "1 of 6"
        assert phone.notices == ["Stamped: 1 of 6."]
        for secret in secrets_of(phone.card):
            assert secret not in "".join(server.log)


def secrets_of(card: InstalledPass) -> tuple[str, ...]:
    """What no log may hold: who may fetch the pass, who may stamp it, and whose it is."""
    (barcode,) = card.objects("barcodes")
    return card.token, str(barcode["message"]), str(barcode["altText"]), "Szőke"


def sign_in(page: Page, address: str, email: str) -> None:
    page.goto(f"{address}/sign-in")
    page.fill("[name=email]", email)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(re.compile("/(merchant|staff)/$"))


def brand_the_card(browser: Browser, address: str, logo: Path) -> str:
    """The owner picks a template, makes it theirs and publishes; the link to join."""
    with browser.new_context(locale="en") as context:
        page = context.new_page()
        sign_in(page, address, OWNER)
        join_link = page.locator("a[href*='/join/']").first.inner_text().strip()
        page.goto(f"{address}/merchant/design/templates/")
        page.click("form[action$='/bookshop'] button")
        page.wait_for_url("**/merchant/design/")
        page.fill("[name=organization]", SHOP)
        page.fill("input[type=text][name=background]", "#102a43")
        page.fill("input[type=text][name=foreground]", "#ffffff")
        page.fill("input[type=text][name=label]", "#d9e2ec")
        page.set_input_files("[name='picture.logo']", logo)
        page.click("button[name=publish]")
        page.wait_for_load_state()
        assert page.locator("[role=alert]").count() == 0, page.inner_text("main")
    return join_link


def join(browser: Browser, join_link: str) -> bytes:
    """A customer with an iPhone joins; the file that the button gives."""
    with browser.new_context(locale="en", user_agent=IPHONE) as context:
        page = context.new_page()
        page.goto(join_link)
        page.fill("[name=name]", "Szőke Ödön")
        page.click("button[type=submit]:has-text('Get my card')")
        page.wait_for_url("**/card/*")
        with page.expect_download() as download:
            page.click("a:has-text('Add to Apple Wallet')")
        return download.value.path().read_bytes()


def stamp(browser: Browser, address: str) -> None:
    """Staff hold the card in front of the camera and tap once."""
    with browser.new_context(locale="en") as context:
        page = context.new_page()
        sign_in(page, address, STAFF)
        page.goto(f"{address}/staff/")
        expect(page.locator("#member")).to_have_text("Szőke Ö.")
        page.click("#plus")
        page.wait_for_selector("#counter[data-state=done]")
        expect(page.locator("#progress")).to_contain_text("1 of 6")


def draw_logo(folder: Path) -> Path:
    picture = Image.new("RGBA", (800, 220), (0, 0, 0, 0))
    ImageDraw.Draw(picture).ellipse((20, 20, 200, 200), fill=(255, 255, 255, 255))
    ImageDraw.Draw(picture).rectangle((240, 80, 780, 140), fill=(255, 255, 255, 255))
    picture.save(folder / "logo.png")
    return folder / "logo.png"
