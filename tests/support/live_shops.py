"""A shop whose application answers on a real socket, and phones that hold its cards."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from support.pass_makers import PassMaker
from support.servers import free_port
from support.shops import Shop, open_shop
from support.visitors import open_app
from werkzeug.serving import make_server

from walletpass.settings import Settings
from walletpass.simulator.phone import Phone
from walletpass.store.session import Database


@dataclass(frozen=True)
class LiveShop:
    shop: Shop
    maker: PassMaker

    @property
    def join_page(self) -> str:
        return self.shop.services.links.join(self.shop.code)

    def pass_address(self, page_key: str) -> str:
        return f"{self.shop.services.links.card(page_key)}/pass.pkpass"

    def phone(self, **options: Any) -> Phone:
        return self.maker.phone(**options)

    def step(self, phone: Phone) -> None:
        phone.step(self.shop.clock.now())

    def push(self, phone: Phone) -> None:
        """What Apple would bring after a change of the phone's cards."""
        for key in phone.wallet.cards:
            phone.receive_push(key.pass_type)
        self.step(phone)


@pytest.fixture
def live_shop(pass_maker: PassMaker, sqlite_database: Database, tmp_path: Path) -> Iterator[LiveShop]:
    port = free_port()
    settings = Settings.from_env({"DATA_DIR": str(tmp_path), "SECRET_KEY": "of the tests", "PORT": str(port)})
    shop = open_shop(settings, sqlite_database, pass_maker.signers)
    server = make_server("127.0.0.1", port, open_app(shop), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield LiveShop(shop, pass_maker)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
