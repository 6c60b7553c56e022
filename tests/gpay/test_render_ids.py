"""Names of classes and objects."""

import pytest
from hypothesis import given
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


@given(st.lists(st.text(min_size=1), min_size=1, max_size=3))
def test_any_words_make_a_name_that_google_takes(parts):
    """Whatever an owner calls a program or a tier."""
    name = ClassId.made_of(ISSUER, *parts)
    assert ClassId.parse(str(name)) == name
    assert name.suffix == name.suffix.lower()
    assert check_object({"id": f"{ISSUER}.x", "classId": str(name), "state": "ACTIVE"}) == []


@pytest.mark.parametrize(
    "text",
    ["", "club", "3388.", ".club", "x.club", "3388.Ærø", "3388.a b", "3388.a\n", "3388." + "a" * 65, "٣.a"],
)
def test_what_is_no_name(text):
    """Refused before it gets anywhere near a link."""
    with pytest.raises(ValueError, match="issuer"):
        ObjectId.parse(text)
