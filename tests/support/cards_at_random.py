"""Cards with anything in them, for Hypothesis."""

from datetime import UTC

from hypothesis import strategies as st

from walletpass.card.card import Beacon, Card, CardState, Nearby, Place, Progress, ReadyReward

_texts = st.text(max_size=30)
_instants = st.datetimes(timezones=st.just(UTC))
_codes = st.from_regex(r"[A-Z0-9]{12}", fullmatch=True)
_places = st.builds(Place, st.floats(-90, 90), st.floats(-180, 180), _texts)
_beacons = st.builds(Beacon, st.uuids().map(str), _texts, st.none() | st.integers(0, 65535))

cards = st.builds(
    Card,
    version=st.integers(1),
    changed_at=_instants,
    state=st.sampled_from(CardState),
    language=st.sampled_from(["en", "nl", "xx"]),
    member=_texts,
    scan_code=_codes,
    typed_code=_codes,
    progress=st.builds(Progress, st.integers(0, 30), st.none() | st.integers(1, 30), counted=st.booleans()),
    progress_text=_texts,
    summary=_texts,
    next_reward=_texts,
    news=_texts,
    deal=_texts,
    page_url=st.just("https://cards.example.com/card/x"),
    ready=st.lists(st.builds(ReadyReward, _texts, st.none() | _instants), max_size=4).map(tuple),
    expires_at=st.none() | _instants,
    points=_texts,
    end=_texts,
    end_text=_texts,
    tier=_texts,
    tier_text=_texts,
    nearby=st.builds(
        Nearby,
        st.lists(_places, max_size=15).map(tuple),
        st.lists(_beacons, max_size=12).map(tuple),
        st.none() | st.floats(0, 1e6),
    ),
)
