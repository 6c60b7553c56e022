"""Where the phone can be put: what its cards name, each once."""

from typing import Any

from support.pass_makers import PassMaker
from support.shops import START

from walletpass.simulator.installed import InstalledPass
from walletpass.simulator.places import list_places
from walletpass.simulator.relevance import HeardBeacon, Position

QUAY = {"latitude": 51.92, "longitude": 4.48, "relevantText": "A coffee on the quay"}
BEACON = {"proximityUUID": "E2C56DB5-DFFB-48D2-B060-D0F5A71096E0", "relevantText": "At the counter"}


def make_card(maker: PassMaker, serial: str, **changes: Any) -> InstalledPass:
    (card,) = maker.phone().install(maker.build(serialNumber=serial, **changes), START)
    return card


def test_locations_and_beacons_are_places_with_the_card_s_words(pass_maker: PassMaker) -> None:
    card = make_card(pass_maker, "1", locations=[QUAY], beacons=[BEACON])
    quay, counter = list_places([card])
    assert (quay.title, quay.text, quay.position) == (
        "Café Ærlig",
        "A coffee on the quay",
        Position(51.92, 4.48),
    )
    assert counter.beacon == HeardBeacon(BEACON["proximityUUID"], 0, 0)


def test_a_place_that_two_cards_name_is_there_once(pass_maker: PassMaker) -> None:
    cards = [make_card(pass_maker, serial, locations=[QUAY], beacons=None) for serial in ("1", "2")]
    assert len(list_places(cards)) == 1


def test_a_card_without_places_names_none(pass_maker: PassMaker) -> None:
    assert list_places([make_card(pass_maker, "1", locations=None, beacons=None)]) == []
