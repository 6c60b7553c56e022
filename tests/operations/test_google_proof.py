"""What an owner is told of a card at Google."""

from dataclasses import replace

import pytest
from support.google_shops import GoogleShop, only

from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.wording import Sentence
from walletpass.operations.delivery.standings import Standings, count_standings
from walletpass.operations.google.issuers import no_issuers
from walletpass.operations.google.proof import load_google_proof
from walletpass.simulator.google.behaviour import Behaviour, Fault
from walletpass.translations import translator


def told(at_google: GoogleShop, page_key: str, language: str = "en") -> list[str]:
    shop = at_google.shop
    proofs = load_google_proof(shop.services, shop.account_id(page_key))
    return [translator(language).say(said) for proof in proofs for said in proof.sentences]


def test_a_card_from_the_offer_to_its_removal(at_google: GoogleShop) -> None:
    page_key = at_google.shop.join("Anna")
    assert told(at_google, page_key) == []
    at_google.offer(page_key)
    assert told(at_google, page_key) == ["Google has this card; nobody has added it yet."]
    phone = at_google.save(page_key)
    assert told(at_google, page_key) == ["Google has the last change."]
    at_google.stamp(page_key)
    assert told(at_google, page_key) == ["Google does not have the last change yet."]
    at_google.deliver()
    assert told(at_google, page_key) == ["Google has the last change."]
    phone.remove(only(phone).id)
    at_google.hear()
    assert told(at_google, page_key) == ["Removed from Google Wallet."]


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Fault("*", status=503), "Google Wallet is out of order."),
        (
            Fault("*", status=403, reason="permissionDenied"),
            "The service account may not work for this issuer.",
        ),
    ],
)
def test_the_last_failure_is_told_in_words(at_google: GoogleShop, fault: Fault, why: str) -> None:
    page_key = at_google.shop.join("Anna")
    at_google.save(page_key)
    at_google.stamp(page_key)
    at_google.google.behave(Behaviour((fault,)))
    at_google.deliver()
    standing, failure, *_ = told(at_google, page_key)
    assert standing == "Google does not have the last change yet."
    assert failure == why
    assert told(at_google, page_key, "hu")[1] == translator("hu").say(Sentence(why, "", {})) != why


def test_a_card_of_an_issuer_that_was_given_up_is_not_said_to_wait(at_google: GoogleShop) -> None:
    page_key = at_google.shop.join("Anna")
    at_google.save(page_key)
    at_google.stamp(page_key)
    services = replace(at_google.shop.services, google=no_issuers())
    (proof,) = load_google_proof(services, at_google.shop.account_id(page_key))
    assert [translator("en").say(said) for said in proof.sentences] == [
        "Its issuer at Google is not used here any more: this card stays as it is."
    ]


def test_a_card_at_google_counts_as_on_a_phone(at_google: GoogleShop) -> None:
    """From when it was saved until it is removed; a change that Google has not taken leaves it behind."""
    page_key = at_google.shop.join("Anna")

    def standings() -> Standings:
        return count_standings(at_google.shop.services, at_google.shop.merchant_id)

    at_google.offer(page_key)
    assert standings() == Standings(current=0, behind=0, alone=1)
    phone = at_google.save(page_key)
    assert standings() == Standings(current=1, behind=0, alone=0)
    at_google.stamp(page_key)
    assert standings() == Standings(current=0, behind=1, alone=0)
    at_google.deliver()
    assert standings() == Standings(current=1, behind=0, alone=0)
    phone.remove(only(phone).id)
    at_google.hear()
    assert standings() == Standings(current=0, behind=0, alone=1)


def test_nobodys_card_is_refused(at_google: GoogleShop) -> None:
    with pytest.raises(Refusal, match="unknown_card"):
        load_google_proof(at_google.shop.services, 999)
