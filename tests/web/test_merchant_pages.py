"""Owners' other pages: start, rewards, customers, people, poster, health."""

import re

import pytest
from support.owners import Owner, sign_in
from support.people import PASSWORD
from support.returns import SPEND
from support.rules import publish_changes
from support.shops import Shop, add_shop

from walletpass.loyalty.program import Milestone, ProgramKind
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.customers.load_customer import load_customer
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.staffing import sign_in as staffing
from walletpass.operations.staffing.invite import list_people

RULES, PEOPLE, CUSTOMERS = "/merchant/rules/", "/merchant/people/", "/merchant/customers/"


@pytest.fixture
def owner(one_shop: Shop) -> Owner:
    return sign_in(one_shop, one_shop.merchant_id, "owner@example.com")


@pytest.fixture
def rival(one_shop: Shop) -> Owner:
    """The owner of another shop on the same installation."""
    merchant_id = add_shop(one_shop.services, "Rival", (Milestone(5, "Tea"),))
    return sign_in(one_shop, merchant_id, "rival@example.com")


def publish(owner: Owner, number: str, *rows: tuple[str, str], **asks: str) -> int:
    stamps, rewards = [at for at, _ in rows], [reward for _, reward in rows]
    return owner.press(RULES, RULES, number=number, at=stamps, reward=rewards, **asks).status_code


def milestones(shop: Shop) -> list[tuple[int, str]]:
    program = get_rules(shop.services, shop.merchant_id).program
    return [(milestone.at, milestone.reward) for milestone in program.milestones]


# Start


def test_the_start_page_counts_what_happened(one_shop: Shop, owner: Owner) -> None:
    """Customers, stamps of the last seven days less those taken back, rewards used."""
    account_id = one_shop.account_id(one_shop.join("Anna"))
    one_shop.stamp(account_id, 2)
    one_shop.clock.pass_by(days=8)
    one_shop.stamp(account_id, 3)
    figures = re.findall(r"<dd>([\d,]+)</dd>", owner.get("/merchant/").text)
    assert figures == ["1", "3", "0"]


@pytest.mark.parametrize(
    ("kind", "collected"),
    [
        (ProgramKind.STAMPS, ["Stamps in the last 7 days"]),
        (ProgramKind.POINTS, ["Points in the last 7 days"]),
        (ProgramKind.MIXED, ["Stamps in the last 7 days", "Points in the last 7 days"]),
    ],
)
def test_the_start_page_counts_what_the_programme_collects(
    one_shop: Shop, owner: Owner, kind: ProgramKind, collected: list[str]
) -> None:
    publish_kind(one_shop, kind)
    page = owner.get("/merchant/").text
    assert re.findall("<dt>(.+?)</dt>", page) == ["Customers", *collected, "Rewards used"]


def publish_kind(shop: Shop, kind: ProgramKind) -> None:
    """Rules that collect points have a rule for them, others milestones."""
    milestones = () if kind is ProgramKind.POINTS else (Milestone(10, "Free coffee"),)
    earn = () if kind is ProgramKind.STAMPS else (SPEND,)
    publish_changes(shop, kind=kind, milestones=milestones, earn=earn)


def test_the_start_page_shows_the_link_and_its_code(one_shop: Shop, owner: Owner) -> None:
    assert f"http://127.0.0.1:8000/join/{one_shop.code}" in owner.get("/merchant/").text
    assert owner.get("/merchant/join.svg").mimetype == "image/svg+xml"


def test_health_is_told_in_sentences_with_levels(owner: Owner) -> None:
    page = owner.get("/merchant/health").text
    assert "Warning:" in page
    assert "development mode" in page


# Rewards


def test_rewards_are_published_in_order_of_their_stamps(one_shop: Shop, owner: Owner) -> None:
    """Empty lines do not count, and the rows may stand in any order."""
    assert publish(owner, "1", ("8", "Cake"), ("", ""), ("4", "Cookie"), email="must") == 303
    assert milestones(one_shop) == [(4, "Cookie"), (8, "Cake")]
    asks = get_rules(one_shop.services, one_shop.merchant_id).program.asks
    assert (asks.email, asks.phone) == (True, None)


def test_published_rewards_stand_on_every_card(one_shop: Shop, owner: Owner) -> None:
    account_id = one_shop.account_id(one_shop.join("Anna"))
    before = load_customer(one_shop.services, one_shop.merchant_id, account_id, "en").card
    publish(owner, "1", ("6", "Cake"))
    one_shop.roll_out()
    after = load_customer(one_shop.services, one_shop.merchant_id, account_id, "en").card
    assert after.version == before.version + 1
    assert after.next_reward == "Cake"


@pytest.mark.parametrize(
    "rows",
    [
        (),
        (("", ""),),
        (("0", "Cake"),),
        (("31", "Cake"),),
        (("4", "Cake"), ("4", "Tea")),
        (("4", ""),),
        (("", "Cake"),),
        (("four", "Cake"),),
        (("4", "x" * 61),),
        (("99999999999999999999", "Cake"),),
    ],
)
def test_rewards_that_cannot_be_are_refused(
    one_shop: Shop, owner: Owner, rows: tuple[tuple[str, str], ...]
) -> None:
    assert publish(owner, "1", *rows) == 400
    assert milestones(one_shop) == [(10, "Free coffee")]


def test_a_stale_page_of_rewards_publishes_nothing_and_loses_nothing(one_shop: Shop, owner: Owner) -> None:
    publish(owner, "1", ("6", "Theirs"))
    refused = owner.press(RULES, RULES, number="1", at=["7"], reward=["Mine"])
    assert refused.status_code == 400
    assert 'value="Mine"' in refused.text
    assert 'name="number" value="2"' in refused.text
    assert milestones(one_shop) == [(6, "Theirs")]


# Customers


@pytest.mark.parametrize(
    ("kind", "orders"),
    [
        (ProgramKind.STAMPS, {"Most stamps earned"}),
        (ProgramKind.POINTS, {"Most points earned"}),
        (ProgramKind.MIXED, {"Most stamps earned", "Most points earned"}),
    ],
)
def test_customers_are_put_in_order_by_what_the_programme_collects(
    one_shop: Shop, owner: Owner, kind: ProgramKind, orders: set[str]
) -> None:
    publish_kind(one_shop, kind)
    one_shop.join("Anna")
    page = owner.get(CUSTOMERS).text
    assert set(re.findall("Most \\w+ earned", page)) == orders
    assert ("Stamps earned" in page) == (kind is not ProgramKind.POINTS)


def test_customers_are_found_by_part_of_a_name_or_a_whole_address(one_shop: Shop, owner: Owner) -> None:
    one_shop.join("Anna Kovács", "anna@example.com")
    one_shop.join("Ben <b>100%</b>")
    everybody = owner.get(CUSTOMERS).text
    assert "Anna Kovács" in everybody
    assert "Ben &lt;b&gt;100%&lt;/b&gt;" in everybody
    assert "Ben" not in owner.get(CUSTOMERS + "?search=kov").text
    assert "Anna" in owner.get(CUSTOMERS + "?search=ANNA@example.com").text
    assert "Nobody found" in owner.get(CUSTOMERS + "?search=anna@exam").text
    assert "Anna" not in owner.get(CUSTOMERS + "?search=%25").text, "a percent sign is a sign"


@pytest.mark.parametrize(
    ("order", "first"), [("newest", "Zoe"), ("name", "Abe"), ("stamps", "Mia"), ("nonsense", "Zoe")]
)
def test_customers_are_sorted(one_shop: Shop, owner: Owner, order: str, first: str) -> None:
    for name in ("Abe", "Mia", "Zoe"):
        one_shop.clock.pass_by(days=1)
        account_id = one_shop.account_id(one_shop.join(name))
        if name == "Mia":
            one_shop.stamp(account_id)
    page = owner.get(f"{CUSTOMERS}?order={order}").text
    assert min(("Abe", "Mia", "Zoe"), key=page.index) == first


@pytest.mark.parametrize("page", ["2", "0", "-1", "x", "99999999999999999999"])
def test_a_page_that_is_not_there_is_an_empty_one(one_shop: Shop, owner: Owner, page: str) -> None:
    one_shop.join("Anna")
    assert owner.get(f"{CUSTOMERS}?page={page}").status_code == 200


def test_long_lists_come_in_pages(one_shop: Shop, owner: Owner) -> None:
    for number in range(51):
        one_shop.join(f"Number {number:02}")
    first, second = (owner.get(f"{CUSTOMERS}?order=name&page={page}").text for page in (1, 2))
    assert "Number 49" in first
    assert "Number 50" not in first
    assert "Number 50" in second


def test_a_customer_s_page_shows_contacts_card_and_ledger(one_shop: Shop, owner: Owner) -> None:
    account_id = one_shop.account_id(one_shop.join("Anna", "anna@example.com"))
    one_shop.stamp(account_id, reason="")
    page = owner.get(f"{CUSTOMERS}{account_id}").text
    for words in ("anna@example.com", "1 of 10 stamps", "Stamped: 1 of 10."):
        assert words in page
    assert owner.get(f"{CUSTOMERS}{account_id}/strip.png").mimetype == "image/png"


def test_a_customer_s_card_is_told_in_the_reader_s_language(one_shop: Shop, owner: Owner) -> None:
    """The customer's own language stands among the facts about them."""
    account_id = one_shop.account_id(one_shop.join("Anna", language="hu"))
    one_shop.stamp(account_id)
    for language, told, name in (("en", "1 of 10 stamps", "Language"), ("nl", "1 van 10 stempels", "Taal")):
        page = owner.get(f"{CUSTOMERS}{account_id}?lang={language}").text
        assert told in page
        assert f"<dt>{name}</dt><dd>Magyar</dd>" in page


def test_the_last_activity_is_taken_back_however_long_ago(one_shop: Shop, owner: Owner) -> None:
    """Once for each time the button is pressed, also when the form is sent twice."""
    account_id = one_shop.account_id(one_shop.join("Anna"))
    one_shop.stamp(account_id)
    one_shop.clock.pass_by(days=40)
    one_shop.stamp(account_id, 3)
    one_shop.clock.pass_by(days=40)
    address = f"{CUSTOMERS}{account_id}"
    key = owner.fill_in(address)["key"]
    for _ in range(2):
        assert owner.press(address, f"{address}/undo", key=key).status_code == 303
    assert "1 of 10 stamps" in owner.get(address).text


def test_an_owner_ends_a_card_and_sees_that_it_has_ended(one_shop: Shop, owner: Owner) -> None:
    address = f"{CUSTOMERS}{one_shop.account_id(one_shop.join('Anna'))}"
    assert owner.press(address, f"{address}/close").status_code == 303
    assert "This card has ended." in owner.get(address).text


def test_with_nothing_to_take_back_the_page_says_so(one_shop: Shop, owner: Owner) -> None:
    account_id = one_shop.account_id(one_shop.join("Anna"))
    address = f"{CUSTOMERS}{account_id}"
    owner.press(PEOPLE, f"{address}/undo", key="a-key-of-mine")
    assert "nothing to undo" in owner.get(address).text


def test_another_shop_s_customer_does_not_exist(one_shop: Shop, rival: Owner) -> None:
    account_id = one_shop.account_id(one_shop.join("Anna"))
    one_shop.stamp(account_id)
    address = f"{CUSTOMERS}{account_id}"
    assert rival.get(address).status_code == 404
    assert rival.get(f"{address}/strip.png").status_code == 404
    assert rival.press(PEOPLE, f"{address}/undo", key="a-key-of-mine").status_code == 404
    assert "Anna" not in rival.get(CUSTOMERS).text
    assert load_customer(one_shop.services, one_shop.merchant_id, account_id, "en").card.progress.count == 1


# People


def test_an_invited_person_chooses_a_password_and_signs_in(one_shop: Shop, owner: Owner) -> None:
    """Where no mail is sent the link is shown, once."""
    owner.press(PEOPLE, PEOPLE, name="Kim", email="kim@example.com", role="staff", language="hu")
    page = owner.get(PEOPLE).text
    link = re.search(r'href="http://127\.0\.0\.1:8000(/welcome/[^"]+)"', page)
    assert link
    assert link[1] not in owner.get(PEOPLE).text
    owner.client.delete_cookie("session")
    owner.send(link[1], password=PASSWORD)
    person = staffing.sign_in(one_shop.services, "kim@example.com", PASSWORD)
    assert (person.role, person.merchant_id) == (staffing.StaffRole.STAFF, one_shop.merchant_id)


@pytest.mark.parametrize(
    ("name", "email", "field"),
    [("Kim", "nobody", "email"), ("Kim", "owner@example.com", "email"), ("x" * 81, "k@example.com", "name")],
)
def test_an_invitation_that_cannot_be_is_told_at_its_field(
    owner: Owner, name: str, email: str, field: str
) -> None:
    refused = owner.press(PEOPLE, PEOPLE, name=name, email=email, role="staff")
    assert refused.status_code == 400
    assert f'id="{field}-error"' in refused.text


def test_nobody_becomes_an_operator_through_the_form(one_shop: Shop, owner: Owner) -> None:
    owner.press(PEOPLE, PEOPLE, name="Kim", email="kim@example.com", role="operator")
    roles = {person["role"] for person in list_people(one_shop.services, one_shop.merchant_id)}
    assert roles == {"owner", "staff"}


def test_a_removed_person_is_out_at_once_and_may_be_invited_again(one_shop: Shop, owner: Owner) -> None:
    kim = sign_in(one_shop, one_shop.merchant_id, "kim@example.com")
    assert kim.get("/merchant/").status_code == 200
    (kim_id,) = (
        person["id"]
        for person in list_people(one_shop.services, one_shop.merchant_id)
        if person["email"] == "kim@example.com"
    )
    owner.press(PEOPLE, f"{PEOPLE}{kim_id}/remove")
    assert kim.get("/merchant/").status_code == 302
    with pytest.raises(Refusal, match="wrong_sign_in"):
        staffing.sign_in(one_shop.services, "kim@example.com", PASSWORD)
    again = owner.press(PEOPLE, PEOPLE, name="Kim", email="kim@example.com", role="staff")
    assert again.status_code == 303


def test_another_shop_s_people_do_not_exist(one_shop: Shop, owner: Owner, rival: Owner) -> None:
    (mine,) = list_people(one_shop.services, one_shop.merchant_id)
    for action in ("link", "remove"):
        assert rival.press(PEOPLE, f"{PEOPLE}{mine['id']}/{action}").status_code == 404
    assert "owner@example.com" not in rival.get(PEOPLE).text
    assert owner.get("/merchant/").status_code == 200


def test_the_last_owner_stays(one_shop: Shop, owner: Owner) -> None:
    (me,) = list_people(one_shop.services, one_shop.merchant_id)
    assert owner.press(PEOPLE, f"{PEOPLE}{me['id']}/remove").status_code == 409


# Poster


@pytest.mark.parametrize("query", ["", "?paper=a5&language=hu", "?paper=../x&language=tlh%0d%0aX: y"])
def test_the_poster_is_a_pdf_of_whatever_was_asked(owner: Owner, query: str) -> None:
    answer = owner.get(f"/merchant/poster/poster.pdf{query}")
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    assert re.fullmatch(r'inline; filename="[a-z0-9-]+\.pdf"', answer.headers["Content-Disposition"])


@pytest.mark.parametrize("language", ["en", "nl", "nb", "hu", "da"])
def test_every_page_comes_in_every_language_without_inline_code(
    one_shop: Shop, owner: Owner, language: str
) -> None:
    """No style or script in the page: the content security policy would stop it."""
    account_id = one_shop.account_id(one_shop.join("Anna"))
    pages = ("", "design/", "design/templates/", "design/versions", "rules/", "people/", "poster/", "health")
    for page in (*pages, "locations/", "locations/new", "customers/", f"customers/{account_id}"):
        answer = owner.get(f"/merchant/{page}?lang={language}")
        assert answer.status_code == 200
        assert f'<html lang="{language}">' in answer.text
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]* src=)", answer.text)
