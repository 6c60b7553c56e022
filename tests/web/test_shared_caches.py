"""What is the same for everybody can be kept by shared caches, whoever asked for it first."""

import re
from urllib.parse import urlsplit

import pytest
from support.owners import Owner, sign_in
from support.shops import Shop

from walletpass.card.card import Progress
from walletpass.operations.designs.look import get_look
from walletpass.operations.google.pictures import find_pictures
from walletpass.operations.programs.rules import get_rules


@pytest.fixture
def owner(one_shop: Shop) -> Owner:
    return sign_in(one_shop, one_shop.merchant_id, "owner@shop.example")


def find_on_join_page(owner: Owner, shop: Shop, pattern: str) -> str:
    found = re.search(pattern, owner.get(f"/join/{shop.code}").text)
    assert found
    return found[1]


@pytest.mark.parametrize(
    "pattern", [r'href="(/theme/[^"]+)"', r'href="(/static/base.css[^"]+)"', r'src="(/join/[^"]+\.png[^"]*)"']
)
def test_what_pages_show_does_not_depend_on_who_is_signed_in(
    one_shop: Shop, owner: Owner, pattern: str
) -> None:
    assert_is_shared(owner, find_on_join_page(owner, one_shop, pattern))


def test_pictures_for_google_do_not_depend_on_who_is_signed_in(one_shop: Shop, owner: Owner) -> None:
    look = get_look(one_shop.services, get_rules(one_shop.services, one_shop.merchant_id).program_id)
    addresses = find_pictures(one_shop.services, look.design_version_id, Progress(1, 10))
    assert_is_shared(owner, urlsplit(addresses.hero).path)


def assert_is_shared(owner: Owner, address: str) -> None:
    with owner.get(f"{address}{'&' if '?' in address else '?'}lang=hu") as answer:
        assert answer.status_code == 200
        assert answer.cache_control.public
        assert answer.cache_control.max_age
        assert "Vary" not in answer.headers
        assert "Set-Cookie" not in answer.headers
