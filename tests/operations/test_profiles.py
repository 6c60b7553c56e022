"""What a shop keeps about a customer, on both databases."""

import io
from collections.abc import Callable
from datetime import date

import pytest
from PIL import Image
from support.shops import Shop, add_shop

from walletpass.artwork.uploads import UploadRefused
from walletpass.loyalty.people import MOST_TAGS, MemberStatus
from walletpass.loyalty.program import Milestone
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.cards.counter_view import view_at_counter
from walletpass.operations.cards.open_page import get_version, open_page
from walletpass.operations.customers.list_customers import list_customers
from walletpass.operations.customers.load_customer import load_customer
from walletpass.operations.customers.photo import load_photo, remove_photo, set_photo
from walletpass.operations.customers.profile import Profile, change_profile, load_profile
from walletpass.operations.customers.status import set_status
from walletpass.operations.customers.tags import add_tag, remove_tag
from walletpass.operations.earning.undo import undo
from walletpass.operations.posting.outcome import Ready
from walletpass.operations.rewards.redeem import redeem


def png(colour: str = "red") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (30, 20), colour).save(target, "PNG")
    return target.getvalue()


@pytest.fixture
def anna(shop: Shop) -> int:
    return shop.account_id(shop.join("Anna Kovács", "anna@example.com"))


@pytest.fixture
def stranger(shop: Shop) -> int:
    """Another shop's id."""
    return add_shop(shop.services, "Other Shop", (Milestone(5, "Bun"),))


def profile(shop: Shop, account_id: int) -> Profile:
    return load_profile(shop.services, shop.merchant_id, account_id)


def edit(shop: Shop, account_id: int, **given: str) -> dict[str, Refusal]:
    revision = profile(shop, account_id).about.revision
    return change_profile(shop.services, shop.merchant_id, account_id, revision, given)


def full_card(shop: Shop, account_id: int) -> int:
    """The id of the reward that it brings."""
    ready: tuple[Ready, ...] = ()
    while not ready:
        shop.clock.pass_by(days=1)
        ready = shop.stamp(account_id, 2).ready
    return ready[0].id


def test_a_profile_keeps_what_was_written(shop: Shop, anna: int) -> None:
    written = {"town": "Pécs", "description": "Oat milk.\nSits outside.", "birthday": "1990-04-01"}
    assert edit(shop, anna, **written) == {}
    about = profile(shop, anna).about
    assert (about.name, about.town, about.birthday) == ("Anna Kovács", "Pécs", date(1990, 4, 1))
    assert about.description == "Oat milk.\nSits outside."


def test_with_one_field_wrong_nothing_is_changed(shop: Shop, anna: int) -> None:
    before = profile(shop, anna)
    problems = edit(shop, anna, town="Pécs", birthday="tomorrow")
    assert {field: refusal.code for field, refusal in problems.items()} == {"birthday": "bad_birthday"}
    assert profile(shop, anna) == before


@pytest.mark.parametrize("text", ["a\0b", "\u202eevil", "x" * 100_000, "\ud800", "'; DROP TABLE members; --"])
def test_hostile_texts_are_cleaned_or_refused(shop: Shop, anna: int, text: str) -> None:
    edit(shop, anna, name=text, town=text, description=text)
    kept = profile(shop, anna).about
    for line in (kept.name, kept.town, kept.description):
        assert line.isprintable()
        assert len(line) <= 1000


def test_a_page_that_somebody_changed_meanwhile_is_stale(shop: Shop, anna: int) -> None:
    seen = profile(shop, anna).about.revision
    edit(shop, anna, town="Pécs")
    with pytest.raises(Refusal, match="stale_page"):
        change_profile(shop.services, shop.merchant_id, anna, seen, {"town": "Győr"})
    assert profile(shop, anna).about.town == "Pécs"


def test_the_card_changes_with_name_and_language_and_with_nothing_else(shop: Shop) -> None:
    page_key = shop.join("Anna")
    account_id = shop.account_id(page_key)
    edit(shop, account_id, town="Pécs", description="Oat milk")
    assert get_version(shop.services, page_key) == 1
    edit(shop, account_id, name="Anna Kovács", language="hu")
    page = open_page(shop.services, page_key, "en")
    assert (page.card.version, page.card.member) == (2, "Anna Kovács")
    edit(shop, account_id, name="Anna Kovács")
    assert get_version(shop.services, page_key) == 2


def test_a_photo_is_kept_replaced_and_removed(shop: Shop, anna: int) -> None:
    first = set_photo(shop.services, shop.merchant_id, anna, png())
    second = set_photo(shop.services, shop.merchant_id, anna, png("blue"))
    assert first != second == profile(shop, anna).photo
    assert load_photo(shop.services, shop.merchant_id, anna).startswith(b"\xff\xd8")
    remove_photo(shop.services, shop.merchant_id, anna)
    remove_photo(shop.services, shop.merchant_id, anna)
    assert profile(shop, anna).photo == ""
    with pytest.raises(Refusal, match="unknown_photo"):
        load_photo(shop.services, shop.merchant_id, anna)


def test_two_customers_may_send_the_same_photo_and_one_of_them_remove_it(shop: Shop, anna: int) -> None:
    other = shop.account_id(shop.join())
    for account_id in (anna, other):
        set_photo(shop.services, shop.merchant_id, account_id, png())
    remove_photo(shop.services, shop.merchant_id, anna)
    assert load_photo(shop.services, shop.merchant_id, other)


def test_what_is_no_picture_changes_nothing(shop: Shop, anna: int) -> None:
    kept = set_photo(shop.services, shop.merchant_id, anna, png())
    with pytest.raises(UploadRefused):
        set_photo(shop.services, shop.merchant_id, anna, b"<script>")
    assert profile(shop, anna).photo == kept


def test_tags_are_few_short_and_each_there_once(shop: Shop, anna: int) -> None:
    for text in ("vegan", "Regular", " VEGAN "):
        add_tag(shop.services, shop.merchant_id, anna, text)
    assert profile(shop, anna).tags == ("Regular", "VEGAN")
    remove_tag(shop.services, shop.merchant_id, anna, "Vegan")
    assert profile(shop, anna).tags == ("Regular",)
    for number in range(1, MOST_TAGS):
        add_tag(shop.services, shop.merchant_id, anna, f"tag {number}")
    add_tag(shop.services, shop.merchant_id, anna, "regular")
    with pytest.raises(Refusal, match="too_many_tags"):
        add_tag(shop.services, shop.merchant_id, anna, "one more")
    with pytest.raises(Refusal, match="bad_tag"):
        add_tag(shop.services, shop.merchant_id, anna, "\u202e\0")


def test_longest_tags_fit_in_every_script(shop: Shop, anna: int) -> None:
    """Upper and lower case differ in length in some of them."""
    add_tag(shop.services, shop.merchant_id, anna, "ΐ" * 30)
    assert len(profile(shop, anna).tags) == 1


def test_whoever_is_blocked_neither_earns_nor_redeems_until_it_is_lifted(shop: Shop) -> None:
    page_key = shop.join("Anna")
    anna = shop.account_id(page_key)
    code = open_page(shop.services, page_key, "en").card.scan_code
    reward = full_card(shop, anna)
    shop.clock.pass_by(days=1)
    set_status(shop.services, shop.merchant_id, anna, MemberStatus.BLOCKED)
    for attempt in (
        lambda: shop.stamp(anna),
        lambda: redeem(shop.services, shop.request(anna), reward),
        lambda: view_at_counter(shop.services, shop.merchant_id, code),
    ):
        with pytest.raises(Refusal, match="blocked_member"):
            attempt()
    set_status(shop.services, shop.merchant_id, anna, MemberStatus.VIP)
    assert view_at_counter(shop.services, shop.merchant_id, code).is_vip
    redeem(shop.services, shop.request(anna), reward)
    shop.clock.pass_by(days=1)
    assert shop.stamp(anna).stamps == 1


def test_what_somebody_who_is_blocked_got_by_mistake_can_be_taken_back(shop: Shop, anna: int) -> None:
    shop.stamp(anna)
    set_status(shop.services, shop.merchant_id, anna, MemberStatus.BLOCKED)
    assert undo(shop.services, shop.request(anna)).stamps == 0


def test_the_best_customers_head_the_list_by_status(shop: Shop, anna: int) -> None:
    others = {name: shop.account_id(shop.join(name)) for name in ("Bea", "Cili")}
    set_status(shop.services, shop.merchant_id, anna, MemberStatus.BLOCKED)
    set_status(shop.services, shop.merchant_id, others["Cili"], MemberStatus.VIP)
    lines = list_customers(shop.services, shop.merchant_id, order="status").lines
    assert [line.name for line in lines] == ["Cili", "Bea", "Anna Kovács"]


def test_looking_at_the_card_is_noted_at_most_once_an_hour(shop: Shop, anna: int) -> None:
    page_key = shop.join("Bea")
    bea = shop.account_id(page_key)
    opened = shop.clock.now()
    open_page(shop.services, page_key, "en")
    shop.clock.pass_by(minutes=59)
    open_page(shop.services, page_key, "en")
    assert profile(shop, bea).page_opened_at == opened
    shop.clock.pass_by(minutes=1)
    open_page(shop.services, page_key, "en")
    assert profile(shop, bea).page_opened_at == shop.clock.now()
    assert profile(shop, anna).page_opened_at is None
    lines = list_customers(shop.services, shop.merchant_id, order="opened").lines
    assert [line.account_id for line in lines] == [bea, anna]


@pytest.mark.parametrize(
    ("attempt", "arguments"),
    [
        (load_profile, ()),
        (change_profile, ("0" * 16, {"town": "X"})),
        (set_photo, (png(),)),
        (remove_photo, ()),
        (load_photo, ()),
        (add_tag, ("x",)),
        (remove_tag, ("x",)),
        (set_status, (MemberStatus.BLOCKED,)),
    ],
)
def test_nobody_touches_another_shops_customers(
    shop: Shop, anna: int, stranger: int, attempt: Callable[..., object], arguments: tuple[object, ...]
) -> None:
    """Not theirs and not there are the same answer."""
    before = profile(shop, anna)
    for account_id in (anna, 10**9):
        with pytest.raises(Refusal, match="unknown_card"):
            attempt(shop.services, stranger, account_id, *arguments)
    assert profile(shop, anna) == before


def test_the_owners_page_still_knows_the_contacts(shop: Shop, anna: int) -> None:
    assert load_customer(shop.services, shop.merchant_id, anna, "en").contacts == {
        "email": "anna@example.com"
    }
