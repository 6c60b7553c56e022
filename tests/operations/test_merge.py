"""Two customers who turn out to be one person, on both databases."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.audits import find_breaches
from support.rules import publish_changes
from support.shops import Shop, add_shop

from walletpass.loyalty.earn_rules import EarnRule, Trigger
from walletpass.loyalty.expiry_policy import Duration, ExpiryKind, ExpiryPolicy
from walletpass.loyalty.identifiers import IdentifierKind
from walletpass.loyalty.people import MemberStatus
from walletpass.loyalty.program import Milestone, ProgramKind
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rules.amounts import Price
from walletpass.loyalty.units import Unit
from walletpass.operations.cards.close_card import close_card
from walletpass.operations.cards.find_card import find_card
from walletpass.operations.cards.link_plastic import link_plastic
from walletpass.operations.cards.open_page import open_page
from walletpass.operations.cards.standing import load_standing
from walletpass.operations.customers.find_member import find_member
from walletpass.operations.customers.identifiers import add_identifier
from walletpass.operations.customers.list_customers import list_customers
from walletpass.operations.customers.load_customer import load_customer
from walletpass.operations.customers.merge import merge
from walletpass.operations.customers.profile import change_profile, load_profile
from walletpass.operations.customers.status import set_status
from walletpass.operations.customers.tags import add_tag
from walletpass.operations.earning.adjust import adjust, bring_in
from walletpass.operations.earning.purchase import Purchase, post_purchase
from walletpass.operations.earning.refund import refund
from walletpass.operations.earning.undo import undo
from walletpass.operations.enrolment.applicant import Applicant
from walletpass.operations.enrolment.join import join, new_form_key
from walletpass.operations.posting.outcome import Outcome
from walletpass.operations.rewards.redeem import redeem
from walletpass.store import accounts, lots, people


def join_up(shop: Shop, kept: int, gone: int, key: str = "") -> Outcome:
    return merge(shop.services, shop.merchant_id, kept, gone, key or new_form_key())


def member(shop: Shop, name: str = "", email: str = "", stamps: int = 0) -> int:
    account_id = shop.account_id(shop.join(name, email))
    for _ in range(stamps):
        shop.clock.pass_by(days=1)
        shop.stamp(account_id)
    return account_id


def ends(shop: Shop, account_id: int, unit: Unit = Unit.STAMPS) -> dict[object, int]:
    """When how many units run out."""
    with shop.services.reading() as tx:
        held = lots.list_open(tx, account_id, unit.value)
    dates: dict[object, int] = {}
    for lot in held:
        dates[lot.expires_at] = dates.get(lot.expires_at, 0) + lot.remaining
    return dates


def test_the_card_that_stays_has_the_stamps_of_both_and_the_other_is_void(shop: Shop) -> None:
    page_key = shop.join("Anna again")
    gone = shop.account_id(page_key)
    shop.stamp(gone, 3)
    kept = member(shop, "Anna", stamps=2)
    before = open_page(shop.services, page_key, "en").card
    outcome = join_up(shop, kept, gone)
    assert (outcome.account_id, outcome.stamps) == (kept, 5)
    after = open_page(shop.services, page_key, "en").card
    assert after.version == before.version + 1
    assert after.state.value == "void"
    assert after.progress.count == 0
    with pytest.raises(Refusal, match="void_card"):
        shop.stamp(gone)
    assert [line.account_id for line in list_customers(shop.services, shop.merchant_id).lines] == [kept]
    assert load_profile(shop.services, shop.merchant_id, gone).merged_into == kept
    assert find_breaches(shop) == []


def test_old_codes_lead_to_the_card_that_stays_also_after_a_second_merge(shop: Shop) -> None:
    first_key, second_key = shop.join("One"), shop.join("Two")
    first, second, third = shop.account_id(first_key), shop.account_id(second_key), member(shop, "Three")
    link_plastic(shop.services, shop.merchant_id, first, "00123456")
    codes = ["00123456"]
    codes += [open_page(shop.services, page_key, "en").card.scan_code for page_key in (first_key, second_key)]
    join_up(shop, second, first)
    join_up(shop, third, second)
    assert [find_card(shop.services, shop.merchant_id, code) for code in codes] == [third] * 3
    kinds = [code.kind for code in load_profile(shop.services, shop.merchant_id, third).codes]
    assert sorted(kinds) == ["barcode"] * 3 + ["plastic"] + ["typed"] * 3


def test_everything_that_is_known_of_the_one_is_known_of_the_other(shop: Shop) -> None:
    kept, gone = member(shop, "Anna", "anna@example.com"), member(shop, "A. Kovács", "ak@example.com")
    add_identifier(shop.services, shop.merchant_id, gone, IdentifierKind.PHONE, "+36301234567")
    for tag, account_id in (("Vegan", kept), ("vegan", gone), ("Regular", gone)):
        add_tag(shop.services, shop.merchant_id, account_id, tag)
    set_status(shop.services, shop.merchant_id, gone, MemberStatus.BLOCKED)
    revision = load_profile(shop.services, shop.merchant_id, gone).about.revision
    change_profile(shop.services, shop.merchant_id, gone, revision, {"town": "Pécs"})
    join_up(shop, kept, gone)
    profile = load_profile(shop.services, shop.merchant_id, kept)
    assert (profile.about.name, profile.about.town) == ("Anna", "Pécs")
    assert profile.tags == ("Regular", "Vegan")
    assert profile.status is MemberStatus.BLOCKED
    assert {each.value for each in profile.identifiers} == {
        "anna@example.com",
        "ak@example.com",
        "+36301234567",
    }
    (match,) = find_member(shop.services, shop.merchant_id, "ak@example.com")
    assert match.account_id == kept


@pytest.mark.parametrize(
    ("kept", "gone", "stamps", "gained"),
    [
        (3, 3, 6, ("Cookie",)),
        (4, 5, 9, ()),
        (2, 7, 9, ()),
        (7, 7, 4, ("Free coffee",)),
        (9, 9, 8, ("Free coffee",)),
        (0, 3, 3, ()),
        (5, 0, 5, ()),
    ],
)
def test_a_joined_card_gives_what_neither_card_gave_and_nothing_twice(
    shop: Shop, kept: int, gone: int, stamps: int, gained: tuple[str, ...]
) -> None:
    """Four stamps for a cookie, ten for a coffee; seven and seven are fourteen."""
    publish_changes(shop, milestones=(Milestone(4, "Cookie"), Milestone(10, "Free coffee")))
    accounts_ = [member(shop, stamps=count) for count in (kept, gone)]
    outcome = join_up(shop, *accounts_)
    assert (outcome.stamps, outcome.gained) == (stamps, gained)
    assert len(outcome.ready) == (kept >= 4) + (gone >= 4) + len(gained)
    assert find_breaches(shop) == []


def test_unused_rewards_can_be_used_with_the_card_that_stays(shop: Shop) -> None:
    kept, gone = member(shop), member(shop, stamps=10)
    outcome = join_up(shop, kept, gone)
    (reward,) = outcome.ready
    redeem(shop.services, shop.request(kept), reward.id)
    assert load_standing(shop.services, shop.merchant_id, kept).rewards == ()
    assert find_breaches(shop) == []


def test_units_keep_their_dates(shop: Shop) -> None:
    """Those brought in with a last day, and those that the policy gave one."""
    publish_changes(shop, expiry=ExpiryPolicy(ExpiryKind.FIXED_DURATION, Duration(months=6)))
    kept, gone = member(shop, stamps=1), member(shop, stamps=2)
    day = shop.clock.now().date() + timedelta(days=40)
    bring_in(shop.services, shop.request(gone), Unit.STAMPS, 3, day)
    wanted = dict(ends(shop, kept))
    for end, quantity in ends(shop, gone).items():
        wanted[end] = wanted.get(end, 0) + quantity
    join_up(shop, kept, gone)
    assert ends(shop, kept) == wanted
    assert ends(shop, gone) == {}


def test_rolling_units_end_no_sooner_than_before_and_roll_on_with_the_card_that_stays(shop: Shop) -> None:
    publish_changes(shop, expiry=ExpiryPolicy(ExpiryKind.ROLLING_ON_EARN, Duration(days=30)))
    kept, gone = member(shop, stamps=1), member(shop, stamps=1)
    shop.clock.pass_by(days=20)
    shop.stamp(gone)
    join_up(shop, kept, gone)
    shop.clock.pass_by(days=25)
    # The kept card's own stamp is gone by now; what came from the other is not.
    assert shop.stamp(kept).stamps == 3
    shop.clock.pass_by(days=29)
    assert shop.stamp(kept).stamps == 4
    assert find_breaches(shop) == []


def test_who_said_stop_with_either_card_gets_no_news(shop: Shop) -> None:
    """Given with one card before it was withdrawn with the other."""
    news = Applicant(consents=("news",))
    keys = [join(shop.services, shop.code, news, "en", "", new_form_key()).page_key for _ in range(2)]
    kept, gone = (shop.account_id(page_key) for page_key in keys)
    shop.clock.pass_by(days=1)
    with shop.services.transaction() as tx:
        account = accounts.find_account(tx, gone)
        assert account is not None
        (given,) = people.list_consents(tx, account.member_id)
        people.withdraw(tx, given.id, shop.clock.now())
    join_up(shop, kept, gone)
    with shop.services.reading() as tx:
        account = accounts.find_account(tx, kept)
        assert account is not None
        withdrawn = [consent.withdrawn_at for consent in people.list_consents(tx, account.member_id)]
    assert withdrawn == [shop.clock.now()] * 2


def test_units_that_ran_out_meanwhile_do_not_move(shop: Shop) -> None:
    kept, gone = member(shop, stamps=1), member(shop)
    bring_in(shop.services, shop.request(gone), Unit.STAMPS, 3, shop.clock.now().date())
    shop.clock.pass_by(days=2)
    assert join_up(shop, kept, gone).stamps == 1
    assert find_breaches(shop) == []


def test_units_that_have_to_wait_go_on_waiting(shop: Shop) -> None:
    rule = EarnRule("late", Trigger.AMOUNT, Unit.POINTS, 1, per_minor=100, pending=timedelta(days=3))
    publish_changes(shop, kind=ProgramKind.MIXED, earn=(rule,))
    kept, gone = member(shop), member(shop)
    buy(shop, gone, 5000)
    shop.clock.pass_by(days=1)
    assert join_up(shop, kept, gone).points == 0
    assert find_breaches(shop) == []
    shop.clock.pass_by(days=3)
    assert adjust(shop.services, shop.request(kept), Unit.POINTS, 1, "courtesy").points == 51
    assert find_breaches(shop) == []


def buy(shop: Shop, account_id: int, minor: int, external_id: str | None = None) -> Outcome:
    purchase = Purchase(Price(minor), "EUR", {}, external_id)
    return post_purchase(shop.services, shop.request(account_id), purchase)


def test_debts_move_and_are_paid_from_what_the_other_has(shop: Shop) -> None:
    rule = EarnRule("spend", Trigger.AMOUNT, Unit.POINTS, 1, per_minor=100)
    publish_changes(shop, kind=ProgramKind.MIXED, earn=(rule,))
    rich, poor, other = (member(shop) for _ in range(3))
    buy(shop, poor, 5000, "bill 1")
    adjust(shop.services, shop.request(poor), Unit.POINTS, -40, "correction")
    assert refund(shop.services, shop.request(poor), "bill 1").points == -40
    buy(shop, rich, 10_000)
    assert join_up(shop, rich, poor).points == 60
    assert find_breaches(shop) == []
    buy(shop, other, 5000, "bill 2")
    adjust(shop.services, shop.request(other), Unit.POINTS, -50, "correction")
    refund(shop.services, shop.request(other), "bill 2")
    assert join_up(shop, other, rich).points == 10
    assert find_breaches(shop) == []


def test_the_same_request_again_merges_nothing_more(shop: Shop) -> None:
    kept, gone = member(shop, stamps=2), member(shop, stamps=3)
    first = join_up(shop, kept, gone, "merge-anna-1")
    assert join_up(shop, kept, gone, "merge-anna-1") == first
    with pytest.raises(Refusal, match="key_reused"):
        join_up(shop, kept, member(shop), "merge-anna-1")
    with pytest.raises(Refusal, match="void_card"):
        join_up(shop, kept, gone)


def test_what_cannot_be_merged_is_refused_and_changes_nothing(shop: Shop) -> None:
    kept, closed = member(shop, stamps=2), member(shop)
    close_card(shop.services, shop.merchant_id, closed)
    other = add_shop(shop.services, "Other Shop", (Milestone(5, "Bun"),))
    for gone, code in ((kept, "cannot_merge"), (closed, "closed_account"), (10**9, "unknown_card")):
        with pytest.raises(Refusal, match=code):
            join_up(shop, kept, gone)
    with pytest.raises(Refusal, match="unknown_card"):
        merge(shop.services, other, kept, closed, new_form_key())
    assert load_customer(shop.services, shop.merchant_id, kept, "en").card.progress.count == 2


def test_a_merge_is_not_undone_by_taking_back_the_last_thing(shop: Shop) -> None:
    kept, gone = member(shop, stamps=5), member(shop, stamps=5)
    assert join_up(shop, kept, gone).gained
    with pytest.raises(Refusal, match="nothing_to_undo"):
        undo(shop.services, shop.request(kept), at_any_time=True)


@dataclass
class History:
    """What somebody did with a card."""

    stamps: int
    brought: list[int] = field(default_factory=list)
    """Stamps from elsewhere, by the days for which they are good."""
    uses: bool = False


histories = st.builds(History, st.integers(0, 13), st.lists(st.integers(1, 60), max_size=3), st.booleans())


def live(shop: Shop, history: History) -> int:
    account_id = member(shop, stamps=history.stamps)
    for days in history.brought:
        last = shop.clock.now().date() + timedelta(days=days)
        bring_in(shop.services, shop.request(account_id), Unit.STAMPS, 2, last)
    ready = load_standing(shop.services, shop.merchant_id, account_id).rewards
    if history.uses and ready:
        redeem(shop.services, shop.request(account_id), ready[0].id)
    return account_id


def count(shop: Shop, *account_ids: int) -> tuple[int, int]:
    """Stamps that can be used, and rewards with their ten stamps each."""
    cards = [load_standing(shop.services, shop.merchant_id, account_id) for account_id in account_ids]
    with shop.services.reading() as tx:
        rows = [accounts.find_account(tx, account_id) for account_id in account_ids]
    return sum(row.stamps for row in rows if row), sum(len(card.rewards) for card in cards)


def test_whatever_both_had_one_has_afterwards(shop: Shop) -> None:
    """Stamps and rewards are as many as before; ten stamps may have become a reward."""

    @settings(max_examples=10)
    @given(histories, histories)
    def holds(one: History, other: History) -> None:
        kept, gone = live(shop, one), live(shop, other)
        shop.clock.pass_by(days=1)
        for account_id in (kept, gone):  # so that what has run out is posted
            adjust(shop.services, shop.request(account_id), Unit.STAMPS, 1, "courtesy")
        stamps, ready = count(shop, kept, gone)
        outcome = join_up(shop, kept, gone)
        assert count(shop, gone) == (0, 0)
        assert outcome.stamps + 10 * len(outcome.gained) == stamps
        assert len(outcome.ready) == ready + len(outcome.gained)
        assert sum(ends(shop, kept).values()) == outcome.stamps
        assert find_breaches(shop) == []

    holds()
