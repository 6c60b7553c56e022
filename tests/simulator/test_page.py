"""The page of the simulated iPhone: whose phone it shows, what it takes, and where it does not exist."""

from collections.abc import Callable

import pytest
import requests
from cryptography.hazmat.primitives.serialization import Encoding
from support.benches import Bench, wait_until
from support.live_shops import LiveShop
from support.pass_makers import PassMaker
from support.shops import KeptPushes

from walletpass.app import create_app
from walletpass.operations.cards.close_card import close_card
from walletpass.pkpass.development import FOLDER, ROOT_FILE
from walletpass.settings import Settings


@pytest.fixture
def make_bench(live_shop: LiveShop) -> Callable[[], Bench]:
    """Browsers of the shop whose phones trust the chain that signs its cards."""
    folder = live_shop.shop.services.settings.data_dir / FOLDER
    folder.mkdir()
    (root,) = live_shop.maker.trust.roots
    (folder / ROOT_FILE).write_bytes(root.public_bytes(Encoding.PEM))
    return lambda: Bench(live_shop.shop.services.links.public_url)


@pytest.fixture
def bench(make_bench: Callable[[], Bench]) -> Bench:
    return make_bench()


@pytest.mark.parametrize("mode", ["live", "off"])
def test_it_exists_in_development_only(settings: Settings, pass_maker: PassMaker, mode: str) -> None:
    elsewhere = Settings.from_env({"DATA_DIR": str(settings.data_dir), "APPLE_WALLET": mode})
    app = create_app(elsewhere, signers=pass_maker.signers, pusher=KeptPushes())
    for path in ("", "version.json", "cards/a/icon.png"):
        assert app.test_client().get(f"/simulator/{path}").status_code == 404
    assert app.test_client().post("/simulator/cards").status_code == 404
    assert not [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/simulator")]


def test_a_card_s_page_puts_it_on_this_browser_s_phone(live_shop: LiveShop, bench: Bench) -> None:
    page_key = live_shop.shop.join("Anna")
    card_page = requests.get(live_shop.shop.services.links.card(page_key), timeout=10).text
    assert 'action="/simulator/cards"' in card_page
    bench.send("cards", card=page_key)
    wait_until(lambda: "0 of 10" in bench.page)
    assert "Anna" in bench.page


def test_every_browser_has_a_phone_of_its_own(
    live_shop: LiveShop, bench: Bench, make_bench: Callable[[], Bench]
) -> None:
    bench.install(live_shop, "Anna")
    (serial,) = bench.serials
    stranger = make_bench()
    for _ in range(2):
        assert stranger.serials == []
        assert stranger.get(f"cards/{serial}/icon.png").status_code == 404
        assert stranger.send(f"cards/{serial}/remove").status_code == 404
        stranger.browser.cookies.set("simulated-phone", "../" + "0" * 29, path="/simulator/")
    assert bench.get(f"cards/{serial}/icon.png").content.startswith(b"\x89PNG")
    assert bench.serials == [serial]


def test_a_removed_card_is_gone_and_the_shop_hears_of_it(live_shop: LiveShop, bench: Bench) -> None:
    bench.install(live_shop)
    wait_until(lambda: "Registered for a card" in bench.page)
    bench.send(f"cards/{bench.serials[0]}/remove")
    assert bench.serials == []
    wait_until(lambda: "Unregistered from a card" in bench.page)


def test_the_page_learns_of_a_stamp_by_its_version(live_shop: LiveShop, bench: Bench) -> None:
    account_id = bench.install(live_shop)
    wait_until(lambda: "Registered for a card" in bench.page)
    known = bench.get("version.json").json()
    assert bench.get("version.json").json() == known
    live_shop.shop.stamp(account_id)
    bench.send(f"cards/{bench.serials[0]}/refresh")
    wait_until(lambda: "Stamped: 1 of 10." in bench.page)
    assert bench.get("version.json").json() != known


def test_the_card_s_code_and_pictures_are_drawn(live_shop: LiveShop, bench: Bench) -> None:
    bench.install(live_shop)
    (serial,) = bench.serials
    assert bench.get(f"cards/{serial}/code.svg").text.startswith("<svg")
    for name in ("icon", "logo", "strip"):
        assert bench.get(f"cards/{serial}/{name}.png").content.startswith(b"\x89PNG")
    assert bench.get(f"cards/{serial}/pass.png").status_code == 404


def test_the_phone_speaks_its_own_language(live_shop: LiveShop, bench: Bench) -> None:
    """The card's labels follow the phone, the page around it follows the reader."""
    bench.install(live_shop)
    bench.send("language", language="nl", zone="Europe/Amsterdam")
    page = bench.page
    assert '<html lang="en">' in page
    assert 'lang="nl" data-screen' in page
    assert "Stempels" in page
    assert "Automatische updates" in page


def test_a_card_that_cannot_be_had_is_told(live_shop: LiveShop, bench: Bench) -> None:
    bench.send("cards", card="x" * 24)
    wait_until(lambda: "The phone did not take the card." in bench.page)
    page_key = live_shop.shop.join("Anna")
    close_card(live_shop.shop.services, live_shop.shop.merchant_id, live_shop.shop.account_id(page_key))
    bench.send("cards", card=page_key)
    wait_until(lambda: "offers no pass" in bench.page)


def test_what_nobody_could_press_is_refused(live_shop: LiveShop, bench: Bench) -> None:
    bench.install(live_shop)
    (serial,) = bench.serials
    refused = [
        bench.send("cards", card="../../operator").status_code,
        bench.send("cards").status_code,
        bench.send("phone/explode").status_code,
        bench.send("phone/__init__").status_code,
        bench.send(f"cards/{serial}/explode").status_code,
        bench.send("cards/unknown/remove").status_code,
        bench.send("place", place="nan,nan").status_code,
        bench.send("place", place="0,0").status_code,
        bench.send("language", language="tlh", zone="UTC").status_code,
        bench.send("language", language="nl", zone="../../../etc/passwd").status_code,
        bench.send("language", language="nl", zone="Europe").status_code,
        bench.send("language", language="nl", zone="\0").status_code,
        bench.send("language", language="nl", zone="é" * 5000).status_code,
    ]
    assert refused == [404] * 6 + [400] * 7
    assert bench.serials == [serial]


def test_another_site_s_form_does_nothing(live_shop: LiveShop, bench: Bench) -> None:
    """Without the token of the page."""
    bench.install(live_shop)
    answer = bench.browser.post(
        f"{bench.url}/simulator/cards/{bench.serials[0]}/remove", headers={"Accept": "text/html"}, timeout=10
    )
    assert answer.status_code == 400
    assert len(bench.serials) == 1


def test_names_that_look_like_markup_are_text(live_shop: LiveShop, bench: Bench) -> None:
    bench.install(live_shop, "<img src=x>")
    assert "<img src=x>" not in bench.page
    assert "&lt;img src=x&gt;" in bench.page


def test_open_pages_may_ask_without_end(bench: Bench) -> None:
    """More often than anything else may be asked in a minute from one address."""
    assert {bench.get("version.json").status_code for _ in range(610)} == {200}
