"""Who comes to the shop of the demo's year."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import TypeVar

from walletpass.operations.installation.history_portraits import HAIRS, SHIRTS, SKINS
from walletpass.operations.installation.history_shop import SLUG

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
_TELLS_BIRTHDAY, _HAS_NO_PHONE, _COMES_TO_SECOND, _IS_KNOWN, _IS_DRAWN = 0.4, 0.04, 0.35, 0.25, 0.2
_TOWNS = (("Houten", 40), ("Utrecht", 25), ("Nieuwegein", 15), ("Bunnik", 12), ("Wijk bij Duurstede", 8))
_DESCRIPTIONS = (
    "Belt vooraf voor de eieren.",
    "Kan niet tegen noten.\nLeest graag het etiket.",
    "Komt met de bakfiets, dus de krat mag groot zijn.",
    "Neemt lege dozen en potten mee terug.",
    "Wil weten van welk perceel het komt.",
)
_TAGS = ("Bakfiets", "Groentetas", "Marktdag", "Vrijwilliger", "Zuivel")


@dataclass(frozen=True, slots=True)
class Notes:
    """What staff write down about somebody whom they know."""

    town: str
    description: str
    tag: str
    phone: str
    """No subscriber's number begins with a nought."""
    till_number: str
    email: str
    portrait: tuple[str, str, str] | None


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    language: str
    birthday: date | None
    branch: int
    has_phone: bool
    """Who has none gets a printed card."""
    notes: Notes | None


def draw_people(draw: Random, count: int) -> list[Person]:
    return [_draw_person(draw, number) for number in range(count)]


def choose(draw: Random, weighted: tuple[tuple[T, int], ...]) -> T:
    return draw.choices([value for value, _ in weighted], [weight for _, weight in weighted])[0]


def _draw_person(draw: Random, number: int) -> Person:
    language = choose(draw, _LANGUAGES)
    names = draw.choice(_FIRST_NAMES[language].split()), draw.choice(_LAST_NAMES[language].split(","))
    birthday = date(draw.randint(1940, 2004), draw.randint(1, 12), draw.randint(1, 28))
    return Person(
        " ".join(reversed(names) if language == "hu" else names),
        language,
        birthday if draw.random() < _TELLS_BIRTHDAY else None,
        int(draw.random() < _COMES_TO_SECOND),
        draw.random() >= _HAS_NO_PHONE,
        _draw_notes(draw, number) if draw.random() < _IS_KNOWN else None,
    )


def _draw_notes(draw: Random, number: int) -> Notes:
    portrait = draw.choice(SKINS), draw.choice(HAIRS), draw.choice(SHIRTS)
    return Notes(
        choose(draw, _TOWNS),
        draw.choice(_DESCRIPTIONS),
        draw.choice(_TAGS),
        f"+3130{number:07}",
        f"K-{number:05}",
        f"klant{number}@{SLUG}.example",
        portrait if draw.random() < _IS_DRAWN else None,
    )
