"""The Android phone on the simulator's page: what it takes, shows and gives back, against the demo."""

import re
from dataclasses import dataclass
from uuid import uuid4

import pytest
import requests
from support.benches import Bench, wait_until
from support.servers import RunningServer
from support.tills import Till

from walletpass.operations.installation.demo import DEMO_PASSWORD

SHOP = "Sharp &amp; Sons Barbers"
_SHOPS = re.compile(r'href="(/join/\w+)">(.*?)</a>', re.DOTALL)
"""On the first page; other tests may have added some."""


@dataclass
class AndroidBench(Bench):
    @property
    def passes(self) -> list[str]:
        """Ids of its cards, as the page lists them."""
        return re.findall(r'<li class="pass[^"]*" data-key="([\w.-]+)"', self.page)

    def join(self) -> str:
        """The key of a new card's page."""
        shops = self.browser.get(self.url, timeout=10).text
        join = next(link for link, name in _SHOPS.findall(shops) if SHOP in name)
        token = re.search(r'name="csrf_token" value="([^"]+)"', self._get(join))
        form_key = re.search(r'name="form_key" value="([^"]+)"', self._get(join))
        assert token
        assert form_key
        form = {"csrf_token": token[1], "form_key": form_key[1], "name": "Anna"}
        joined = self.browser.post(f"{self.url}{join}", data=form, timeout=10)
        return joined.url.rpartition("/card/")[2]

    def save(self) -> str:
        """A new card's id."""
        before = self.passes
        assert self.send("android/cards", card=self.join()).ok
        (added,) = set(self.passes) - set(before)
        return added

    def _get(self, path: str) -> str:
        return self.browser.get(f"{self.url}{path}", timeout=10).text


@pytest.fixture
def bench(demo_server: RunningServer) -> AndroidBench:
    return AndroidBench(demo_server.url)


def test_a_card_is_saved_shown_and_removed(bench: AndroidBench) -> None:
    added = bench.save()
    assert f'aria-label="{SHOP}: Loyalty card"' in bench.page
    for name in ("wide-logo", "logo", "hero"):
        assert bench.get(f"android/cards/{added}/{name}.png").content.startswith(b"\x89PNG")
    assert bench.get(f"android/cards/{added}/code.svg").text.startswith("<svg")
    known = bench.get("version.json").json()
    bench.send(f"android/cards/{added}/remove")
    assert bench.passes == []
    assert bench.get("version.json").json() != known


def test_a_stamp_changes_the_card_and_rings(bench: AndroidBench) -> None:
    """By itself, a moment after somebody at the counter has typed its code."""
    bench.save()
    code = re.search(r"<figcaption>([\w-]+)</figcaption>", bench.page)
    assert code
    till = Till(bench.url, "10.9.8.7", "staff@sharp.example", DEMO_PASSWORD)
    till.stamp(code[1], uuid4().hex)
    wait_until(lambda: "<dd>1 of 6</dd>" in bench.page)
    wait_until(lambda: "Your card was updated" in bench.page)
    bench.send("android/phone/clear")
    assert "Your card was updated" not in bench.page


def test_a_save_link_asks_first(bench: AndroidBench) -> None:
    """As the button on a card's page leads to it; opening the address alone saves nothing."""
    page_key = bench.join()
    offered = bench.browser.get(f"{bench.url}/card/{page_key}/google", timeout=10)
    assert "/simulator/gp/v/save/" in offered.url
    assert 'id="android-add"' in offered.text
    assert bench.passes == []
    assert bench.send("android/cards", link=offered.url).ok
    assert len(bench.passes) == 1


def test_a_link_is_good_for_one_account(bench: AndroidBench) -> None:
    link = bench.browser.get(f"{bench.url}/card/{bench.join()}/google", timeout=10).url
    bench.send("android/cards", link=link)
    stranger = AndroidBench(bench.url)
    assert "somebody else" in stranger.send("android/cards", link=link).text
    assert stranger.passes == []


def test_both_phones_follow_one_language_and_one_place(bench: AndroidBench) -> None:
    bench.save()
    bench.send("language", language="hu", zone="Europe/Budapest")
    assert bench.page.count('lang="hu"') >= 2
    places = re.findall(r'<option value="(-?[\d.]+,-?[\d.]+)"', bench.page)
    bench.send("place", place=places[0])
    assert 'data-key="near-' in bench.page
    bench.send("place", place="")
    assert 'data-key="near-' not in bench.page


def test_a_wiped_phone_has_its_cards_again(bench: AndroidBench) -> None:
    added = bench.save()
    assert bench.send("android/phone/reinstall").ok
    assert bench.passes == [added]


def test_another_browser_s_phone_is_out_of_reach(bench: AndroidBench) -> None:
    added = bench.save()
    stranger = AndroidBench(bench.url)
    assert stranger.get(f"android/cards/{added}/logo.png").status_code == 404
    assert stranger.send(f"android/cards/{added}/remove").status_code == 404
    assert stranger.send("android/phone/clear").status_code == 404
    assert bench.passes == [added]


def test_what_nobody_could_press_is_refused(bench: AndroidBench) -> None:
    added = bench.save()
    assert [
        bench.send("android/cards", card="../x").status_code,
        bench.send("android/cards", card="x" * 24).status_code,
        bench.send("android/phone/__init__").status_code,
        bench.send("android/cards/unknown/remove").status_code,
        bench.get(f"android/cards/{added}/pass.png").status_code,
        bench.get(f"android/cards/{added}/image.png").status_code,
    ] == [404] * 6
    assert "no save link" in bench.send("android/cards", link="http://127.0.0.1:1/x").text
    unsigned = requests.post(f"{bench.url}/simulator/android/phone/clear", timeout=10)
    assert unsigned.status_code == 400
    wait_until(lambda: bench.passes == [added])
