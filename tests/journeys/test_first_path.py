"""From template to stamped pass: owner, customer, staff and phone, over real sockets in a real browser."""

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import requests
from cryptography import x509
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, Playwright, expect
from support.browsers import launch
from support.films import camera_flags, film_code
from support.servers import running_server

from walletpass.clock import SystemClock
from walletpass.pkpass.check import check_pass

OWNER, STAFF = "owner@sharp.example", "staff@sharp.example"
PASSWORD = "walletpass-demo"
SHOP = "Sharp & Daughters"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


class Phone:
    """Does with a pass what an iPhone does, and refuses what it would refuse."""

    def __init__(self, development_root: Path) -> None:
        self._roots = x509.load_pem_x509_certificates(development_root.read_bytes())
        self.pass_json: dict[str, Any] = {}
        self.modified = ""
        self.tag = ""

    def install(self, file: bytes) -> None:
        report = check_pass(file, roots=self._roots, now=SystemClock().now(), allow_http=True)
        assert report.exit_code == 0, report.findings
        with zipfile.ZipFile(io.BytesIO(file)) as package:
            self.pass_json = json.loads(package.read("pass.json"))

    def register(self) -> int:
        return requests.post(
            f"{self._registrations}/{self.pass_json['serialNumber']}",
            json={"pushToken": "0123456789abcdef"},
            headers=self._signed,
            timeout=10,
        ).status_code

    def update(self) -> list[str]:
        """Ask what changed, and fetch it; the serial numbers that were named."""
        known = {"passesUpdatedSince": self.tag} if self.tag else {}
        answer = requests.get(self._registrations, params=known, timeout=10)
        if answer.status_code == 204:
            return []
        self.tag = answer.json()["lastUpdated"]
        self.fetch()
        return list(answer.json()["serialNumbers"])

    def fetch(self) -> int:
        address = (
            f"{self._base}/passes/{self.pass_json['passTypeIdentifier']}/{self.pass_json['serialNumber']}"
        )
        known = {"If-Modified-Since": self.modified} if self.modified else {}
        answer = requests.get(address, headers={**self._signed, **known}, timeout=10)
        if answer.status_code == 200:
            self.modified = answer.headers["Last-Modified"]
            self.install(answer.content)
        return answer.status_code

    @property
    def progress(self) -> str:
        return str(self.pass_json["storeCard"]["headerFields"][0]["value"])

    @property
    def news(self) -> str:
        announced = [field for field in self.pass_json["storeCard"]["backFields"] if "changeMessage" in field]
        (field,) = announced
        return str(field["value"])

    @property
    def _base(self) -> str:
        return f"{self.pass_json['webServiceURL']}/v1"

    @property
    def _registrations(self) -> str:
        return f"{self._base}/devices/a-phone/registrations/{self.pass_json['passTypeIdentifier']}"

    @property
    def _signed(self) -> dict[str, str]:
        return {"Authorization": f"ApplePass {self.pass_json['authenticationToken']}"}


def test_a_card_from_template_to_stamped_pass(
    tmp_path: Path, playwright: Playwright, chromium_path: Path, browser: Browser
) -> None:
    with running_server(tmp_path / "data", "--demo") as server:
        phone = Phone(server.data_dir / "development-certificates" / "root.pem")
        join_link = brand_the_card(browser, server.url, draw_logo(tmp_path))
        phone.install(join(browser, join_link))
        assert phone.pass_json["organizationName"] == SHOP
        assert phone.pass_json["backgroundColor"] == "rgb(16, 42, 67)"
        assert phone.register() == 201
        assert phone.update() == [phone.pass_json["serialNumber"]]
        assert phone.progress == "0 of 6"
        assert phone.update() == []
        assert phone.fetch() == 304

        film = film_code(phone.pass_json["barcodes"][0]["message"], tmp_path / "camera.mjpeg")
        with launch(playwright, chromium_path, *camera_flags(film)) as counter:
            stamp(counter, server.url)
        assert phone.update() == [phone.pass_json["serialNumber"]]
        assert phone.progress == "1 of 6"
        assert phone.news == "Stamped: 1 of 6."
        for secret in secrets_of(phone):
            assert secret not in "".join(server.log)


def secrets_of(phone: Phone) -> tuple[str, ...]:
    """What no log may hold: who may fetch the pass, who may stamp it, and whose it is."""
    barcode = phone.pass_json["barcodes"][0]
    return phone.pass_json["authenticationToken"], barcode["message"], barcode["altText"], "Szőke"


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
