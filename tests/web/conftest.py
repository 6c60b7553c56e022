"""A shop on SQLite, and somebody who visits its pages."""

import pytest
from support.shops import Shop, open_shop
from support.visitors import Visitor, open_app

from walletpass.pkpass.signers import Signers
from walletpass.settings import Settings
from walletpass.store.session import Database


@pytest.fixture
def one_shop(settings: Settings, sqlite_database: Database, development_signers: Signers) -> Shop:
    """Ten stamps for a coffee, on SQLite only: pages know nothing of databases."""
    return open_shop(settings, sqlite_database, development_signers)


@pytest.fixture
def visitor(one_shop: Shop) -> Visitor:
    return Visitor(open_app(one_shop).test_client())
