"""The shop with a year behind it: small, but through every operation that the whole one goes through."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from support.lent_databases import LendDatabase
from support.shops import Shop, open_shop

from walletpass.operations.customers.profile import load_profile
from walletpass.operations.installation.history import Year, begin_year
from walletpass.operations.installation.history_happenings import Happening, What, draw_year
from walletpass.operations.installation.history_people import Notes, draw_people
from walletpass.operations.installation.history_shop import ZONE
from walletpass.operations.ledger.found import Found
from walletpass.operations.ledger.verify import verify
from walletpass.pkpass.signers import Signers
from walletpass.settings import Settings
from walletpass.store import accounts, bookings, corrections, gift_cards, ledger, letters, rewards, tiers
from walletpass.store.outbox import push_outbox
from walletpass.store.statements import rows

MEMBERS, SEED = 30, 4


def play_year(shop: Shop, seed: int = SEED) -> None:
    year = begin_year(shop.services, MEMBERS, seed)
    assert year is not None
    for happening in year.happenings:
        year.play(happening)


def list_entries(shop: Shop) -> list[tuple[Any, ...]]:
    with shop.services.reading() as tx:
        entries = rows(tx, ledger.ledger_entries.select().order_by(ledger.ledger_entries.c.id))
    return [
        (each.account_id, each.seq, each.kind, each.unit, each.quantity, each.rule, each.recorded_at)
        for each in entries
    ]


@pytest.fixture
def open_fresh(
    settings: Settings, lend_sqlite: LendDatabase, development_signers: Signers
) -> Iterator[Callable[[], Shop]]:
    """Each call opens a shop on a database of its own."""
    with ExitStack() as held:

        def open_() -> Shop:
            return open_shop(settings, held.enter_context(lend_sqlite()), development_signers)

        yield open_


@pytest.fixture
def shop(open_fresh: Callable[[], Shop]) -> Shop:
    return open_fresh()


def test_a_year_leaves_nothing_to_complain_about(shop: Shop) -> None:
    """Verification finds every invariant kept; everything lies in the year before today."""
    play_year(shop)
    found: list[Found] = []
    report = verify(shop.services, None, found.append)
    assert found == []
    assert report.looked_at["accounts"] >= MEMBERS
    instants = [entry[-1] for entry in list_entries(shop)]
    assert instants == sorted(instants)
    now = shop.clock.now()
    assert now.replace(year=now.year - 1) <= instants[0]
    assert instants[-1] < now


def test_a_year_has_something_of_everything_that_is_common(shop: Shop) -> None:
    play_year(shop)
    kinds = Counter(kind for _, _, kind, *_ in list_entries(shop))
    assert kinds.keys() >= {
        *("earn", "bonus", "convert", "redeem", "expire", "extend_expiry", "reverse_earn", "adjust"),
    }
    with shop.services.reading() as tx:
        issued = rows(tx, rewards.issued_rewards.select())
    states = {(reward.kind, reward.state) for reward in issued}
    assert states >= {("gift", "redeemed"), ("gift", "expired"), ("amount_coupon", "redeemed")}
    assert {kind for kind, _ in states} >= {"percent_coupon", "bonus_units"}


RARE = (
    # When: day and hour; what; who; and the other.
    (1, 10, What.JOIN, 0, -1),
    (1, 10, What.BRING_ALONG, 0, -1),
    (1, 11, What.BUY, 0, -1),
    (2, 10, What.JOIN, 1, 0),
    (2, 11, What.BUY, 1, -1),
    (2, 12, What.BOOK, 1, -1),
    (2, 13, What.BUY_GIFT_CARD, 0, -1),
    (2, 14, What.GIVE_GIFT_CARD, 0, 1),
    (2, 15, What.LOSE_GIFT_CARD, 0, -1),
    (2, 16, What.FIND_GIFT_CARD, 0, -1),
    (3, 10, What.LOSE_CARD, 1, -1),
    (3, 11, What.JOIN_AGAIN, 1, -1),
    (3, 12, What.CHECK_IN, 1, -1),
    (4, 10, What.MERGE, 1, -1),
    (4, 11, What.CORRECT, 1, -1),
    (4, 12, What.SHARE, 1, -1),
    *((4, 13, What.COMPLAIN, 1, -1) for _ in range(12)),
    (10, 16, What.ATTEND, 1, -1),
    (12, 8, What.PRAISE, -1, -1),
    (20, 0, What.LOOK, -1, -1),
)


def test_what_is_rare_goes_through_the_operations_too(shop: Shop) -> None:
    """A friend, a workshop, a gift card that is given, lost and found, a card that is lost, and one too many; a card of
    paper, and what two owners agree on or not."""
    year = begin_year(shop.services, 2, SEED)
    assert year is not None
    opened = year.happenings[0].at.replace(hour=0)
    for day, hour, what, person, other in RARE:
        year.play(Happening(opened + timedelta(days=day, hours=hour), what, person, other))
    with shop.services.reading() as tx:
        entries = rows(tx, ledger.ledger_entries.select())
        states = {row.id: row.state for row in rows(tx, accounts.accounts.select())}
        moves = [row.kind for row in rows(tx, gift_cards.gift_card_transactions.select())]
        (booking,) = rows(tx, bookings.bookings.select())
        asked = {row.state for row in rows(tx, corrections.corrections.select())}
        revoked = [row.id for row in rows(tx, accounts.scan_codes.select()) if row.revoked_at]
    assert list(states.values()) == ["active", "active", "merged"]
    assert moves == ["issue", "transfer", "block", "unblock"]
    assert booking.state == "completed"
    assert len(revoked) == 2
    assert asked == {"agreed", "refused"}
    rules = {"welcome", "friend", "workshop", "share", "check-in", "loyal"}
    assert {entry.rule for entry in entries} >= rules
    assert {entry.kind for entry in entries} >= {"transfer_out", "transfer_in", "adjust", "import"}
    found: list[Found] = []
    verify(shop.services, None, found.append)
    assert found == []


NOTES = Notes("Houten", "Komt laat.", "Marktdag", "+31300000001", "K-1", "a@example.com", ("red",) * 3)


def begin_known(shop: Shop) -> tuple[Year, Callable[[int, What], None]]:
    """A year with one member, of whom something is written down; and how something happens to them on a day."""
    year = begin_year(shop.services, 1, SEED)
    assert year is not None
    year.people = [replace(person, notes=NOTES) for person in year.people]
    opened = year.happenings[0].at.replace(hour=10)

    def happen(day: int, what: What) -> None:
        year.play(Happening(opened + timedelta(days=day), what, 0))

    happen(1, What.JOIN)
    return year, happen


def test_a_member_is_written_down_honoured_and_blocked_for_a_while(shop: Shop) -> None:
    """The address comes last. Whoever is blocked earns nothing."""
    year, happen = begin_known(shop)
    account_id, merchant_id = year.members[0].account_id, year.counter.merchant_id
    for day, what in enumerate((What.WRITE_DOWN, What.LOOK_AT_CARD, What.HONOUR, What.BLOCK, What.BUY), 2):
        happen(day, what)
    blocked = load_profile(shop.services, merchant_id, account_id)
    assert (blocked.about.town, blocked.about.description) == (NOTES.town, NOTES.description)
    assert (blocked.tags, bool(blocked.photo), blocked.status) == ((NOTES.tag,), True, "blocked")
    assert [identifier.kind for identifier in blocked.identifiers] == ["phone", "external"]
    assert blocked.page_opened_at is not None
    assert "earn" not in {kind for _, _, kind, *_ in list_entries(shop)}
    for day, what in enumerate((What.UNBLOCK, What.BUY, What.TAKE_ADDRESS), 7):
        happen(day, what)
    after = load_profile(shop.services, merchant_id, account_id)
    assert after.status == "active"
    assert (after.identifiers[0].value, after.identifiers[0].verified_at is None) == (NOTES.email, False)
    assert "earn" in {kind for _, _, kind, *_ in list_entries(shop)}
    with shop.services.reading() as tx:
        assert [(row.tier, row.manual) for row in rows(tx, tiers.tier_memberships.select())] == [
            ("orchard", True)
        ]


def test_what_a_blocked_member_is_refused_is_not_remembered(shop: Shop) -> None:
    """Neither taken back nor undone, nor paid for; and nobody is praised out of it."""
    year, happen = begin_known(shop)
    for day, what in enumerate((*[What.SCAN] * 2, What.BUY_GIFT_CARD, What.GIVE_GIFT_CARD, What.BLOCK), 2):
        happen(day, what)
    before = list_entries(shop)
    happen(7, What.PRAISE)
    for day in range(8, 38):
        for what in (What.BUY, What.RETURN, What.SCAN):
            happen(day, what)
    assert list_entries(shop) == before
    with shop.services.reading() as tx:
        moves = [row.kind for row in rows(tx, gift_cards.gift_card_transactions.select())]
    assert moves == ["issue"]
    profile = load_profile(shop.services, year.counter.merchant_id, year.members[0].account_id)
    assert profile.status == "blocked"


def test_somebody_with_two_cards_is_blocked_and_let_in_again_on_both(shop: Shop) -> None:
    year, happen = begin_known(shop)
    for day, what in enumerate((What.BLOCK, What.JOIN_AGAIN, What.UNBLOCK, What.MERGE, What.BUY), 2):
        happen(day, what)
    profile = load_profile(shop.services, year.counter.merchant_id, year.members[0].account_id)
    assert profile.status == "active"
    assert "earn" in {kind for _, _, kind, *_ in list_entries(shop)}


def test_a_coupon_comes_back_with_the_purchase_that_it_was_used_for(shop: Shop) -> None:
    year, happen = begin_known(shop)
    member, day = year.members[0], 1
    while not (member.sales and member.sales[-1].coupon):
        day += 1
        happen(day, What.BUY)
    happen(day + 1, What.RETURN)
    assert "reverse_redeem" in {kind for _, _, kind, *_ in list_entries(shop)}
    found: list[Found] = []
    verify(shop.services, None, found.append)
    assert found == []


def test_a_year_is_drawn_as_a_shop_lives() -> None:
    """Everything happens; most on Saturdays, nothing on Mondays; gift cards in December; nobody before they joined."""
    draw = Random(SEED)
    happenings = draw_year(draw, draw_people(draw, 500), date(2026, 11, 21))
    assert {each.what for each in happenings} == {*What}
    assert [each.at for each in happenings] == sorted(each.at for each in happenings)
    visits = [each.at.astimezone(ZONE) for each in happenings if each.what in (What.BUY, What.SCAN)]
    assert all(9 <= at.hour < 18 for at in visits)
    days = Counter(at.weekday() for at in visits)
    assert days.most_common(1)[0][0] == 5
    assert days[0] == 0
    bought = Counter(each.at.month for each in happenings if each.what is What.BUY_GIFT_CARD)
    assert bought.most_common(1)[0][0] == 12
    first: dict[int, What] = {}
    for each in happenings:
        first.setdefault(each.person, each.what)
    assert {what for person, what in first.items() if person >= 0} == {What.JOIN}


def test_the_seed_decides_everything_that_is_no_secret(open_fresh: Callable[[], Shop]) -> None:
    one, same, other = open_fresh(), open_fresh(), open_fresh()
    play_year(one)
    play_year(same)
    play_year(other, SEED + 1)
    assert list_entries(one) == list_entries(same)
    assert list_entries(one) != list_entries(other)


def test_nothing_of_the_past_is_told_now(shop: Shop) -> None:
    """No push and no letter waits to leave."""
    play_year(shop)
    with shop.services.reading() as tx:
        assert rows(tx, push_outbox.select()) == rows(tx, letters.letter_outbox.select()) == []
    assert shop.mail.letters == []


def test_a_shop_that_is_there_is_left_as_it_is(shop: Shop) -> None:
    assert begin_year(shop.services, 1, SEED) is not None
    assert begin_year(shop.services, 1, SEED) is None
