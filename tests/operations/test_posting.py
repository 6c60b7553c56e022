"""The one write path, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from support.rules import publish_changes
from support.shops import Shop, add_shop

from walletpass.card.card import Card
from walletpass.loyalty.expiry_policy import Duration, ExpiryKind, ExpiryPolicy
from walletpass.loyalty.program import Milestone
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.units import Unit
from walletpass.operations.cards.find_card import get_account_by_code
from walletpass.operations.cards.load_card import load_card
from walletpass.operations.earning.adjust import adjust
from walletpass.operations.earning.stamp import stamp
from walletpass.operations.earning.undo import undo
from walletpass.operations.posting.outcome import Outcome
from walletpass.operations.posting.request import Post
from walletpass.operations.rewards.redeem import redeem
from walletpass.store import accounts, counters, ledger, lots

KEY = "one-intention-0001"
FIVE = (Milestone(5, "Tea"),)


@pytest.fixture
def account(shop: Shop) -> int:
    return shop.account_id(shop.join("Anna Kovács"))


def code_of(call: object, *args: object, **kwargs: object) -> str:
    assert callable(call)
    with pytest.raises(Refusal) as caught:
        call(*args, **kwargs)
    return caught.value.code


def card_of(shop: Shop, account_id: int) -> Card:
    with shop.services.snapshot() as tx:
        return load_card(shop.services, tx, accounts.find_account(tx, account_id)).card


def balance_of(shop: Shop, account_id: int) -> tuple[int, int]:
    """The cached balance, and the sum of the ledger."""
    with shop.services.reading() as tx:
        row = accounts.find_account(tx, account_id)
        entries = ledger.list_history(tx, account_id, limit=1000)
    assert row is not None
    assert [entry.seq for entry in entries] == list(range(len(entries), 0, -1))
    return row.stamps, sum(entry.quantity for entry in entries)


def stamp_day_by_day(shop: Shop, account_id: int, times: int) -> Outcome:
    for _ in range(times):
        shop.clock.pass_by(days=1)
        outcome = shop.stamp(account_id)
    return outcome


def test_a_stamp_raises_the_balance_and_the_version_and_tells_so(shop: Shop, account: int) -> None:
    before = card_of(shop, account)
    outcome = shop.stamp(account)
    after = card_of(shop, account)
    assert (outcome.stamps, outcome.goal, outcome.member) == (1, 10, "Anna Kovács")
    assert after.version == before.version + 1 == outcome.version
    assert after.progress_text == "1 of 10"
    assert after.news == "Stamped: 1 of 10."
    assert balance_of(shop, account) == (1, 1)


def test_the_same_key_posts_once_and_answers_the_same(shop: Shop, account: int) -> None:
    first = shop.stamp(account, key=KEY)
    shop.clock.pass_by(hours=3)
    assert shop.stamp(account, key=KEY) == first
    assert balance_of(shop, account) == (1, 1)


def test_the_same_key_with_another_body_is_refused(shop: Shop, account: int) -> None:
    shop.stamp(account, key=KEY)
    assert code_of(shop.stamp, account, 2, KEY) == "key_reused"


def test_twenty_requests_with_one_key_at_once_make_one_entry_and_twenty_equal_answers(
    shop: Shop, account: int
) -> None:
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda _: shop.stamp(account, key=KEY), range(20)))
    assert len({str(outcome) for outcome in outcomes}) == 1
    assert balance_of(shop, account) == (1, 1)


def test_a_refusal_is_not_kept_under_its_key(shop: Shop, account: int) -> None:
    shop.stamp(account)
    shop.clock.pass_by(seconds=12)
    assert code_of(shop.stamp, account, 1, KEY) == "too_soon"
    shop.clock.pass_by(seconds=60)
    assert shop.stamp(account, key=KEY).stamps == 2


def test_a_second_scan_within_seconds_is_shown_as_the_same_one(shop: Shop, account: int) -> None:
    shop.stamp(account)
    shop.clock.pass_by(seconds=2)
    outcome = shop.stamp(account)
    assert outcome.repeat
    assert (outcome.stamps, outcome.added) == (1, 0)
    assert balance_of(shop, account) == (1, 1)


@pytest.mark.parametrize("key", ["", "short", "with space in it", "x" * 81, "ключ-ключ-ключ"])
def test_a_key_that_could_not_be_one_is_refused(shop: Shop, account: int, key: str) -> None:
    request = Post(shop.merchant_id, account, key, {})
    assert code_of(stamp, shop.services, request, 1) == "bad_key"


def test_the_tenth_stamp_brings_the_reward_and_a_new_card(shop: Shop, account: int) -> None:
    outcome = stamp_day_by_day(shop, account, 10)
    assert outcome.gained == ("Free coffee",)
    assert outcome.stamps == 0
    card = card_of(shop, account)
    assert [ready.title for ready in card.ready] == ["Free coffee"]
    assert "Free coffee" in card.news
    assert balance_of(shop, account) == (0, 0)


def test_a_reward_is_used_once(shop: Shop, account: int) -> None:
    (ready,) = stamp_day_by_day(shop, account, 10).ready
    used = redeem(shop.services, shop.request(account), ready.id)
    assert used.ready == ()
    assert code_of(redeem, shop.services, shop.request(account), ready.id) == "reward_already_used"
    assert card_of(shop, account).news == "Used: Free coffee."


def test_two_people_cannot_use_one_reward_at_once(shop: Shop, account: int) -> None:
    (ready,) = stamp_day_by_day(shop, account, 10).ready

    def use(_: int) -> str:
        try:
            return redeem(shop.services, shop.request(account), ready.id).done
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(use, range(8)))
    assert answers == ["redeemed"] + ["reward_already_used"] * 7


def test_undo_takes_back_the_stamp_and_the_reward_that_it_brought(shop: Shop, account: int) -> None:
    stamp_day_by_day(shop, account, 10)
    shop.clock.pass_by(seconds=20)
    outcome = undo(shop.services, shop.request(account))
    assert (outcome.stamps, outcome.ready, outcome.added) == (9, (), -1)
    assert balance_of(shop, account) == (9, 9)
    assert card_of(shop, account).news == "Corrected: 9 of 10."


def test_undo_gives_a_used_reward_back(shop: Shop, account: int) -> None:
    (ready,) = stamp_day_by_day(shop, account, 10).ready
    redeem(shop.services, shop.request(account), ready.id)
    assert undo(shop.services, shop.request(account)).ready == (ready,)


def test_a_stamp_whose_reward_was_used_cannot_be_undone(shop: Shop, account: int) -> None:
    (ready,) = stamp_day_by_day(shop, account, 10).ready
    redeem(shop.services, shop.request(account), ready.id)
    undo(shop.services, shop.request(account))
    redeem(shop.services, shop.request(account), ready.id)
    with shop.services.reading() as tx:
        last = ledger.find_last_activity(tx, account)
    assert last is not None
    assert last.kind == "redeemed"


def test_undo_again_takes_back_the_one_before(shop: Shop, account: int) -> None:
    stamp_day_by_day(shop, account, 3)
    undo(shop.services, shop.request(account), at_any_time=True)
    assert undo(shop.services, shop.request(account), at_any_time=True).stamps == 1
    assert balance_of(shop, account) == (1, 1)


def test_staff_undo_within_a_minute_owners_at_any_time(shop: Shop, account: int) -> None:
    shop.stamp(account)
    shop.clock.pass_by(seconds=61)
    assert code_of(undo, shop.services, shop.request(account)) == "undo_too_late"
    assert undo(shop.services, shop.request(account), at_any_time=True).stamps == 0
    assert code_of(undo, shop.services, shop.request(account)) == "nothing_to_undo"


def test_after_an_undo_the_cool_down_counts_from_the_stamp_that_is_left(shop: Shop, account: int) -> None:
    shop.stamp(account)
    shop.clock.pass_by(seconds=10)
    undo(shop.services, shop.request(account))
    assert shop.stamp(account).stamps == 1


def test_the_daily_limit_begins_again_at_local_midnight(shop: Shop, account: int) -> None:
    shop.clock.pass_by(hours=13)  # 23:00 in Amsterdam
    shop.stamp(account, 3)
    shop.clock.pass_by(minutes=5)
    shop.stamp(account, 2)
    shop.clock.pass_by(minutes=5)
    assert code_of(shop.stamp, account) == "too_many_today"
    shop.clock.pass_by(minutes=51)
    assert shop.stamp(account).stamps == 6


def test_another_shops_card_is_unknown_here(shop: Shop, account: int) -> None:
    other = add_shop(shop.services, "Other Shop", (Milestone(5, "Bun"),))
    code = card_of(shop, account).scan_code
    with shop.services.reading() as tx:
        assert get_account_by_code(shop.services, tx, shop.merchant_id, code) == account
        assert code_of(get_account_by_code, shop.services, tx, other, code) == "unknown_card"
        assert code_of(get_account_by_code, shop.services, tx, other, "no such code") == "unknown_card"
    assert code_of(stamp, shop.services, Post(other, account, KEY, {}), 1) == "unknown_card"


def test_a_revoked_code_is_void_and_the_typed_one_finds_the_card(shop: Shop, account: int) -> None:
    card = card_of(shop, account)
    with shop.services.reading() as tx:
        typed = card.typed_code.lower().replace("-", " ")
        assert get_account_by_code(shop.services, tx, shop.merchant_id, typed) == account
    with shop.services.transaction() as tx:
        accounts.revoke_scan_codes(tx, account, shop.clock.now())
    with shop.services.reading() as tx:
        args = (shop.services, tx, shop.merchant_id, card.scan_code)
        assert code_of(get_account_by_code, *args) == "void_card"


def test_versions_made_in_one_second_have_a_second_each(shop: Shop, account: int) -> None:
    """`Last-Modified` has no smaller unit."""
    moments = [card_of(shop, account).changed_at]
    for _ in range(3):
        shop.stamp(account)
        undo(shop.services, shop.request(account))
        moments.append(card_of(shop, account).changed_at)
    assert all(later > earlier for earlier, later in pairwise(moments))
    assert all(moment.microsecond == 0 for moment in moments)


def test_undo_after_midnight_takes_back_the_stamp_and_not_what_time_did(shop: Shop, account: int) -> None:
    """What ran out in between was nobody's doing: it is not brought back."""
    publish_changes(shop, expiry=ExpiryPolicy(ExpiryKind.FIXED_DURATION, Duration(days=1)))
    shop.clock.at = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
    shop.stamp(account, 2)
    shop.clock.at = datetime(2026, 11, 23, 22, 59, 50, tzinfo=UTC)
    shop.stamp(account)
    shop.clock.pass_by(seconds=20)
    outcome = undo(shop.services, shop.request(account))
    assert (outcome.stamps, outcome.added) == (0, -1)
    assert code_of(undo, shop.services, shop.request(account)) == "undo_too_late"


def test_undoing_the_use_of_a_reward_takes_back_no_visit(shop: Shop, account: int) -> None:
    (ready,) = stamp_day_by_day(shop, account, 10).ready
    redeem(shop.services, shop.request(account), ready.id)
    undo(shop.services, shop.request(account))
    assert count_visits(shop, account) == 10
    shop.clock.pass_by(days=1)
    shop.stamp(account)
    undo(shop.services, shop.request(account))
    assert count_visits(shop, account) == 10


def test_units_given_by_hand_are_not_undone_like_a_stamp(shop: Shop, account: int) -> None:
    adjust(shop.services, shop.request(account), Unit.STAMPS, 2, "correction")
    assert code_of(undo, shop.services, shop.request(account)) == "nothing_to_undo"


def test_what_a_reward_cost_comes_back_with_days_of_grace_if_it_would_have_run_out(
    shop: Shop, account: int
) -> None:
    """Also where a later stamp has moved the rolling date since: it revives nothing."""
    publish_changes(shop, expiry=ExpiryPolicy(ExpiryKind.ROLLING_ON_EARN, Duration(days=30)), milestones=FIVE)
    shop.stamp(account, 3)
    shop.clock.pass_by(days=1)
    shop.stamp(account, 2)
    shop.clock.pass_by(days=60)
    shop.stamp(account)
    undo(shop.services, shop.request(account))
    undo(shop.services, shop.request(account), at_any_time=True)
    with shop.services.reading() as tx:
        (held,) = lots.list_open(tx, account, Unit.STAMPS)
    assert (held.remaining, held.rolls) == (3, False)
    assert held.expires_at == datetime(2027, 2, 5, 23, 0, tzinfo=UTC)


def count_visits(shop: Shop, account_id: int) -> int:
    with shop.services.reading() as tx:
        return int(counters.sum_days(tx, account_id).visits)
