"""Somebody with a browser: fills in the forms that pages show, hidden fields included."""

from dataclasses import dataclass
from html.parser import HTMLParser

from flask import Flask
from flask.testing import FlaskClient
from support.shops import Shop
from werkzeug.test import TestResponse

from walletpass.app import create_app


def open_app(shop: Shop, **other: object) -> Flask:
    """The whole application over the shop's own services, or others in their place."""
    fields = ("database", "clock", "signers", "mailer", "pusher", "vault", "templates", "sightings")
    override = {name: getattr(shop.services, name) for name in fields}
    return create_app(shop.services.settings, **{**override, **other})


@dataclass(frozen=True)
class Visitor:
    client: FlaskClient

    def get(self, address: str, **headers: str) -> TestResponse:
        return self.client.get(address, headers={name.replace("_", "-"): v for name, v in headers.items()})

    def send(self, address: str, /, **fields: str) -> TestResponse:
        """Open the page, fill in its form, send it."""
        return self.send_again(address, self.fill_in(address, **fields))

    def fill_in(self, address: str, /, **fields: str) -> dict[str, str]:
        return {**read_inputs(self.get(address).text), **fields}

    def send_again(self, address: str, filled_in: dict[str, str]) -> TestResponse:
        return self.client.post(address.partition("?")[0], data=filled_in)


class _Inputs(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        name = given.get("name")
        if tag == "input" and name and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            self.values[name] = given.get("value") or ""


def read_inputs(page: str) -> dict[str, str]:
    """Name -> value of what the page's form would send untouched."""
    reader = _Inputs()
    reader.feed(page)
    return reader.values
