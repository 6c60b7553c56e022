"""The shop with a year behind it: small, but through every operation that the whole one goes through."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from support.lent_databases import LendDatabase
from support.shops import Shop, open_shop

from walletpass.operations.installation.history import begin_year
from walletpass.operations.installation.history_happenings import Happening, What, draw_year
from walletpass.operations.installation.history_shop import ZONE
from walletpass.operations.ledger.found import Found
from walletpass.operations.ledger.verify import verify
from walletpass.pkpass.signers import Signers
from walletpass.settings import Settings
from walletpass.store import accounts, bookings, gift_cards, ledger, rewards
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
    assert report.looked_at["accounts"] == MEMBERS
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


RARE = (
    # When: day and hour; what; who; and the other.
    (1, 10, What.JOIN, 0, -1),
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
    (10, 16, What.ATTEND, 1, -1),
    (12, 8, What.PRAISE, -1, -1),
    (20, 0, What.LOOK, -1, -1),
)


def test_what_is_rare_goes_through_the_operations_too(shop: Shop) -> None:
    """A friend, a workshop, a gift card that is given, lost and found, a card that is lost, and one too many."""
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
        revoked = [row.id for row in rows(tx, accounts.scan_codes.select()) if row.revoked_at]
    assert list(states.values()) == ["active", "active", "merged"]
    assert moves == ["issue", "transfer", "block", "unblock"]
    assert booking.state == "completed"
    assert len(revoked) == 2
    assert {entry.rule for entry in entries} >= {"friend", "workshop", "check-in", "loyal"}
    assert {entry.kind for entry in entries} >= {"transfer_out", "transfer_in", "adjust"}
    found: list[Found] = []
    verify(shop.services, None, found.append)
    assert found == []


def test_a_year_is_drawn_as_a_shop_lives() -> None:
    """Everything happens; most on Saturdays, nothing on Mondays; gift cards in December; nobody before they joined."""
    happenings = draw_year(Random(SEED), 500, date(2026, 11, 21))
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
        assert rows(tx, push_outbox.select()) == []
    assert shop.mail.letters == []


def test_a_shop_that_is_there_is_left_as_it_is(shop: Shop) -> None:
    assert begin_year(shop.services, 1, SEED) is not None
    assert begin_year(shop.services, 1, SEED) is None
