"""Cards of every kind, by what is special about each: what one wallet shows of them, another must show too."""

from dataclasses import replace
from datetime import UTC, datetime

from walletpass.card.card import Beacon, Card, CardState, Nearby, Place, Progress, ReadyReward
from walletpass.card.colour import Colour
from walletpass.card.design import LANGUAGES, Design, Palette, Shape, Word

NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)
DESIGN = Design(
    "test",
    "Bakkerij Ærø",
    Shape.ROUND,
    Palette(*(Colour(40 * shade, 10, 20) for shade in range(6))),
    {language: {word: f"{word.value} ({language})" for word in Word} for language in LANGUAGES},
    "nl",
    contact="+31 20 000000\nhttps://bakkerij.example",
)
STAMPS = Card(
    version=3,
    changed_at=datetime(2026, 5, 1, 9, tzinfo=UTC),
    state=CardState.ACTIVE,
    language="nl",
    member="Ő. Å. Person",
    scan_code="7K2M94QXPT3A",
    typed_code="7K2M-94QX-PT3A",
    progress=Progress(5, 8, (8,)),
    progress_text="5 van 8",
    summary="5 van 8 stempels. Hierna: gratis koffie, nog 3.",
    next_reward="Gratis koffie",
    news="Gestempeld. 5 van 8.",
    deal="8 stempels: 1 gratis koffie",
    page_url="https://cards.example.com/card/x",
)
POINTS = replace(
    STAMPS,
    language="en",
    progress=Progress(340, 500, (100, 500), counted=True),
    progress_text="340 points",
    summary="340 points. Next: free coffee, 160 to go.",
    next_reward="Free coffee",
    news="40 points earned.",
    deal="1 point for every euro",
)
BOTH = replace(STAMPS, points="340 punten")
COFFEE = ReadyReward("Gratis koffie", NEW_YEAR, "Gratis koffie, t/m 31 dec 2026")
TEA = ReadyReward("Thee")
SHOP = Place(52.3731, 4.8926, "Tot 18 uur open")
AT_SHOP = Nearby((SHOP,))
LONG = "Zeer lange naam van een beloning die nergens op een kaart past " * 4


def said(language: str, progress: str, summary: str, reward: str, news: str, deal: str) -> Card:
    return replace(
        STAMPS,
        language=language,
        progress_text=progress,
        summary=summary,
        next_reward=reward,
        news=news,
        deal=deal,
    )


CARDS = {
    "no stamp yet": replace(STAMPS, progress=Progress(0, 8, (8,)), progress_text="0 van 8", news=""),
    "some stamps": STAMPS,
    "a full card": replace(
        STAMPS, progress=Progress(8, 8, (8,)), progress_text="8 van 8", ready=(COFFEE,), next_reward=""
    ),
    "milestones": replace(STAMPS, progress=Progress(3, 12, (4, 8, 12)), progress_text="3 van 12"),
    "points": POINTS,
    "points without a next reward": replace(
        POINTS, progress=Progress(9000, None, counted=True), progress_text="9,000 points", next_reward=""
    ),
    "a debt": replace(
        POINTS,
        progress=Progress(-15, None, counted=True),
        progress_text="−15 points",
        summary="−15 points until your next visits.",
        owed="−15 points until your next visits",
    ),
    "what is missing": replace(STAMPS, missing="nog 3"),
    "points of two billion": replace(POINTS, progress_text="2,147,483,647 points"),
    "stamps and points": BOTH,
    "stamps and no points yet": replace(BOTH, points="0 punten"),
    "one ready reward": replace(STAMPS, ready=(TEA,)),
    "one that ends": replace(STAMPS, ready=(COFFEE,)),
    "several ready rewards": replace(STAMPS, ready=(COFFEE, TEA)),
    "several alike": replace(STAMPS, ready=(COFFEE, TEA, COFFEE, COFFEE)),
    "forty ready rewards": replace(STAMPS, ready=(TEA,) * 40),
    "stamps that run out": replace(
        STAMPS, end="31 dec 2026", end_text="5 stempels zijn te gebruiken t/m 31 dec 2026"
    ),
    "some points that run out": replace(
        POINTS, end="40 points · 31 Dec 2026", end_text="40 points can be used through 31 Dec 2026"
    ),
    "a tier": replace(STAMPS, tier="Goud", tier_text="Goud: dubbele stempels."),
    "a tier and the next one": replace(BOTH, tier="Zilver", tier_text="Zilver. Nog 3 bezoeken voor Goud"),
    "no tier yet": replace(STAMPS, tier_text="Nog 10 bezoeken voor Zilver"),
    "nobody's name": replace(STAMPS, member=""),
    "everything at once": replace(
        BOTH,
        ready=(COFFEE, TEA),
        ready_text="Klaar voor je: gratis koffie, thee.",
        end="31 dec 2026",
        end_text="5 stempels zijn te gebruiken t/m 31 dec 2026",
        tier="Goud",
        tier_text="Goud: dubbele stempels.",
        nearby=AT_SHOP,
        expires_at=NEW_YEAR,
    ),
    "a card with an end": replace(STAMPS, expires_at=NEW_YEAR),
    "an expired card": replace(STAMPS, state=CardState.EXPIRED, expires_at=NEW_YEAR, nearby=AT_SHOP),
    "a void card": replace(STAMPS, state=CardState.VOID, nearby=AT_SHOP),
    "a place": replace(STAMPS, nearby=AT_SHOP),
    "more places than a wallet takes": replace(
        STAMPS, nearby=Nearby(tuple(Place(1.5 * n, -2.25 * n, f"Filiaal {n}") for n in range(14)))
    ),
    "places at the ends of the earth": replace(
        STAMPS, nearby=Nearby((Place(-90, 180, ""), Place(90, -180, "")))
    ),
    "a place, a radius and a beacon": replace(
        STAMPS,
        nearby=Nearby((SHOP,), (Beacon("f8f589e9-c07e-58b0-aeab-a36be4d48fac", "Kom binnen"),), 80.0),
    ),
    "English": said(
        "en", "5 of 8", "5 of 8 stamps.", "Free coffee", "Stamped. 5 of 8.", "8 stamps: 1 free coffee"
    ),
    "Norwegian": said(
        "nb", "5 av 8", "5 av 8 stempler.", "Gratis kaffe", "Stemplet. 5 av 8.", "8 stempler: 1 gratis kaffe"
    ),
    "Hungarian": said(
        "hu", "5/8", "8 pecsétből 5.", "Ingyen kávé", "Pecsételve. 5/8.", "8 pecsét: 1 ingyen kávé"
    ),
    "Danish": said(
        "da", "5 af 8", "5 af 8 stempler.", "Gratis kaffe", "Stemplet. 5 af 8.", "8 stempler: 1 gratis kaffe"
    ),
    "a language that the design has not": said(
        "fr", "5 sur 8", "5 tampons sur 8.", "Café offert", "5 sur 8.", "8 tampons : 1 café offert"
    ),
    "long texts": replace(STAMPS, member=LONG, next_reward=LONG, news=LONG * 9, ready=(ReadyReward(LONG),)),
    "written from the right": replace(
        STAMPS, member="דוד בן־גוריון", next_reward="قهوة مجانية", news="\u202bקפה חינם\u202c", tier="ذهبي"
    ),
    "signs with a meaning elsewhere": replace(
        STAMPS,
        member='<b>O\'Brien & "Zoë"</b>',
        next_reward="{totp_value_0} %@ %s \\",
        news="one\ntwo\r\n\tthree",
        deal="object.textModulesData['news']",
    ),
    "emoji and joined letters": replace(STAMPS, member="👩🏽‍🍳 Ž\u0301", next_reward="☕️ gratis", tier="🥇"),
    "invisible texts": replace(STAMPS, member="\u200b", next_reward="\u00a0", news="\x00\x1f\ufeff"),
}
