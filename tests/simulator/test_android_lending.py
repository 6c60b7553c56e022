"""Android phones lent to browsers: theirs over a restart, and emptied when they are taken back."""

from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from support.googles import Issuer, full, notifying
from support.pass_makers import PassMaker
from support.shops import HandClock

from walletpass.simulator.google.android import AndroidPhone
from walletpass.simulator.google.memory import Kind
from walletpass.simulator.lending import Lending, LentPhone
from walletpass.simulator.relevance import Position

Open = Callable[[], Lending]


@pytest.fixture
def open_lending(
    pass_maker: PassMaker, google_clock: HandClock, issuer: Issuer, tmp_path: Path
) -> Iterator[Open]:
    root = tmp_path / "root.pem"
    root.write_bytes(pass_maker.trust.roots[0].public_bytes(Encoding.PEM))
    opened: list[Lending] = []

    def begin() -> Lending:
        google = issuer.google
        lending = Lending(tmp_path / "phones", root, google_clock, 1, lambda: google.address)
        lending.start()
        opened.append(lending)
        return lending

    yield begin
    for lending in opened:
        lending.stop()


def save(issuer: Issuer, lent: LentPhone) -> AndroidPhone:
    issuer.insert_class()
    issuer.insert_object()
    assert lent.android
    lent.android.open_link(issuer.link(full("anna")))
    return lent.android


def test_it_comes_back_as_it_was(issuer: Issuer, open_lending: Open) -> None:
    """Language, place, and what was swiped away; its cards come from Google."""
    before = open_lending()
    lent = before.lend("nl", UTC)
    phone = save(issuer, lent)
    issuer.send("PATCH", f"loyaltyObject/{full('anna')}", notifying("2 of 10"))
    phone.look()
    phone.clear_notices()
    phone.position = Position(52.1, 4.3)
    before.touched(lent)
    before.stop()
    found = open_lending().find(lent.name)
    assert found
    assert found.android
    assert found.android.look()
    assert (found.android.language, found.android.position) == ("nl", phone.position)
    assert (found.android.passes, found.android.notices) == (phone.passes, ())


def test_one_that_is_taken_back_holds_nothing_any_more(issuer: Issuer, open_lending: Open) -> None:
    lending = open_lending()
    save(issuer, lending.lend("en", UTC))
    lending.lend("en", UTC)
    assert issuer.send("GET", f"loyaltyObject/{full('anna')}").json()["hasUsers"] is False
    assert issuer.google.find(Kind.OBJECT, full("anna")) is not None
