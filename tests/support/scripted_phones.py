"""Phones against a web service that answers as it is told, and short words for what tests do with them."""

from datetime import timedelta

from support.scripted import ScriptedService
from support.shops import START

from walletpass.simulator.installed import PassKey
from walletpass.simulator.phone import Phone

MODIFIED = "Sun, 22 Nov 2026 09:00:07 GMT"
WAIT = timedelta(seconds=10)


def hold(phone: Phone, service: ScriptedService, *serials: str) -> list[PassKey]:
    """Passes installed and registered; what was heard of it is forgotten."""
    cards = [phone.install(service.build(serialNumber=serial), START)[0] for serial in serials or ("one",)]
    phone.step(START)
    service.heard.clear()
    return [card.key for card in cards]


def push(phone: Phone, key: PassKey) -> None:
    phone.receive_push(key.pass_type)
    phone.step(START)


def texts(phone: Phone) -> list[str]:
    return [notice.text for notice in phone.wallet.notices]


def news(phone: Phone, key: PassKey) -> object:
    (field,) = (each for each in phone.wallet.cards[key].fields if each.content["key"] == "news")
    return field.content["value"]
