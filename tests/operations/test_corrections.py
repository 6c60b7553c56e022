"""Large corrections by hand take two people, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select
from support.audits import find_breaches
from support.people import add_person
from support.rules import publish_changes
from support.shops import Shop, add_shop

from walletpass.loyalty.expiry_policy import Duration, ExpiryKind, ExpiryPolicy
from walletpass.loyalty.program import Limits, Milestone
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.units import Unit
from walletpass.operations.cards.standing import load_standing
from walletpass.operations.corrections.answer import agree, refuse
from walletpass.operations.corrections.ask import Asked, CorrectionKind, ask_for_correction, list_waiting
from walletpass.operations.customers.merge import merge
from walletpass.operations.earning.adjust import adjust, revive
from walletpass.operations.enrolment.join import new_form_key
from walletpass.operations.staffing.sign_in import StaffRole
from walletpass.store import staff
from walletpass.store.corrections import corrections
from walletpass.store.statements import change

MOST = 20
LARGE = Asked(CorrectionKind.ADJUST, Unit.STAMPS, MOST + 1, "correction", "Found the paper card")


@dataclass(frozen=True)
class Office:
    """A shop where one person gives at most 20 stamps a day to a card; two owners, one who is not, and a member."""

    shop: Shop
    odon: int
    piroska: int
    robin: int
    anna: int

    def ask(self, by: int, asked: Asked = LARGE, key: str = "") -> int:
        shop, key = self.shop, key or new_form_key()
        return ask_for_correction(shop.services, shop.merchant_id, self.anna, by, key, asked)

    def agree(self, number: int, by: int) -> int:
        return agree(self.shop.services, self.shop.merchant_id, number, by).stamps

    def refuse(self, number: int, by: int) -> None:
        refuse(self.shop.services, self.shop.merchant_id, number, by)

    def give(self, quantity: int) -> int:
        shop = self.shop
        return adjust(shop.services, shop.request(self.anna), Unit.STAMPS, quantity, "courtesy").stamps

    @property
    def waiting(self) -> list[int]:
        return [each.id for each in list_waiting(self.shop.services, self.shop.merchant_id)]


@pytest.fixture
def office(shop: Shop) -> Office:
    limits = replace(Limits(), most_stamps_alone=MOST)
    publish_changes(shop, limits=limits, milestones=(Milestone(30, "Cake"),))
    roles = {"Ödön": StaffRole.OWNER, "Piroska": StaffRole.OWNER, "Robin": StaffRole.STAFF}
    people = [
        add_person(shop, shop.merchant_id, role, name, f"{number}@shop.example")
        for number, (name, role) in enumerate(roles.items())
    ]
    return Office(shop, *people, shop.account_id(shop.join("Anna")))


def code_of(ask: Callable[..., object], *arguments: object) -> str:
    with pytest.raises(Refusal) as refused:
        ask(*arguments)
    return refused.value.code


def test_one_person_gives_so_many_a_day_and_no_more_in_small_steps(office: Office) -> None:
    assert office.give(15) == 15
    assert code_of(office.give, 6) == "needs_second_person"
    assert code_of(office.give, -6) == "needs_second_person"
    assert office.give(5) == 20
    office.shop.clock.pass_by(days=1)
    assert office.give(-20) == 0


def test_what_has_run_out_is_given_back_within_the_same_limit(office: Office) -> None:
    """Nothing else is, and nothing twice."""
    shop = office.shop
    publish_changes(shop, expiry=ExpiryPolicy(ExpiryKind.FIXED_DURATION, Duration(days=30)))
    assert office.give(8) == 8
    shop.clock.pass_by(days=31)
    assert code_of(revive, shop.services, shop.request(office.anna), Unit.STAMPS, 9) == "not_run_out"
    assert revive(shop.services, shop.request(office.anna), Unit.STAMPS, 3).stamps == 3
    assert code_of(revive, shop.services, shop.request(office.anna), Unit.STAMPS, 6) == "not_run_out"
    assert office.give(13) == 16
    request = shop.request(office.anna)
    assert code_of(revive, shop.services, request, Unit.STAMPS, 5) == "needs_second_person"
    assert revive(shop.services, shop.request(office.anna), Unit.STAMPS, 4).stamps == 20


def test_without_a_limit_one_person_gives_any_number(shop: Shop) -> None:
    anna = shop.account_id(shop.join())
    publish_changes(shop, milestones=(Milestone(30, "Cake"),))
    assert adjust(shop.services, shop.request(anna), Unit.STAMPS, 29, "courtesy").stamps == 29


def test_nothing_is_posted_before_a_second_person_agrees(office: Office) -> None:
    number = office.ask(office.odon)
    (waiting,) = list_waiting(office.shop.services, office.shop.merchant_id)
    assert (waiting.id, waiting.member, waiting.asked, waiting.asked_by) == (number, "Anna", LARGE, "Ödön")
    assert office.give(1) == 1
    assert code_of(office.agree, number, office.odon) == "same_person"
    assert office.agree(number, office.piroska) == 22
    assert office.waiting == []
    standing = load_standing(office.shop.services, office.shop.merchant_id, office.anna)
    assert standing.balances[Unit.STAMPS] == 22
    assert find_breaches(office.shop) == []


def test_the_note_is_with_the_entry_then_and_nowhere_else(office: Office) -> None:
    office.agree(office.ask(office.odon), office.piroska)
    standing = load_standing(office.shop.services, office.shop.merchant_id, office.anna)
    assert LARGE.note in str(standing.entries)
    with office.shop.services.reading() as tx:
        row = tx.execute(select(corrections)).one()
    assert (row.note, row.state, row.answered_by_id) == ("", "agreed", office.piroska)


def test_what_was_agreed_to_does_not_count_as_what_one_person_gave(office: Office) -> None:
    office.agree(office.ask(office.odon), office.piroska)
    assert office.give(-20) == 1


def test_only_owners_ask_and_answer(office: Office) -> None:
    assert code_of(office.ask, office.robin) == "not_allowed"
    number = office.ask(office.odon)
    for answer in (office.agree, office.refuse):
        assert code_of(answer, number, office.robin) == "not_allowed"
        assert code_of(answer, number, 10**9) == "not_allowed"
    with office.shop.services.transaction() as tx:
        change(tx, staff.staff, office.piroska, active=False)
    assert code_of(office.agree, number, office.piroska) == "not_allowed"


def test_another_shop_knows_nothing_of_it(office: Office) -> None:
    shop, number = office.shop, office.ask(office.odon)
    other = add_shop(shop.services, "Other Shop", (Milestone(5, "Bun"),))
    zoe = add_person(shop, other, StaffRole.OWNER, "Zoë", "zoe@other.example")
    assert code_of(agree, shop.services, other, number, zoe) == "unknown_correction"
    assert code_of(agree, shop.services, shop.merchant_id, number, zoe) == "not_allowed"
    assert list_waiting(shop.services, other) == []
    key = new_form_key()
    assert code_of(ask_for_correction, shop.services, other, office.anna, zoe, key, LARGE) == "unknown_card"


def test_what_was_answered_is_answered_once(office: Office) -> None:
    """Whoever asked may take it back; the rest takes somebody else."""
    agreed, refused, withdrawn = (office.ask(office.odon) for _ in range(3))
    office.agree(agreed, office.piroska)
    office.refuse(refused, office.piroska)
    office.refuse(withdrawn, office.odon)
    for number in (agreed, refused, withdrawn):
        assert code_of(office.agree, number, office.piroska) == "correction_answered"
        assert code_of(office.refuse, number, office.piroska) == "correction_answered"
    assert office.give(1) == MOST + 2


def test_two_who_agree_at_once_post_it_once(office: Office) -> None:
    number = office.ask(office.odon)

    def answer(_: int) -> str:
        try:
            office.agree(number, office.piroska)
        except Refusal as refusal:
            return refusal.code
        return "posted"

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(answer, range(8)))
    assert answers == ["correction_answered"] * 7 + ["posted"]
    assert office.give(1) == MOST + 2


def test_asked_again_with_the_same_key_it_is_asked_once(office: Office) -> None:
    key = new_form_key()
    assert office.ask(office.odon, key=key) == office.ask(office.odon, key=key)
    assert len(office.waiting) == 1
    assert code_of(office.ask, office.odon, replace(LARGE, quantity=30), key) == "key_reused"


def test_a_correction_of_a_card_that_was_merged_meanwhile_is_made_on_the_one_that_stayed(
    office: Office,
) -> None:
    number = office.ask(office.odon)
    shop = office.shop
    kept = shop.account_id(shop.join("Anna K."))
    merge(shop.services, shop.merchant_id, kept, office.anna, new_form_key())
    assert agree(shop.services, shop.merchant_id, number, office.piroska).account_id == kept
    assert find_breaches(shop) == []


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (replace(LARGE, quantity=0), "bad_quantity"),
        (replace(LARGE, quantity=10**7), "absurd_quantity"),
        (replace(LARGE, quantity=-(10**7)), "absurd_quantity"),
        (replace(LARGE, kind=CorrectionKind.REVIVE, quantity=-5), "bad_quantity"),
        (replace(LARGE, reason="because"), "bad_reason"),
        (replace(LARGE, note="x" * 1000), "text_too_long"),
    ],
)
def test_nonsense_is_refused_when_it_is_asked_for(office: Office, asked: Asked, code: str) -> None:
    assert code_of(office.ask, office.odon, asked) == code
    assert office.waiting == []


def test_what_cannot_be_posted_goes_on_waiting(office: Office) -> None:
    """More than there is cannot be taken; a second person may refuse it instead."""
    number = office.ask(office.odon, replace(LARGE, quantity=-21))
    assert code_of(office.agree, number, office.piroska) == "balance_too_small"
    assert office.waiting == [number]
