"""The outbox and its relay: late at worst, never lost, on both databases."""

from contextlib import suppress
from dataclasses import replace

from support.phones import PASS_TYPE, PHONE, TOKEN, hold_pass, register, unregister
from support.shops import KeptMail, KeptPushes, Shop

from walletpass.apns.push import Push, Verdict
from walletpass.loyalty.wording import sentence
from walletpass.mail import MailNotSent
from walletpass.operations.delivery.letters import put_letter
from walletpass.operations.delivery.relay import deliver_due
from walletpass.store import letters
from walletpass.store.session import Transaction


class BrokenMail(KeptMail):
    def send(self, to: str, subject: str, text: str) -> None:
        raise MailNotSent("down")


def write(shop: Shop, tx: Transaction, to: str) -> None:
    hello = sentence("Choose a new password")
    put_letter(shop.services, tx, to, "nl", hello, hello, shop.clock.now())


def drain(shop: Shop) -> None:
    deliver_due(shop.services)


def test_a_letter_leaves_once_in_its_readers_language(shop: Shop) -> None:
    with shop.services.transaction() as tx:
        write(shop, tx, "anna@example.com")
    drain(shop)
    drain(shop)
    ((to, subject, _),) = shop.mail.letters
    assert (to, subject) == ("anna@example.com", "Kies een nieuw wachtwoord")


def test_a_letter_of_a_transaction_that_failed_never_leaves(shop: Shop) -> None:
    with suppress(ZeroDivisionError), shop.services.transaction() as tx:
        write(shop, tx, "anna@example.com")
        _ = 1 / 0
    drain(shop)
    assert shop.mail.letters == []


def test_what_could_not_be_sent_comes_again_after_a_pause(shop: Shop) -> None:
    with shop.services.transaction() as tx:
        write(shop, tx, "anna@example.com")
    deliver_due(replace(shop.services, mailer=BrokenMail()))
    drain(shop)
    assert shop.mail.letters == []
    shop.clock.pass_by(minutes=1)
    drain(shop)
    assert len(shop.mail.letters) == 1


def test_a_row_that_breaks_its_sender_holds_up_no_other(shop: Shop) -> None:
    class Choosy(KeptMail):
        def send(self, to: str, subject: str, text: str) -> None:
            if to == "odd@example.com":
                raise ValueError(to)
            super().send(to, subject, text)

    choosy = Choosy()
    with shop.services.transaction() as tx:
        write(shop, tx, "odd@example.com")
        write(shop, tx, "anna@example.com")
    deliver_due(replace(shop.services, mailer=choosy))
    assert [to for to, _, _ in choosy.letters] == ["anna@example.com"]
    shop.clock.pass_by(minutes=1)
    drain(shop)
    assert [to for to, _, _ in shop.mail.letters] == ["odd@example.com"]


def test_a_row_whose_sender_died_comes_due_again(shop: Shop) -> None:
    with shop.services.transaction() as tx:
        write(shop, tx, "anna@example.com")
    with shop.services.database.transaction() as tx:
        claimed = letters.claim_letters(tx, shop.clock.now(), shop.clock.at.replace(minute=2), 10)
    assert len(claimed) == 1
    drain(shop)
    assert shop.mail.letters == []
    shop.clock.pass_by(minutes=3)
    drain(shop)
    assert len(shop.mail.letters) == 1


def test_many_changes_are_one_push_per_phone(shop: Shop) -> None:
    account_id = hold_pass(shop, "one")
    drain(shop)
    shop.pushes.pushed.clear()
    shop.stamp(account_id)
    shop.clock.pass_by(minutes=1)
    shop.stamp(account_id)
    drain(shop)
    assert shop.pushes.pushed == [(PASS_TYPE, "push-token")]


def test_a_change_that_arrives_while_its_push_is_on_the_way_is_pushed_too(shop: Shop) -> None:
    account_id = hold_pass(shop, "one")
    drain(shop)
    shop.pushes.pushed.clear()
    shop.stamp(account_id)

    class StampsMeanwhile(KeptPushes):
        def submit(self, push: Push) -> None:
            if not self.pushed:
                shop.clock.pass_by(minutes=1)
                shop.stamp(account_id)
            super().submit(push)

    pushes = StampsMeanwhile()
    deliver_due(replace(shop.services, pusher=pushes))
    assert len(pushes.pushed) == 2


def test_a_push_goes_to_the_token_that_the_phone_gave_last(shop: Shop) -> None:
    account_id = hold_pass(shop, "one")
    drain(shop)
    shop.stamp(account_id)
    deliver_due(replace(shop.services, pusher=KeptPushes(verdict=Verdict.LATER)))
    assert not register(shop.services, PHONE, PASS_TYPE, "one", TOKEN, "newer-token")
    shop.clock.pass_by(minutes=1)
    drain(shop)
    assert shop.pushes.pushed[-1] == (PASS_TYPE, "newer-token")


def test_a_pass_that_changed_before_it_was_registered_is_pushed_at_registration(shop: Shop) -> None:
    hold_pass(shop, "one")
    drain(shop)
    assert shop.pushes.pushed == [(PASS_TYPE, "push-token")]


def test_nothing_is_pushed_to_a_phone_that_removed_its_pass(shop: Shop) -> None:
    account_id = hold_pass(shop, "one")
    unregister(shop.services, PHONE, PASS_TYPE, "one", TOKEN)
    drain(shop)
    shop.pushes.pushed.clear()
    shop.stamp(account_id)
    drain(shop)
    assert shop.pushes.pushed == []
