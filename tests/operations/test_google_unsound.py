"""What Google would not take is found here, before it is asked."""

from dataclasses import replace

import pytest
from support.google_shops import GoogleShop

from walletpass.links import Links
from walletpass.loyalty.refusals import Refusal


def at(at_google: GoogleShop, public_url: str) -> GoogleShop:
    services = replace(at_google.shop.services, links=Links(public_url))
    return replace(at_google, shop=replace(at_google.shop, services=services))


def test_a_card_that_google_could_not_show_is_no_call(at_google: GoogleShop) -> None:
    """Pictures on an address without https, say. Nothing is half done, and nothing waits for ever."""
    page_key = at_google.shop.join("Anna")
    with pytest.raises(Refusal, match="google_unavailable"):
        at(at_google, "http://cards.example.com").offer(page_key)
    assert at_google.google.log.counts == {}
    assert at_google.save(page_key).passes


def test_what_is_wrong_is_kept_with_the_card(at_google: GoogleShop) -> None:
    """Where it is and what, for whoever looks after the service; with it put right, the next change goes through."""
    page_key = at_google.shop.join("Anna")
    at_google.save(page_key)
    broken = at(at_google, "http://cards.example.com")
    broken.stamp(page_key)
    broken.deliver()
    assert (at_google.google.log.counts, at_google.waiting) == ({}, 0)
    (row,) = at_google.objects
    assert "programLogo.sourceUri.uri" in row.problem
    at_google.stamp(page_key)
    at_google.deliver()
    assert at_google.objects[0].problem == ""
