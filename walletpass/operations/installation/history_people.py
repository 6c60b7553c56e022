"""Who comes to the shop of the demo's year."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import TypeVar

T = TypeVar("T")

_LANGUAGES = (("nl", 84), ("en", 8), ("hu", 3), ("nb", 3), ("da", 2))
_FIRST_NAMES: Mapping[str, str] = {
    "nl": "Anna Anouk Bas Bram Daan Eline Emma Femke Fleur Floor Gijs Hanna Iris Jasper Jeroen Joost Kees Koen Lars"
    " Lieke Lotte Maarten Marieke Mees Merel Mila Niels Noor Olaf Pien Pieter Roos Ruben Sanne Saskia Sem Sofie Stijn"
    " Teun Thijs Tim Umut Vera Wietske Willem Wout Yara Zoë",
    "en": "Alice Ben Charlotte Daniel Edith George Grace Harry Isla Jack Lucy Oliver Priya Ravi Rose Sam",
    "hu": "Ágnes Balázs Dóra Eszter Gábor Ilona Katalin László Márton Nóra Ödön Zsófia",
    "nb": "Astrid Eirik Håkon Ingrid Jonas Kari Lars Mari Sigrid Øyvind",
    "da": "Anders Freja Ida Jens Karen Mikkel Rasmus Sofie Søren",
}
_LAST_NAMES: Mapping[str, str] = {
    "nl": "Bakker,de Boer,Bos,van den Berg,Brouwer,de Bruijn,Dekker,van Dijk,Dijkstra,Driessen,de Graaf,de Groot,Haan,"
    "Hendriks,van der Heijden,Hoekstra,de Jong,Jansen,Janssen,de Koning,Kok,Koster,Kuipers,van Leeuwen,van der Linden,"
    "Maas,Meijer,van der Meer,Mulder,Peters,Postma,Prins,Schouten,Smit,Smits,Timmermans,van Veen,Verhoeven,Vermeulen,"
    "Visser,van Vliet,de Vries,Vos,van der Wal,Willems,de Wit,Wolters,Yılmaz",
    "en": "Ashworth,Bennett,Carter,Clarke,Evans,Hughes,Mehta,Patel,Shaw,Taylor,Walker,Wright",
    "hu": "Fekete,Horváth,Kovács,Lakatos,Molnár,Nagy,Papp,Szabó,Szőke,Tóth,Varga",
    "nb": "Berg,Dahl,Hansen,Haugen,Johansen,Lie,Moen,Ødegård,Solberg,Strand",
    "da": "Christensen,Holm,Jensen,Kjær,Madsen,Møller,Nielsen,Poulsen,Sørensen",
}
_TELLS_BIRTHDAY, _HAS_NO_PHONE, _COMES_TO_SECOND = 0.4, 0.04, 0.35


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    language: str
    birthday: date | None
    branch: int
    has_phone: bool
    """Who has none gets a printed card."""


def draw_people(draw: Random, count: int) -> list[Person]:
    """Nobody has an address of e-mail: no letter can leave to somebody who does not exist."""
    return [_draw_person(draw) for _ in range(count)]


def choose(draw: Random, weighted: tuple[tuple[T, int], ...]) -> T:
    return draw.choices([value for value, _ in weighted], [weight for _, weight in weighted])[0]


def _draw_person(draw: Random) -> Person:
    language = choose(draw, _LANGUAGES)
    names = draw.choice(_FIRST_NAMES[language].split()), draw.choice(_LAST_NAMES[language].split(","))
    birthday = date(draw.randint(1940, 2004), draw.randint(1, 12), draw.randint(1, 28))
    return Person(
        " ".join(reversed(names) if language == "hu" else names),
        language,
        birthday if draw.random() < _TELLS_BIRTHDAY else None,
        int(draw.random() < _COMES_TO_SECOND),
        draw.random() >= _HAS_NO_PHONE,
    )
