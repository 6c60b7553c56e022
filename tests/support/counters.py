"""The app around a shop, with people who work there and visitors who use its pages."""

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from support.people import PASSWORD, add_person
from support.shops import Shop, open_shop
from support.visitors import open_app
from werkzeug.test import TestResponse

from walletpass.operations.services import Services
from walletpass.operations.staffing.sign_in import StaffRole
from walletpass.pkpass.signers import Signers
from walletpass.settings import Settings
from walletpass.store import accounts
from walletpass.store.session import Database

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True)
class Counter:
    """A shop whose pages can be asked for."""

    shop: Shop
    app: Flask

    @property
    def services(self) -> Services:
        return self.shop.services

    def visitor(self) -> FlaskClient:
        return self.app.test_client()

    def add_person(
        self, email: str, role: StaffRole = StaffRole.STAFF, merchant_id: int | None = None
    ) -> None:
        merchant_id = self.shop.merchant_id if merchant_id is None else merchant_id
        add_person(self.shop, merchant_id, role, "Kim", email)

    def signed_in(self, email: str = "kim@shop.example") -> FlaskClient:
        """A browser of somebody who is on the staff and has just signed in."""
        self.add_person(email)
        visitor = self.visitor()
        assert sign_in(visitor, email).status_code == 303
        return visitor

    def code_of(self, page_key: str, kind: str = "barcode") -> str:
        account_id = self.shop.account_id(page_key)
        with self.services.reading() as tx:
            return self.services.vault.unseal(accounts.list_scan_codes(tx, account_id)[kind])


def token_of(visitor: FlaskClient, path: str) -> str:
    """The token of a form on that page."""
    found = _TOKEN.search(visitor.get(path).text)
    assert found is not None, f"no form on {path}"
    return found[1]


def send_form(visitor: FlaskClient, path: str, *, page: str = "", **fields: str) -> TestResponse:
    """Fill in the form that `page` (else `path` itself) shows, and send it."""
    return visitor.post(path, data={"csrf_token": token_of(visitor, page or path), **fields})


def sign_in(visitor: FlaskClient, email: str, password: str = PASSWORD, next_page: str = "") -> TestResponse:
    path = f"/sign-in?next={next_page}" if next_page else "/sign-in"
    return send_form(visitor, path, email=email, password=password)


def send_json(visitor: FlaskClient, path: str, body: Any) -> TestResponse:
    headers = {"X-CSRFToken": token_of(visitor, "/staff/")}
    return visitor.post(path, data=json.dumps(body), headers=headers, content_type="application/json")


@pytest.fixture
def counter(settings: Settings, sqlite_database: Database, development_signers: Signers) -> Counter:
    shop = open_shop(settings, sqlite_database, development_signers)
    return Counter(shop, open_app(shop))
