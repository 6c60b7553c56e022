"""The operator's page."""

import pytest
from flask.testing import FlaskClient
from support.counters import Counter, sign_in
from support.people import PASSWORD
from support.visitors import Visitor

from walletpass.operations.installation.init import add_person
from walletpass.operations.installation.merchants import list_merchants
from walletpass.operations.staffing.sign_in import StaffRole

NEW = {
    "name": "Østerbro Blomster",
    "template": "florist",
    "language": "da",
    "zone": "Europe/Copenhagen",
    "goal": "8",
    "reward": "En buket",
    "owner_name": "Mette",
    "owner_email": "mette@blomster.example",
}


@pytest.fixture
def operator(counter: Counter) -> Visitor:
    with counter.services.transaction() as tx:
        add_person(counter.services, tx, None, StaffRole.OPERATOR, "Op", "op@example.com", PASSWORD, "en")
    client: FlaskClient = counter.visitor()
    assert sign_in(client, "op@example.com").headers["Location"] == "/operator/"
    return Visitor(client)


def test_a_merchant_is_let_in_and_its_owner_invited(counter: Counter, operator: Visitor) -> None:
    sent = operator.client.post("/operator/merchants", data={**operator.fill_in("/operator/"), **NEW})
    assert sent.status_code == 303
    assert "Østerbro Blomster" in operator.get("/operator/").text
    assert "Østerbro Blomster" in {line.name for line in list_merchants(counter.services)}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("goal", "0"),
        ("goal", "many"),
        ("goal", "9" * 400),
        ("zone", "Mars/Olympus"),
        ("template", "nothing"),
        ("language", "xx"),
        ("owner_email", "mette"),
        ("reward", ""),
        ("pass_type", "pass.of.nobody"),
    ],
)
def test_what_cannot_be_is_refused_whole(counter: Counter, operator: Visitor, field: str, value: str) -> None:
    before = list_merchants(counter.services)
    wrong = {**operator.fill_in("/operator/"), **NEW, field: value}
    answer = operator.client.post("/operator/merchants", data=wrong)
    assert answer.status_code == 400
    assert "Østerbro Blomster" in answer.text
    assert list_merchants(counter.services) == before


def test_owners_and_staff_do_not_get_in(counter: Counter) -> None:
    assert counter.signed_in().get("/operator/").status_code == 403
    assert counter.visitor().get("/operator/").status_code == 302
