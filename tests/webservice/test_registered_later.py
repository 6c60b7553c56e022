"""A pass that changes while its phone is not registered for it, on both databases."""

import pytest
from flask.testing import FlaskClient
from support.handsets import Handset, Issued, issue
from support.shops import Shop


@pytest.fixture
def other(shop: Shop, client: FlaskClient) -> Issued:
    """Another card on the same phone, so that the phone has a tag to ask with."""
    return issue(shop, client)


def test_what_changed_while_updates_were_off_is_listed_when_they_are_on_again(
    shop: Shop, phone: Handset, held: Issued, other: Issued
) -> None:
    """Although the phone has asked since then, for its other cards."""
    for each in (held, other):
        phone.register(each)
    _, tag = phone.ask(held.pass_type)
    phone.unregister(held)
    shop.stamp(held.account_id)
    shop.stamp(other.account_id)
    serials, tag = phone.ask(held.pass_type, tag)
    assert serials == [other.serial]
    phone.register(held)
    assert phone.ask(held.pass_type, tag)[0] == [held.serial]


def test_a_change_that_was_listed_and_not_fetched_is_listed_when_the_phone_registers_again(
    shop: Shop, phone: Handset, held: Issued, other: Issued
) -> None:
    """Its updates were off, and the server had not heard of it."""
    for each in (held, other):
        phone.register(each)
    shop.stamp(held.account_id)
    serials, tag = phone.ask(held.pass_type)
    assert held.serial in serials
    shop.clock.pass_by(minutes=1)
    assert phone.ask(held.pass_type, tag)[0] == []
    assert phone.register(held) == 200
    assert phone.ask(held.pass_type, tag)[0] == [held.serial]


def test_a_change_that_was_fetched_is_not_listed_when_the_phone_registers_again(
    shop: Shop, phone: Handset, held: Issued
) -> None:
    phone.register(held)
    shop.stamp(held.account_id)
    _, tag = phone.ask(held.pass_type)
    assert phone.fetch(held).status_code == 200
    shop.clock.pass_by(minutes=1)
    phone.ask(held.pass_type, tag)
    shop.services.sightings.flush(shop.services.database)
    phone.register(held)
    assert phone.ask(held.pass_type, tag)[0] == []


def test_what_changed_between_download_and_registration_is_listed(
    shop: Shop, phone: Handset, held: Issued, other: Issued
) -> None:
    phone.register(other)
    shop.stamp(held.account_id)
    shop.stamp(other.account_id)
    serials, tag = phone.ask(held.pass_type)
    assert serials == [other.serial]
    phone.register(held)
    serials, tag = phone.ask(held.pass_type, tag)
    assert serials == [held.serial]
    assert phone.ask(held.pass_type, tag)[0] == []


def test_a_pass_that_never_changed_is_not_listed_for_being_registered(
    shop: Shop, phone: Handset, held: Issued, other: Issued
) -> None:
    """Phones complain of passes that were listed and had not changed."""
    phone.register(other)
    shop.stamp(other.account_id)
    _, tag = phone.ask(held.pass_type)
    phone.register(held)
    assert phone.ask(held.pass_type, tag)[0] == []
