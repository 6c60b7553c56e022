"""Names of classes and objects."""

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from walletpass.gpay.contract import check_object
from walletpass.gpay.ids import ClassId, ObjectId

ISSUER = "3388000000012345678"


def test_a_name_at_random_says_nothing_and_is_never_the_same():
    """128 bits in small letters: who has one card's name cannot guess another's."""
    names = {ObjectId.at_random(ISSUER).suffix for _ in range(200)}
    assert len(names) == 200
    assert {len(name) for name in names} == {32}


def test_a_name_is_read_as_it_was_written():
    """Suffixes may hold dots themselves."""
    name = ClassId(ISSUER, "club.gold")
    assert str(name) == f"{ISSUER}.club.gold"
    assert ClassId.parse(str(name)) == name


WORDS = st.lists(st.text(min_size=1), min_size=1, max_size=3)


@given(WORDS)
@example(["x" * 65])
def test_any_words_make_a_name_that_google_takes(parts):
    """Whatever an owner calls a program or a tier."""
    name = ClassId.made_of(ISSUER, *parts)
    assert ClassId.parse(str(name)) == name
    assert name.suffix == name.suffix.lower()
    assert check_object({"id": f"{ISSUER}.x", "classId": str(name), "state": "ACTIVE"}) == []


def test_plain_words_can_be_recognised():
    """In the log and in Google's console."""
    assert ClassId.made_of(ISSUER, "corner-coffee", "").suffix == "corner-coffee"
    assert ClassId.made_of(ISSUER, "corner-coffee", "gold").suffix == "corner-coffee.gold"
    assert ClassId.made_of(ISSUER, "Corner", "Gold").suffix.startswith("corner.gold-")


@given(WORDS, WORDS)
@example(["Gold"], ["gold"])
@example(["gold!"], ["gold?"])
@example(["a.b", "c"], ["a", "b.c"])
@example(["x" * 64 + "y"], ["x" * 64 + "z"])
def test_other_words_make_another_name(one, other):
    """Two tiers with one class would change each other's cards for ever."""
    assume(one != other)
    assert ClassId.made_of(ISSUER, *one) != ClassId.made_of(ISSUER, *other)


@pytest.mark.parametrize(
    "text",
    ["", "club", "3388.", ".club", "x.club", "3388.Ærø", "3388.a b", "3388.a\n", "3388." + "a" * 65, "٣.a"],
)
def test_what_is_no_name(text):
    """Refused before it gets anywhere near a link."""
    with pytest.raises(ValueError, match="issuer"):
        ObjectId.parse(text)
