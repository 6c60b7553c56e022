"""A card's page shows what its holder can use: coupons with terms and codes, gift cards with what is left."""

import re
from collections.abc import Callable

import pytest
from cryptography.exceptions import InvalidTag
from support.rules import publish_changes
from support.shops import Shop
from support.visitors import Visitor

from walletpass.loyalty.program import ProgramKind
from walletpass.loyalty.reward_templates import IssueMode, RewardKind, RewardTemplate
from walletpass.loyalty.rewards.gift_cards import BlockReason
from walletpass.loyalty.units import Unit
from walletpass.operations.cards.open_page import open_page
from walletpass.operations.cards.standing import load_standing
from walletpass.operations.earning.adjust import adjust
from walletpass.operations.enrolment.join import new_form_key
from walletpass.operations.gift_cards.block import block
from walletpass.operations.gift_cards.moving import Request
from walletpass.operations.gift_cards.show import find_by_code
from walletpass.operations.gift_cards.spend import spend
from walletpass.operations.gift_cards.transfer import transfer
from walletpass.operations.passes.build import download_pass
from walletpass.operations.rewards.choose import choose
from walletpass.store import accounts, rewards
from walletpass.store.statements import change

GIFT_CARD = RewardTemplate(
    "card",
    RewardKind.GIFT_CARD,
    "Gift card",
    issue=IssueMode.CHOOSE,
    price=10,
    amount_minor=2500,
    valid_days=30,
)
COUPON = RewardTemplate(
    "five",
    RewardKind.AMOUNT_COUPON,
    "Treat",
    issue=IssueMode.CHOOSE,
    price=10,
    amount_minor=500,
    minimum_minor=2000,
    valid_days=30,
    code_prefix="FIVE",
    icon="scissors",
)
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")


@pytest.fixture
def anna(one_shop: Shop) -> str:
    """The key of Anna's page: she has no e-mail address, and chose a gift card and a coupon."""
    publish_changes(one_shop, kind=ProgramKind.POINTS, milestones=(), rewards=(GIFT_CARD, COUPON))
    page_key = one_shop.join("Anna")
    account_id = one_shop.account_id(page_key)
    adjust(one_shop.services, one_shop.request(account_id), Unit.POINTS, 20, "courtesy")
    for reward in (GIFT_CARD, COUPON):
        choose(one_shop.services, one_shop.request(account_id, choose=reward.id), reward.id)
    return page_key


def gift_code(shop: Shop, page_key: str) -> str:
    (held,) = load_standing(shop.services, shop.merchant_id, shop.account_id(page_key)).gift_cards
    return held.code


def ask(shop: Shop) -> Request:
    return Request(shop.merchant_id, new_form_key())


def find_id(shop: Shop, code: str) -> int:
    return find_by_code(shop.services, shop.merchant_id, code).id


def test_a_gift_card_that_points_paid_for_shows_its_code(one_shop: Shop, visitor: Visitor, anna: str) -> None:
    text = visitor.get(f"/card/{anna}").text
    assert gift_code(one_shop, anna) in text
    assert "There is €25.00 on it. It can be given to somebody else. Valid through 22 Dec 2026." in text


def test_a_coupon_shows_its_terms_and_its_code(visitor: Visitor, anna: str) -> None:
    section = re.search(r'<section class="ready".*?</section>', visitor.get(f"/card/{anna}").text, re.DOTALL)
    assert section
    assert "Treat, valid through 22 Dec 2026" in section[0]
    assert "€5.00 off an order of at least €20.00 before discounts." in section[0]
    assert re.search(f"FIVE-{CODE.pattern}", section[0])


def test_an_open_page_hears_of_a_payment(one_shop: Shop, visitor: Visitor, anna: str) -> None:
    """What is left is shown anew, though the card itself did not change."""
    before = visitor.get(f"/card/{anna}/version.json").json
    code = gift_code(one_shop, anna)
    spend(one_shop.services, ask(one_shop), find_id(one_shop, code), 1260, "EUR")
    after = visitor.get(f"/card/{anna}/version.json").json
    assert before != after
    text = visitor.get(f"/card/{anna}").text
    assert f'data-version="{after["version"]}"' in text
    assert "There is €12.40 on it." in text


def be_blocked(shop: Shop, gift_card_id: int) -> None:
    block(shop.services, ask(shop), gift_card_id, BlockReason.LOST)


def be_spent(shop: Shop, gift_card_id: int) -> None:
    spend(shop.services, ask(shop), gift_card_id, GIFT_CARD.amount_minor, "EUR")


def end(shop: Shop, gift_card_id: int) -> None:
    shop.clock.pass_by(days=31)


@pytest.mark.parametrize("become_useless", [be_blocked, be_spent, end])
def test_a_gift_card_that_pays_nothing_is_not_shown(
    one_shop: Shop, visitor: Visitor, anna: str, become_useless: Callable[[Shop, int], None]
) -> None:
    code = gift_code(one_shop, anna)
    become_useless(one_shop, find_id(one_shop, code))
    assert code not in visitor.get(f"/card/{anna}").text


def test_who_is_given_a_gift_card_finds_its_new_code(one_shop: Shop, visitor: Visitor, anna: str) -> None:
    bela, old = one_shop.join("Béla"), gift_code(one_shop, anna)
    with one_shop.services.reading() as tx:
        account = accounts.find_account(tx, one_shop.account_id(bela))
    assert account is not None
    transfer(one_shop.services, ask(one_shop), find_id(one_shop, old), account.member_id)
    assert "Your gift cards" not in visitor.get(f"/card/{anna}").text
    new = gift_code(one_shop, bela)
    assert new != old
    assert new in visitor.get(f"/card/{bela}").text


def test_wallets_are_told_the_terms_and_no_code(one_shop: Shop, anna: str) -> None:
    card = open_page(one_shop.services, anna, "en").card
    assert card.list_ready() == [
        "Treat, valid through 22 Dec 2026: €5.00 off an order of at least €20.00 before discounts."
    ]


def test_a_pass_opens_no_code_that_it_does_not_show(one_shop: Shop, anna: str) -> None:
    """One that cannot be read keeps the page from being shown, not the pass."""
    (held,) = load_standing(one_shop.services, one_shop.merchant_id, one_shop.account_id(anna)).rewards
    with one_shop.services.transaction() as tx:
        change(tx, rewards.issued_rewards, held.id, code_sealed=b"not sealed by us at all")
    with pytest.raises(InvalidTag):
        open_page(one_shop.services, anna, "en")
    assert download_pass(one_shop.services, anna).content


def test_a_reward_wears_its_picture(visitor: Visitor, anna: str) -> None:
    """The one that the shop chose, drawn in the page."""
    section = re.search(r'<section class="ready".*?</section>', visitor.get(f"/card/{anna}").text, re.DOTALL)
    assert section
    assert '<circle cx="6" cy="6.5" r="2.7"/>' in section[0]
