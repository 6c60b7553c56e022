"""What a merchant has to say to everybody who has the card in Google Wallet."""

from datetime import timedelta
from typing import Any

import pytest
from support.google_shops import GoogleShop, only

from walletpass.gpay.errors import WalletError
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.google.message import CardMessage, Reach, send_message, write_message
from walletpass.operations.google.send import NOTICES_PER_DAY
from walletpass.simulator.google.android import AndroidPhone
from walletpass.simulator.google.behaviour import Behaviour, Fault, Lost


def closed(at_google: GoogleShop, words: str = "We are back on Tuesday.") -> CardMessage:
    return write_message("Closed", words, at_google.shop.clock.now() + timedelta(days=2))


def send(at_google: GoogleShop, message: CardMessage, **how: Any) -> dict[Reach, int]:
    return dict(send_message(at_google.shop.services, at_google.shop.merchant_id, message, **how))


def messages(phone: AndroidPhone) -> list[str]:
    phone.look()
    return [each["body"] for each in only(phone).object.get("messages", ())]


def test_everybody_who_holds_a_card_is_told(at_google: GoogleShop) -> None:
    """And nobody else: a card that was only offered, or was removed, has no reader."""
    phones = [at_google.save(at_google.shop.join(name)) for name in ("Anna", "Bo")]
    at_google.offer(at_google.shop.join("offered"))
    assert send(at_google, closed(at_google)) == {Reach.NOTIFIED: 2}
    for phone in phones:
        assert messages(phone) == ["We are back on Tuesday."]
        assert len(phone.notices) == 1


def test_one_customer_is_told_alone(at_google: GoogleShop) -> None:
    """Of the shop's own, and only while the card is held."""
    page_key = at_google.shop.join("Anna")
    anna, bo = at_google.save(page_key), at_google.save(at_google.shop.join("Bo"))
    of_anna, shop = at_google.shop.account_id(page_key), at_google.shop
    assert (
        dict(send_message(shop.services, shop.merchant_id + 1, closed(at_google), account_id=of_anna)) == {}
    )
    assert send(at_google, closed(at_google), account_id=of_anna) == {Reach.NOTIFIED: 1}
    assert (len(messages(anna)), messages(bo)) == (1, [])
    anna.remove(only(anna).id)
    at_google.hear()
    assert send(at_google, closed(at_google, "Once more."), account_id=of_anna) == {}


def test_the_same_message_is_added_once(at_google: GoogleShop) -> None:
    phone = at_google.save(at_google.shop.join("Anna"))
    message = closed(at_google)
    send(at_google, message)
    assert send(at_google, message) == {Reach.ALREADY: 1}
    assert len(messages(phone)) == 1


def test_a_message_whose_answer_was_lost_is_added_once(at_google: GoogleShop) -> None:
    phone = at_google.save(at_google.shop.join("Anna"))
    message = closed(at_google)
    at_google.google.behave(Behaviour((Fault("loyaltyObject.addMessage", lost=Lost.AFTER),)))
    with pytest.raises(WalletError):
        send(at_google, message)
    at_google.google.behave(Behaviour())
    send(at_google, message)
    assert len(messages(phone)) == 1


def test_messages_and_stamps_share_the_days_notices(at_google: GoogleShop) -> None:
    page_key = at_google.shop.join("Anna")
    phone = at_google.save(page_key)
    for words in range(NOTICES_PER_DAY - 1):
        assert send(at_google, closed(at_google, f"{words}")) == {Reach.NOTIFIED: 1}
    for _ in range(2):
        at_google.stamp(page_key)
        at_google.deliver()
    assert send(at_google, closed(at_google, "last")) == {Reach.SILENT: 1}
    assert messages(phone)[-1] == "last"
    assert len(phone.notices) == NOTICES_PER_DAY


def test_a_quiet_message_takes_no_notice(at_google: GoogleShop) -> None:
    phone = at_google.save(at_google.shop.join("Anna"))
    assert send(at_google, closed(at_google), notify=False) == {Reach.SILENT: 1}
    assert (len(messages(phone)), phone.notices) == (1, ())


def test_of_more_than_ten_the_oldest_goes(at_google: GoogleShop) -> None:
    phone = at_google.save(at_google.shop.join("Anna"))
    for words in range(12):
        send(at_google, closed(at_google, f"{words}"), notify=False)
    assert messages(phone) == [f"{words}" for words in range(2, 12)]


def test_it_stands_on_the_card_until_its_end(at_google: GoogleShop) -> None:
    phone = at_google.save(at_google.shop.join("Anna"))
    message = closed(at_google)
    send(at_google, message)
    messages(phone)
    (held,) = only(phone).object["messages"]
    assert held["displayInterval"]["end"]["date"] == f"{message.until:%Y-%m-%dT%H:%M:%S}Z"


@pytest.mark.parametrize(("header", "body"), [("", "x"), ("x", " "), ("x" * 61, "x"), ("x", "x" * 501)])
def test_what_says_nothing_or_too_much_is_refused(at_google: GoogleShop, header: str, body: str) -> None:
    with pytest.raises(Refusal, match=r"text_too_long|text_missing"):
        write_message(header, body, at_google.shop.clock.now())
