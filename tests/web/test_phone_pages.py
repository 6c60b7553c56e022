"""What owners and the operator read of phones."""

import re

import pytest
from flask.testing import FlaskClient
from support.handsets import Handset, Issued, issue
from support.owners import Owner, sign_in
from support.shops import Shop
from support.visitors import open_app

from walletpass.card.design import LANGUAGES
from walletpass.operations.delivery.relay import deliver_due
from walletpass.operations.staffing.sign_in import StaffRole

COMPLAINT = (
    "[now] Web service error for {0.pass_type} (U): Server requested update to serial number '{0.serial}', "
    "but the pass was unchanged."
)
STRANGER = "<script>alert(1)</script>"


@pytest.fixture
def client(one_shop: Shop) -> FlaskClient:
    return open_app(one_shop).test_client()


@pytest.fixture
def held(one_shop: Shop, client: FlaskClient) -> Issued:
    """A card on a phone, changed and pushed; the phone complained, and so did a stranger."""
    held = issue(one_shop, client)
    Handset(client).register(held)
    one_shop.stamp(held.account_id)
    deliver_due(one_shop.services)
    client.post("/wallet/v1/log", json={"logs": [COMPLAINT.format(held), STRANGER]})
    return held


@pytest.fixture
def owner(one_shop: Shop) -> Owner:
    return sign_in(one_shop, one_shop.merchant_id, "owner@example.com")


@pytest.fixture
def operator(one_shop: Shop) -> Owner:
    return sign_in(one_shop, None, "op@example.com", StaffRole.OPERATOR)


def figures(page: str) -> list[str]:
    return re.findall(r"<dd>([\d,]+)</dd>", page)


def test_a_customers_page_says_where_the_card_has_got_to(owner: Owner, held: Issued) -> None:
    page = owner.get(f"/merchant/customers/{held.account_id}").text
    assert "Pushed, not fetched yet." in page
    assert "Was told of a change that was none" in page
    assert "alert(1)" not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_so_in_the_owners_language(owner: Owner, held: Issued, language: str) -> None:
    page = owner.get(f"/merchant/customers/{held.account_id}?lang={language}").text
    assert ("Pushed, not fetched yet." in page) == (language == "en")


def test_a_card_that_nobody_downloaded_has_nothing_to_prove(one_shop: Shop, owner: Owner) -> None:
    account_id = one_shop.account_id(one_shop.join())
    assert "Not added to Apple Wallet yet." in owner.get(f"/merchant/customers/{account_id}").text


def test_health_counts_cards_by_how_they_stand(one_shop: Shop, owner: Owner, held: Issued) -> None:
    one_shop.join()
    assert figures(owner.get("/merchant/health").text) == ["0", "1", "1"]


def test_a_card_counts_as_fetched_once_and_the_page_says_so(
    client: FlaskClient, owner: Owner, operator: Owner, held: Issued
) -> None:
    """It is on two phones, and one of them has fetched it."""
    second = Handset(client)
    second.register(held)
    second.fetch(held)
    for page in (owner.get("/merchant/health").text, operator.get("/operator/phones").text):
        assert figures(page) == ["1", "0", "0"]
        assert "A fetch does not say which phone it was" in page


def test_the_operator_reads_all_that_phones_report(operator: Owner, held: Issued) -> None:
    page = operator.get("/operator/phones").text
    assert figures(page) == ["0", "1", "0"]
    assert "but the pass was unchanged" in page
    assert STRANGER not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("unchanged", [True, False]),
        ("other", [False, True]),
        ("fetch", [False, False]),
        ("<b>", [True, True]),
    ],
)
def test_the_operator_chooses_a_kind(operator: Owner, held: Issued, kind: str, shown: list[bool]) -> None:
    page = operator.get(f"/operator/phones?kind={kind}").text
    assert ["but the pass was unchanged" in page, "alert(1)" in page] == shown


def test_the_operators_page_is_the_operators(owner: Owner) -> None:
    assert owner.get("/operator/phones").status_code == 403
