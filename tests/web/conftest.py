"""A shop on SQLite, and somebody who visits its pages."""

from collections.abc import Iterator

import pytest
from support.databases import MakeDatabase
from support.shops import Shop, open_shop
from support.visitors import Visitor, open_app

from walletpass.pkpass.signers import Signers
from walletpass.settings import Settings
from walletpass.store.session import Database


@pytest.fixture
def one_shop(_sqlite: MakeDatabase, settings: Settings, development_signers: Signers) -> Iterator[Shop]:
    """Ten stamps for a coffee, on SQLite only: pages know nothing of databases."""
    with _sqlite(True) as address:
        database = Database(address)
        yield open_shop(settings, database, development_signers)
        database.close()


@pytest.fixture
def visitor(one_shop: Shop) -> Visitor:
    return Visitor(open_app(one_shop).test_client())
