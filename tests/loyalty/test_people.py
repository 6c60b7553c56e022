"""What may be written about a member, and what follows from their status."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletpass.loyalty.people import (
    LONGEST_DESCRIPTION,
    LONGEST_TAG,
    LONGEST_TOWN,
    About,
    Consent,
    MemberStatus,
    edit_about,
    find_overruled,
    inherit,
    join_statuses,
    read_status,
    read_tag,
    refuse_blocked,
    require_in_use,
)
from walletpass.loyalty.refusals import Refusal

TODAY = date(2026, 11, 22)
ANNA = About("hu", "Anna", date(1990, 4, 1), "Pécs", "Oat milk")
DAY = timedelta(days=1)
THEN = datetime(2026, 1, 1, tzinfo=UTC)


@given(st.dictionaries(st.sampled_from(("name", "town", "description", "language", "birthday")), st.text()))
def test_whatever_is_sent_is_cleaned_or_refused_by_its_name(given: dict[str, str]) -> None:
    """No control character, no sign that turns writing round, nothing beyond its limit is kept."""
    about, problems = edit_about(ANNA, given, TODAY)
    assert problems.keys() <= given.keys()
    assert all(line.isprintable() for line in (about.name, about.town, *about.description.split("\n")))
    assert len(about.town) <= LONGEST_TOWN
    assert len(about.description) <= LONGEST_DESCRIPTION


def test_what_turns_writing_round_or_ends_strings_becomes_a_space() -> None:
    about, problems = edit_about(
        ANNA, {"town": "a\u202eb\0c", "description": "\none\u2066\r\ntwo\x07\n"}, TODAY
    )
    assert not problems
    assert about.town == "a b c"
    assert about.description == "one\ntwo"


def test_every_field_that_is_wrong_is_named_and_the_others_are_read() -> None:
    wrong = {"name": "x" * 81, "town": "x" * 81, "description": "x" * 1001, "language": "xx", "birthday": "?"}
    _, problems = edit_about(ANNA, wrong, TODAY)
    assert {field: refusal.code for field, refusal in problems.items()} == {
        "name": "bad_name",
        "town": "text_too_long",
        "description": "text_too_long",
        "language": "bad_language",
        "birthday": "bad_birthday",
    }
    about, _ = edit_about(ANNA, {"town": "Győr", "language": "xx"}, TODAY)
    assert (about.town, about.language) == ("Győr", "hu")


def test_a_birthday_can_be_taken_away() -> None:
    assert edit_about(ANNA, {"birthday": ""}, TODAY)[0].birthday is None


@pytest.mark.parametrize(
    "field", [{"name": "B"}, {"town": "B"}, {"description": "B"}, {"language": "en"}, {"birthday": ""}]
)
def test_each_change_makes_older_pages_stale(field: dict[str, str]) -> None:
    assert edit_about(ANNA, field, TODAY)[0].revision != ANNA.revision
    assert edit_about(ANNA, {}, TODAY)[0].revision == ANNA.revision


def test_of_two_who_are_one_the_empty_fields_are_filled() -> None:
    kept = inherit(About("en", "Anna Kovács"), ANNA)
    assert kept == About("en", "Anna Kovács", date(1990, 4, 1), "Pécs", "Oat milk")


@given(st.text())
def test_any_text_is_a_tag_or_refused(text: str) -> None:
    with suppress(Refusal):
        tag = read_tag(text)
        assert 0 < len(tag.text) <= LONGEST_TAG
        assert tag.text.isprintable()
        assert len(tag.folded) <= 3 * LONGEST_TAG


@pytest.mark.parametrize(
    "text", ["Vegan", " vegan ", "VEGAN", "\uff36egan", "ve\u200bgan".replace("\u200b", "")]
)
def test_tags_that_look_the_same_are_the_same(text: str) -> None:
    assert read_tag(text).folded == "vegan"


@pytest.mark.parametrize(("state", "code"), [("closed", "closed_account"), ("merged", "void_card")])
def test_a_card_that_has_ended_is_no_use(state: str, code: str) -> None:
    require_in_use("active")
    with pytest.raises(Refusal, match=code):
        require_in_use(state)


def test_nobody_but_the_blocked_is_kept_from_anything() -> None:
    for status in ("active", "vip"):
        refuse_blocked(status)
    with pytest.raises(Refusal, match="blocked_member"):
        refuse_blocked("blocked")


def test_a_status_is_one_of_three() -> None:
    assert [read_status(text) for text in ("vip", "active", "blocked")] == list(MemberStatus)
    with pytest.raises(Refusal, match="bad_status"):
        read_status("Blocked ")


def test_merging_lifts_no_block_and_forgets_no_honour() -> None:
    assert join_statuses("vip", "blocked") is MemberStatus.BLOCKED
    assert join_statuses("active", "vip") is MemberStatus.VIP
    assert join_statuses("active", "active") is MemberStatus.ACTIVE


def test_who_said_stop_last_is_believed() -> None:
    """Given as one person and withdrawn later as the other: withdrawn. Given anew after that: it stands."""
    stop = THEN + 5 * DAY
    consents = [
        Consent(1, "news", THEN, None),
        Consent(2, "news", THEN, stop),
        Consent(3, "news", THEN + 6 * DAY, None),
        Consent(4, "birthday", THEN, None),
    ]
    assert find_overruled(consents) == {1: stop}
