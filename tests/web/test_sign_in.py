import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.counters import Counter, send_form, sign_in, token_of
from support.people import PASSWORD
from support.shops import KeptMail
from werkzeug.urls import iri_to_uri

from walletpass.operations.delivery.relay import deliver_due
from walletpass.operations.staffing import invite
from walletpass.operations.staffing.sign_in import StaffRole
from walletpass.web.sign_in import _LOCAL

NEW_PASSWORD = "another one for tests"


def test_staff_land_at_the_counter_and_owners_in_their_shop(counter: Counter) -> None:
    """Each role starts where its work is."""
    counter.add_person("kim@shop.example")
    counter.add_person("robin@shop.example", StaffRole.OWNER)
    assert sign_in(counter.visitor(), "kim@shop.example").location == "/staff/"
    assert sign_in(counter.visitor(), " Robin@Shop.example ").location == "/merchant/"


def test_a_wrong_sign_in_tells_nothing(counter: Counter) -> None:
    """An unknown address and a wrong password get the same sentence, and nobody is signed in."""
    counter.add_person("kim@shop.example")
    answers = []
    for email, password in (("kim@shop.example", "not the password"), ("who@shop.example", PASSWORD)):
        visitor = counter.visitor()
        answer = sign_in(visitor, email, password)
        assert answer.status_code == 403
        assert visitor.get("/staff/").status_code == 302
        answers.append(re.findall(r"<li>(.*?)</li>", answer.text, re.DOTALL)[0])
    assert answers[0] == answers[1] == "The e-mail address or the password is not right."


def test_passwords_are_never_sent_back(counter: Counter) -> None:
    """A page that comes back with an error keeps the address and forgets the password."""
    answer = sign_in(counter.visitor(), "who@shop.example", "secret to be forgotten")
    assert "who@shop.example" in answer.text
    assert "secret to be forgotten" not in answer.text


def test_guessing_is_slowed_down(counter: Counter) -> None:
    """After ten tries in a minute even the right password has to wait."""
    counter.add_person("kim@shop.example")
    visitor = counter.visitor()
    for _ in range(10):
        assert sign_in(visitor, "kim@shop.example", "wrong").status_code == 403
    answer = sign_in(visitor, "kim@shop.example")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"]


def test_after_signing_in_the_page_that_was_asked_for(counter: Counter) -> None:
    """Somebody who is sent to sign in gets on to where they were going."""
    counter.add_person("kim@shop.example")
    visitor = counter.visitor()
    asked = visitor.get("/staff/join")
    assert asked.location == "/sign-in?next=/staff/join"
    assert sign_in(visitor, "kim@shop.example", next_page="/staff/join").location == "/staff/join"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/%09/evil.example",
        "javascript:alert(1)",
        "staff",
    ],
)
def test_signing_in_never_leads_to_another_site(counter: Counter, elsewhere: str) -> None:
    """A link that was tampered with leads to the usual place."""
    counter.add_person("kim@shop.example")
    assert sign_in(counter.visitor(), "kim@shop.example", next_page=elsewhere).location == "/staff/"


@given(st.text(alphabet="/\\:@.?#%ab\t\n\r ", max_size=12))
def test_what_passes_for_a_local_page_is_one(text: str) -> None:
    """Whatever is let through keeps the site's own host, also after a browser has tidied it up."""
    if _LOCAL.fullmatch(text):
        tidied = re.sub(r"[\t\n\r]", "", text).replace("\\", "/")
        assert tidied == text.replace("\\", "/")
        assert not tidied.startswith("//")
        assert iri_to_uri(text).startswith("/")


def test_a_session_from_before_is_not_taken_over(counter: Counter) -> None:
    """What a stranger put into the browser before signing in is gone afterwards."""
    counter.add_person("kim@shop.example")
    visitor = counter.visitor()
    old_token = token_of(visitor, "/sign-in")
    with visitor.session_transaction() as session:
        session["planted"] = "by a stranger"
    sign_in(visitor, "kim@shop.example")
    with visitor.session_transaction() as session:
        assert "planted" not in session
    answer = visitor.post("/staff/card", json={"code": "X"}, headers={"X-CSRFToken": old_token})
    assert answer.json is not None
    assert answer.json["error"]["code"] == "bad_form"


def test_signing_out_ends_it(counter: Counter) -> None:
    """Signed out is signed out; a mere link does not do it."""
    visitor = counter.signed_in()
    assert visitor.get("/sign-out").status_code == 405
    assert visitor.post("/sign-out").status_code == 400
    assert visitor.get("/staff/").status_code == 200
    assert send_form(visitor, "/sign-out", page="/staff/").location == "/sign-in"
    assert visitor.get("/staff/").status_code == 302


def test_who_is_signed_in_is_not_asked_again(counter: Counter) -> None:
    """The sign-in page leads on."""
    assert counter.signed_in().get("/sign-in").location == "/staff/"


def test_an_invitation_lets_somebody_in_once(counter: Counter) -> None:
    """The link from the letter asks for a password, signs in, and is used up."""
    link = invite.invite(
        counter.services, counter.shop.merchant_id, StaffRole.STAFF, "Ada", "ada@shop.example", "en"
    )
    path = link.removeprefix("http://127.0.0.1:8000")
    visitor = counter.visitor()
    assert "new-password" in visitor.get(path).text
    short = send_form(visitor, path, password="short")
    assert (short.status_code, "at least 10 characters" in short.text) == (400, True)
    assert send_form(visitor, path, password=NEW_PASSWORD).location == "/staff/"
    assert visitor.get("/staff/").status_code == 200
    assert counter.visitor().get(path).status_code == 403
    assert sign_in(counter.visitor(), "ada@shop.example", NEW_PASSWORD).status_code == 303


def test_asking_for_a_new_password_tells_nothing(counter: Counter) -> None:
    """Known, unknown and broken addresses get the same page; only the known one gets a letter."""
    counter.add_person("kim@shop.example")
    pages = set()
    for email in ("kim@shop.example", "who@shop.example", "not an address"):
        answer = send_form(counter.visitor(), "/password", email=email)
        pages.add((answer.status_code, re.sub(r'value="[^"]+"', "", answer.text)))
    assert len(pages) == 1
    assert [to for to, _, _ in _letters(counter)] == ["kim@shop.example"]


def test_a_new_password_ends_every_session(counter: Counter) -> None:
    """Whoever knew the old password is out, also where they were signed in already."""
    elsewhere = counter.signed_in()
    send_form(counter.visitor(), "/password", email="kim@shop.example")
    [(_, _, text)] = _letters(counter)
    found = re.search(r"http\S+/password/\S+", text)
    assert found is not None
    path = found[0].removeprefix("http://127.0.0.1:8000")
    visitor = counter.visitor()
    assert send_form(visitor, path, password=NEW_PASSWORD).location == "/staff/"
    assert visitor.get("/staff/").status_code == 200
    assert elsewhere.get("/staff/").status_code == 302
    assert sign_in(counter.visitor(), "kim@shop.example").status_code == 403
    assert sign_in(counter.visitor(), "kim@shop.example", NEW_PASSWORD).status_code == 303


@pytest.mark.parametrize("path", ["/welcome/nonsense", "/password/nonsense", "/password/%00%F0%9F%98%80"])
def test_links_that_mean_nothing_are_refused(counter: Counter, path: str) -> None:
    """With a sentence, not with a form that fails later."""
    assert counter.visitor().get(path).status_code == 403


def test_who_may_work_at_the_counter(counter: Counter) -> None:
    """Staff and owners of a shop; the operator belongs to none, and strangers sign in first."""
    counter.add_person("robin@shop.example", StaffRole.OWNER)
    counter.add_person("op@host.example", StaffRole.OPERATOR)
    owner, operator = counter.visitor(), counter.visitor()
    sign_in(owner, "robin@shop.example")
    sign_in(operator, "op@host.example")
    for path in ("/staff/", "/staff/join"):
        assert owner.get(path).status_code == 200
        assert operator.get(path).status_code == 403
        assert counter.visitor().get(path).status_code == 302


def _letters(counter: Counter) -> list[tuple[str, str, str]]:
    deliver_due(counter.services)
    assert isinstance(counter.shop.mail, KeptMail)
    return counter.shop.mail.letters


def test_only_the_first_answer_of_a_day_renews_the_sign_in(counter: Counter) -> None:
    """An answer that was on its way while somebody signed out brings nothing to sign in with again."""
    visitor = counter.signed_in()
    visitor.get("/staff/")  # the first form brings the token of its session
    assert "Set-Cookie" not in visitor.get("/staff/").headers
    counter.shop.clock.pass_by(days=1)
    assert "session=" in visitor.get("/staff/").headers["Set-Cookie"]
    assert "Set-Cookie" not in visitor.get("/staff/").headers
