"""A card at Google: as it is, in as few calls as may be, and never lost."""

from datetime import timedelta

import orjson
import pytest
from support.crowds import publish_design
from support.google_shops import GoogleShop, balance, only
from support.wallet_readers import text

from walletpass.card.design import LANGUAGES
from walletpass.gpay.save_link import LONGEST
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.telling import CARD_NUMBER
from walletpass.loyalty.units import Unit
from walletpass.operations.cards.close_card import close_card
from walletpass.operations.delivery.tell import tell_holders
from walletpass.operations.earning.adjust import adjust
from walletpass.operations.google.bring_issuer import bring_issuer, give_up_issuer
from walletpass.operations.google.send import NOTICES_PER_DAY, send_object
from walletpass.operations.google.show import load_sight
from walletpass.operations.health import Level, check_health
from walletpass.simulator.google.behaviour import Behaviour, Fault, Lost
from walletpass.simulator.google.issuer import DEVELOPMENT_ISSUER, make_key_file
from walletpass.simulator.google.memory import Kind
from walletpass.store import google_outbox
from walletpass.translations import translator

PATCHED = "loyaltyObject.patch"


def test_a_card_that_is_saved_shows_what_it_has(at_google: GoogleShop) -> None:
    page_key = at_google.shop.join("Anna")
    at_google.stamp(page_key)
    link = at_google.offer(page_key)
    phone = at_google.save(page_key)
    held = only(phone)
    assert balance(phone) == "1 of 10"
    assert held.object["accountName"] == "Anna"
    assert held.of_class["issuerName"] == "Corner Coffee"
    assert len(link) <= LONGEST
    assert "Anna" not in held.id


def test_the_code_that_can_be_typed_is_called_as_on_paper(at_google: GoogleShop) -> None:
    """In each language, and short enough for a small phone: 15 characters."""
    of_class = only(at_google.save(at_google.shop.join("Anna"))).of_class
    shown = {language: text(of_class, "accountIdLabel", language) for language in LANGUAGES}
    assert shown == {language: translator(language).say(CARD_NUMBER) for language in LANGUAGES}
    assert (shown["en"], shown["nl"]) == ("Card number", "Kaartnummer")
    assert max(map(len, shown.values())) <= 15


def test_cards_of_one_shop_lie_together_on_a_phone(at_google: GoogleShop) -> None:
    first, second = (only(at_google.save(at_google.shop.join(name))) for name in ("Anna", "Bo"))
    assert first.object["groupingInfo"] == second.object["groupingInfo"]
    assert first.object["groupingInfo"]["groupingId"]


def test_a_stamp_is_one_call_and_rings(at_google: GoogleShop) -> None:
    page_key = at_google.shop.join("Anna")
    phone = at_google.save(page_key)
    at_google.stamp(page_key)
    at_google.deliver()
    assert at_google.google.log.counts == {PATCHED: 1}
    assert balance(phone) == "1 of 10"
    assert len(phone.notices) == 1
    assert at_google.waiting == 0


def test_many_changes_within_a_second_are_one_call(at_google: GoogleShop) -> None:
    page_key = at_google.shop.join("Anna")
    phone = at_google.save(page_key)
    account_id = at_google.shop.account_id(page_key)
    for _ in range(5):
        adjust(at_google.shop.services, at_google.shop.request(account_id), Unit.STAMPS, 1, "correction")
    at_google.deliver()
    assert at_google.google.log.counts == {PATCHED: 1}
    assert balance(phone) == "5 of 10"


def test_a_change_that_no_holder_sees_is_no_call(at_google: GoogleShop) -> None:
    page_key = at_google.shop.join("Anna")
    at_google.save(page_key)
    with at_google.shop.services.transaction() as tx:
        tell_holders(tx, [at_google.shop.account_id(page_key)], at_google.shop.clock.now())
    at_google.deliver()
    assert (at_google.google.log.counts, at_google.waiting) == ({}, 0)


def test_a_day_has_so_many_notices_and_the_card_stays_current(at_google: GoogleShop) -> None:
    page_key = at_google.shop.join("Anna")
    phone = at_google.save(page_key)
    for _ in range(NOTICES_PER_DAY + 2):
        at_google.stamp(page_key)
        at_google.deliver()
    assert balance(phone) == f"{NOTICES_PER_DAY + 2} of 10"
    asked = [call for call in at_google.google.log if call.notifies]
    assert (len(asked), len(phone.notices)) == (NOTICES_PER_DAY, NOTICES_PER_DAY)
    at_google.shop.clock.pass_by(days=1)
    at_google.stamp(page_key)
    at_google.deliver()
    phone.look()
    assert len(phone.notices) == NOTICES_PER_DAY + 1


def test_a_change_while_google_gets_the_card_for_the_first_time_is_told_afterwards(
    at_google: GoogleShop,
) -> None:
    page_key = at_google.shop.join("Anna")
    at_google.google.behave(Behaviour((Fault("*.insert", status=400),)))
    with pytest.raises(Refusal):
        at_google.offer(page_key)
    at_google.google.behave(Behaviour())
    sight = load_sight(at_google.shop.services, at_google.objects[0].id)
    assert sight is not None
    at_google.stamp(page_key)
    send_object(at_google.shop.services, sight, at_google.shop.clock.now(), notify=False)
    assert at_google.waiting == 1
    assert balance(at_google.save(page_key)) == "1 of 10"


@pytest.mark.parametrize("lost", [Lost.BEFORE, Lost.AFTER])
def test_a_lost_answer_to_an_insert_does_no_harm(at_google: GoogleShop, lost: Lost) -> None:
    at_google.google.behave(Behaviour((Fault("*.insert", lost=lost, times=1),)))
    page_key = at_google.shop.join("Anna")
    assert balance(at_google.save(page_key)) == "0 of 10"


def test_google_that_cannot_be_reached_is_no_reason_to_wait_for_a_card(at_google: GoogleShop) -> None:
    """The link then carries the card; its class is known since somebody else joined."""
    at_google.save(at_google.shop.join("Anna"))
    page_key = at_google.shop.join("Bert")
    at_google.stamp(page_key)
    at_google.google.behave(Behaviour((Fault("loyaltyObject.*", status=503),)))
    phone = at_google.save(page_key)
    assert balance(phone) == "1 of 10"
    at_google.google.behave(Behaviour())
    at_google.stamp(page_key)
    at_google.shop.clock.pass_by(hours=1)
    at_google.deliver()
    assert balance(phone) == "2 of 10"


@pytest.mark.parametrize(
    "fault",
    [
        Fault("loyaltyObject.*", status=429, reason="rateLimitExceeded"),
        Fault("loyaltyObject.*", status=403, reason="quotaExceeded"),
        Fault("loyaltyObject.*", status=503),
        Fault("loyaltyObject.*", status=403, reason="permissionDenied"),
        Fault("loyaltyObject.*", status=401, reason="authError"),
        Fault("loyaltyObject.*", lost=Lost.BEFORE),
        Fault("loyaltyObject.*", lost=Lost.AFTER),
    ],
    ids=["rate", "quota", "out of order", "not permitted", "key revoked", "lost before", "lost after"],
)
def test_after_an_hour_of_trouble_the_card_is_current(at_google: GoogleShop, fault: Fault) -> None:
    page_key = at_google.shop.join("Anna")
    phone = at_google.save(page_key)
    at_google.google.behave(Behaviour((fault,)))
    at_google.stamp(page_key)
    for _ in range(12):
        at_google.deliver()
        at_google.shop.clock.pass_by(minutes=5)
    assert at_google.waiting == 1 or fault.lost is Lost.AFTER
    at_google.google.behave(Behaviour())
    at_google.shop.clock.pass_by(hours=1)
    at_google.deliver()
    assert (balance(phone), at_google.waiting) == ("1 of 10", 0)


def test_a_card_whose_notices_google_counts_as_spent_changes_silently(at_google: GoogleShop) -> None:
    page_key = at_google.shop.join("Anna")
    phone = at_google.save(page_key)
    at_google.google.behave(Behaviour((Fault(PATCHED, status=403, reason="quotaExceeded", times=1),)))
    at_google.stamp(page_key)
    at_google.deliver()
    assert (balance(phone), len(phone.notices), at_google.waiting) == ("1 of 10", 0, 0)


def test_an_issuer_that_google_refuses_from_the_first_card_on_raises_an_alarm(at_google: GoogleShop) -> None:
    page_key = at_google.shop.join("Anna")
    at_google.google.behave(Behaviour((Fault("loyalty*", status=403, reason="permissionDenied"),)))
    with pytest.raises(Refusal, match="google_unavailable"):
        at_google.offer(page_key)
    (alarm,) = (check for check in check_health(at_google.shop.services) if check.level is Level.ALARM)
    assert translator("en").say(alarm.sentence) == (
        f"Google refuses the cards of issuer {DEVELOPMENT_ISSUER}. The service account may not work for this issuer. "
        "They wait; nothing is lost."
    )
    at_google.google.behave(Behaviour())
    at_google.offer(page_key)
    assert "google" not in names_of_alarms(at_google)


def test_an_issuer_that_is_given_up_alarms_nobody(at_google: GoogleShop) -> None:
    shop, key = at_google.shop, orjson.dumps(make_key_file(at_google.google.token_address))
    bring_issuer(shop.services, shop.merchant_id, DEVELOPMENT_ISSUER, key)
    at_google.google.behave(Behaviour((Fault("*", status=403, reason="permissionDenied"),)))
    with pytest.raises(Refusal, match="google_unavailable"):
        at_google.offer(shop.join("Anna"))
    give_up_issuer(shop.services, shop.merchant_id)
    assert "google" not in names_of_alarms(at_google)


def names_of_alarms(at_google: GoogleShop) -> set[str]:
    return {check.name for check in check_health(at_google.shop.services) if check.level is Level.ALARM}


def test_an_image_that_cannot_be_fetched_holds_the_card_up_only_so_long(at_google: GoogleShop) -> None:
    page_key = at_google.shop.join("Anna")
    phone = at_google.save(page_key)
    at_google.google.behave(Behaviour(unreachable_images=("*",)))
    at_google.stamp(page_key)
    at_google.deliver()
    assert at_google.waiting == 1
    at_google.google.behave(Behaviour())
    at_google.shop.clock.pass_by(hours=1)
    at_google.deliver()
    assert (balance(phone), at_google.waiting) == ("1 of 10", 0)


def test_a_google_that_forgot_everything_is_told_anew(at_google: GoogleShop) -> None:
    page_key = at_google.shop.join("Anna")
    at_google.save(page_key)
    for known in at_google.google.service.memory.resources.values():
        known.clear()
    at_google.stamp(page_key)
    at_google.deliver()
    assert at_google.waiting == 0
    (row,) = at_google.objects
    found = at_google.google.find(Kind.OBJECT, f"{row.issuer_id}.{row.suffix}")  # type: ignore[attr-defined]
    assert found is not None
    assert found["loyaltyPoints"]["balance"] == {"string": "1 of 10"}


def test_a_new_look_of_many_cards_changes_their_class_once(at_google: GoogleShop) -> None:
    """Although they are sent together, and each finds the class as it was."""
    phones = [at_google.save(at_google.shop.join(name)) for name in ("Anna", "Bo", "Cleo", "Dai")]
    publish_design(at_google.shop, "Newer Coffee")
    at_google.shop.roll_out()
    at_google.google.log.clear()
    at_google.google.behave(Behaviour((Fault("loyaltyClass.patch", delay=0.3),)))
    at_google.deliver()
    assert at_google.google.log.counts["loyaltyClass.patch"] == 1
    assert at_google.waiting == 0
    for phone in phones:
        phone.look()
        assert only(phone).of_class["issuerName"] == "Newer Coffee"


def test_a_card_that_the_roll_out_has_not_come_to_does_not_turn_its_class_back(at_google: GoogleShop) -> None:
    moved, waiting = at_google.shop.join("Anna"), at_google.shop.join("Bert")
    phones = [at_google.save(page_key) for page_key in (moved, waiting)]
    publish_design(at_google.shop, "Newer Coffee")
    shown = []
    for page_key in (waiting, moved, waiting):
        at_google.stamp(page_key)
        at_google.deliver()
        for phone in phones:
            phone.look()
        shown.append({only(phone).of_class["issuerName"] for phone in phones})
    assert shown == [{"Newer Coffee"}] * 3
    assert at_google.google.log.counts["loyaltyClass.patch"] == 1


def test_a_class_that_google_does_not_take_is_tried_by_the_next_of_its_cards(at_google: GoogleShop) -> None:
    for name in ("Anna", "Bo"):
        at_google.save(at_google.shop.join(name))
    publish_design(at_google.shop, "Newer Coffee")
    at_google.shop.roll_out()
    at_google.google.log.clear()
    at_google.google.behave(Behaviour((Fault("loyaltyClass.patch", status=503, delay=0.3, times=1),)))
    at_google.deliver()
    assert at_google.google.log.counts["loyaltyClass.patch"] == 2
    assert at_google.waiting == 1


def test_a_google_that_forgot_a_class_of_many_cards_is_told_it_once(at_google: GoogleShop) -> None:
    page_keys = [at_google.shop.join(name) for name in ("Anna", "Bo", "Cleo")]
    for page_key in page_keys:
        at_google.save(page_key)
    for known in at_google.google.service.memory.resources.values():
        known.clear()
    for page_key in page_keys:
        at_google.stamp(page_key)
    at_google.google.behave(Behaviour((Fault("loyaltyClass.insert", delay=0.3),)))
    at_google.deliver()
    assert at_google.google.log.counts["loyaltyClass.insert"] == 1
    assert at_google.waiting == 0


def test_a_closed_card_is_put_aside_and_offered_no_more(at_google: GoogleShop) -> None:
    page_key = at_google.shop.join("Anna")
    phone = at_google.save(page_key)
    close_card(at_google.shop.services, at_google.shop.merchant_id, at_google.shop.account_id(page_key))
    at_google.deliver()
    phone.look()
    assert only(phone).object["state"] == "INACTIVE"
    with pytest.raises(Refusal, match="closed_account"):
        at_google.offer(page_key)


def test_claims_of_a_worker_that_died_come_due_again(at_google: GoogleShop) -> None:
    page_key = at_google.shop.join("Anna")
    phone = at_google.save(page_key)
    at_google.stamp(page_key)
    now = at_google.shop.clock.now() + timedelta(seconds=2)
    with at_google.shop.services.database.transaction() as tx:
        assert len(google_outbox.claim(tx, now, now + timedelta(minutes=5), 10)) == 1
    at_google.deliver()
    assert balance(phone) == "0 of 10"
    at_google.shop.clock.pass_by(minutes=6)
    at_google.deliver()
    assert balance(phone) == "1 of 10"
