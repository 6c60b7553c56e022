"""A phone as the web service meets it: requests, and nothing of what it keeps or shows."""

from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from support.phones import PHONE
from support.shops import Shop
from werkzeug.test import TestResponse

from walletpass.store import devices

PUSH_TOKEN = "0123456789abcdef" * 4


@dataclass(frozen=True)
class Issued:
    """A pass that was really handed out."""

    account_id: int
    pass_type: str
    serial: str
    token: str


def issue(shop: Shop, client: FlaskClient) -> Issued:
    """A new customer's card, downloaded from its page."""
    page_key = shop.join("Anna")
    assert client.get(f"/card/{page_key}/pass.pkpass").status_code == 200
    account_id = shop.account_id(page_key)
    (pass_type,) = shop.services.signers.pass_type_identifiers
    row = find_pass(shop, account_id, pass_type)
    return Issued(account_id, pass_type, row.serial, shop.services.vault.unseal(row.token_sealed))


def find_pass(shop: Shop, account_id: int, pass_type: str) -> Any:
    with shop.services.reading() as tx:
        return devices.find_pass_of_account(tx, account_id, pass_type)


def sign(token: str, scheme: str = "ApplePass") -> dict[str, str]:
    return {"Authorization": f"{scheme} {token}"}


@dataclass(frozen=True)
class Handset:
    client: FlaskClient
    library_id: str = PHONE
    scheme: str = "ApplePass"
    base: str = "/wallet"

    def registrations(self, pass_type: str) -> str:
        return f"{self.base}/v1/devices/{self.library_id}/registrations/{pass_type}"

    def register(self, held: Issued, push_token: str = PUSH_TOKEN) -> int:
        """The status."""
        address = f"{self.registrations(held.pass_type)}/{held.serial}"
        body = {"pushToken": push_token}
        return self.client.post(address, json=body, headers=sign(held.token, self.scheme)).status_code

    def unregister(self, held: Issued) -> int:
        address = f"{self.registrations(held.pass_type)}/{held.serial}"
        return self.client.delete(address, headers=sign(held.token, self.scheme)).status_code

    def ask(self, pass_type: str, tag: str | None = None) -> tuple[list[str], str | None]:
        """Serial numbers, and the tag to ask with next."""
        known = {} if tag is None else {"passesUpdatedSince": tag}
        answer = self.client.get(self.registrations(pass_type), query_string=known)
        if answer.status_code == 204:
            assert answer.data == b""
            return [], tag
        assert answer.status_code == 200
        assert answer.content_type == "application/json"
        body = answer.get_json()
        assert set(body) == {"serialNumbers", "lastUpdated"}
        return body["serialNumbers"], body["lastUpdated"]

    def fetch(self, held: Issued, known_since: str | None = None, method: str = "GET") -> TestResponse:
        known = {} if known_since is None else {"If-Modified-Since": known_since}
        return self.client.open(
            f"{self.base}/v1/passes/{held.pass_type}/{held.serial}",
            method=method,
            headers={**sign(held.token, self.scheme), **known},
        )
