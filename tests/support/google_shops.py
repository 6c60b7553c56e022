"""A shop whose cards are at a simulated Google, and a customer's Android phone."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import orjson
import pytest
from support.shops import Shop

from walletpass.gpay.client import WalletClient
from walletpass.gpay.retries import Patience
from walletpass.gpay.root_keys import RootKeys
from walletpass.gpay.service_account import parse_service_account
from walletpass.gpay.throttle import Throttle
from walletpass.operations.delivery.relay import deliver_due
from walletpass.operations.google.issuers import Issuer, Issuers
from walletpass.operations.google.keep_event import keep_event
from walletpass.operations.google.offer import offer_google
from walletpass.simulator.google.android import AndroidPhone, HeldPass
from walletpass.simulator.google.issuer import DEVELOPMENT_ISSUER
from walletpass.simulator.google.server import SimulatedGoogle
from walletpass.store.google import google_objects
from walletpass.store.google_outbox import google_outbox
from walletpass.store.statements import rows

_ONCE = Patience(tries=1, connect=5, read=5, total=10)
_TWICE = replace(_ONCE, tries=2)
_FAST = Throttle(1000, 100)


@dataclass(frozen=True)
class GoogleShop:
    shop: Shop
    google: SimulatedGoogle

    def offer(self, page_key: str) -> str:
        return offer_google(self.shop.services, page_key)

    def save(self, page_key: str) -> AndroidPhone:
        """The customer's phone, with the card in it."""
        phone = AndroidPhone(lambda: self.google.address)
        phone.open_link(self.offer(page_key))
        self.hear()
        self.deliver()
        self.google.log.clear()
        return phone

    def hear(self) -> None:
        """What Google told the shop: callbacks go nowhere by themselves here."""
        for sent in self.google.callbacks:
            keep_event(self.shop.services, self.shop.services.google_keys, orjson.dumps(sent.body))

    def deliver(self) -> None:
        self.shop.clock.pass_by(seconds=1)
        deliver_due(self.shop.services)

    def stamp(self, page_key: str) -> None:
        self.shop.clock.pass_by(minutes=2)
        self.shop.stamp(self.shop.account_id(page_key))

    @property
    def waiting(self) -> int:
        with self.shop.services.reading() as tx:
            return len(rows(tx, google_outbox.select()))

    @property
    def objects(self) -> list[Any]:
        with self.shop.services.reading() as tx:
            return list(rows(tx, google_objects.select().order_by(google_objects.c.id)))


def balance(phone: AndroidPhone) -> str:
    phone.look()
    return str(only(phone).object["loyaltyPoints"]["balance"]["string"])


def only(phone: AndroidPhone) -> HeldPass:
    assert len(phone.passes) == 1
    return phone.passes[0]


@pytest.fixture
def at_google(shop: Shop, key_file: dict[str, Any]) -> Iterator[GoogleShop]:
    with SimulatedGoogle(clock=shop.clock, pauses=()) as google:
        told = {**key_file, "token_uri": google.token_address}
        google.admit(told, DEVELOPMENT_ISSUER)
        account = parse_service_account(orjson.dumps(told), is_development=True)
        client = WalletClient(account, _FAST, base_url=google.address, is_development=True, patience=_ONCE)
        issuer = Issuer(DEVELOPMENT_ISSUER, account, client, google.save_page, _TWICE)
        issuers = Issuers(lambda: issuer, lambda _, __: issuer)
        keys = RootKeys(google.keys_address)
        services = replace(shop.services, google=issuers, google_keys=keys)
        yield GoogleShop(replace(shop, services=services), google)
        client.close()
