"""A phone asks what changed, on both databases."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from support.handsets import Handset, Issued, issue
from support.shops import Shop

from walletpass.store import devices


def listed_at(shop: Shop) -> list[object]:
    with shop.services.reading() as tx:
        return list(tx.execute(select(devices.device_topics.c.listed_at)).scalars())


def test_the_list_names_what_changed_and_a_tag_for_next_time(
    shop: Shop, phone: Handset, held: Issued
) -> None:
    phone.register(held)
    serials, tag = phone.ask(held.pass_type)
    assert serials == [held.serial]
    assert tag is not None
    assert phone.ask(held.pass_type, tag) == ([], tag)
    shop.stamp(held.account_id)
    serials, next_tag = phone.ask(held.pass_type, tag)
    assert serials == [held.serial]
    assert next_tag is not None
    assert next_tag > tag


def test_only_passes_of_that_phone_and_type_are_listed(
    shop: Shop, client: FlaskClient, phone: Handset, held: Issued
) -> None:
    other = issue(shop, client)
    phone.register(held)
    Handset(client, "another").register(other)
    assert phone.ask(held.pass_type)[0] == [held.serial]
    assert phone.ask("pass.of.nobody")[0] == []


@pytest.mark.parametrize(
    "tag", ["", "0", "yesterday", "2026-11-22T10:00:00+01:00", "9" * 30, "9" * 9999, "\0", "٣" * 30]
)
def test_a_tag_that_is_not_ours_means_start_over(phone: Handset, held: Issued, tag: str) -> None:
    phone.register(held)
    assert phone.ask(held.pass_type, tag)[0] == [held.serial]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "ApplePass wrong"}])
def test_a_phone_that_is_unknown_has_nothing_and_is_not_refused(
    client: FlaskClient, phone: Handset, held: Issued, headers: dict[str, str]
) -> None:
    """Phones take a 401 here for an error and give up."""
    answer = client.get(phone.registrations(held.pass_type), headers=headers)
    assert (answer.status_code, answer.data) == (204, b"")


def test_asking_proves_that_a_phone_listens(shop: Shop, phone: Handset, held: Issued) -> None:
    """Also where nothing changed. It is written down later, for many phones at once."""
    phone.register(held)
    _, tag = phone.ask(held.pass_type)
    shop.clock.pass_by(minutes=5)
    phone.ask(held.pass_type, tag)
    assert listed_at(shop) == [None]
    assert shop.services.sightings.flush(shop.services.database) == 1
    assert listed_at(shop) == [shop.clock.now()]
    assert shop.services.sightings.flush(shop.services.database) == 0


def test_phones_that_are_unknown_leave_no_trace(shop: Shop, phone: Handset, held: Issued) -> None:
    phone.ask(held.pass_type)
    assert shop.services.sightings.flush(shop.services.database) == 0
