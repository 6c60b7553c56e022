"""The application over a shop, and a phone that knows its address."""

import pytest
from flask.testing import FlaskClient
from support.handsets import Handset, Issued, issue
from support.shops import Shop
from support.visitors import open_app


@pytest.fixture
def client(shop: Shop) -> FlaskClient:
    return open_app(shop).test_client()


@pytest.fixture
def phone(client: FlaskClient) -> Handset:
    return Handset(client)


@pytest.fixture
def held(shop: Shop, client: FlaskClient) -> Issued:
    """A card that was downloaded and not registered yet."""
    return issue(shop, client)
