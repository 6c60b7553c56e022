"""What becomes of a push: every answer of APNs, on both databases."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError
from support.phones import PASS_TYPE, PHONE, TOKEN, hold_pass, register
from support.shops import KeptPushes, Shop

from walletpass.apns.push import Answer, Push, Verdict
from walletpass.operations.delivery.pushing import PUSHES_PER_HOUR, Pushing
from walletpass.operations.delivery.relay import deliver_due
from walletpass.store import devices, outbox, pushes
from walletpass.store.halts import list_halts, push_halts
from walletpass.store.lanes import BULK, INTERACTIVE, Postponed, postpone
from walletpass.store.schema import metadata
from walletpass.store.session import StoreUnavailable

OTHER_PHONE = "phone-2"


class Scripted(KeptPushes):
    """Answers each push as told for its token; others are accepted."""

    def __init__(self, **told: tuple[Verdict, object]) -> None:
        super().__init__()
        self.told = told

    def submit(self, push: Push) -> None:
        verdict, ended_at = self.told.get(push.push_token, (Verdict.ACCEPTED, None))
        self.verdict, self.ended_at = verdict, ended_at  # type: ignore[assignment]
        super().submit(push)


class Deaf(KeptPushes):
    """A process that dies before anything was answered."""

    def poll(self, seconds: float) -> list[Answer]:
        return []


@pytest.fixture
def account_id(shop: Shop) -> int:
    """A card on one phone, changed since it was handed out."""
    account_id = hold_pass(shop, "one")
    deliver_due(shop.services)
    shop.pushes.pushed.clear()
    shop.stamp(account_id)
    return account_id


def send(shop: Shop, sender: KeptPushes) -> KeptPushes:
    deliver_due(replace(shop.services, pusher=sender))
    return sender


def claim_and_die(shop: Shop, sender: Deaf) -> None:
    pushing = Pushing(replace(shop.services, pusher=sender))
    while not sender.pushed:
        pushing.turn(1)


def count(shop: Shop, table: str) -> int:
    with shop.services.reading() as tx:
        return len(tx.execute(metadata.tables[table].select()).all())


def topic(shop: Shop) -> object:
    with shop.services.reading() as tx:
        return tx.execute(devices.device_topics.select()).one()


def test_an_accepted_push_is_noted_and_forgotten(shop: Shop, account_id: int) -> None:
    deliver_due(shop.services)
    assert shop.pushes.pushed == [(PASS_TYPE, "push-token")]
    assert count(shop, "push_outbox") == 0
    assert topic(shop).pushed_at == shop.clock.now()  # type: ignore[attr-defined]


def test_a_dead_token_ends_with_all_its_registrations(shop: Shop, account_id: int) -> None:
    later = shop.clock.now() + timedelta(seconds=1)
    send(shop, KeptPushes(verdict=Verdict.GONE, ended_at=later))
    assert [count(shop, table) for table in ("push_outbox", "registrations", "device_topics", "devices")] == [
        0
    ] * 4


def test_a_token_given_again_after_its_end_lives(shop: Shop, account_id: int) -> None:
    """APNs tells of an end that was before the phone came back: the push is tried again."""
    ended_at = shop.clock.now() - timedelta(milliseconds=1)
    send(shop, KeptPushes(verdict=Verdict.GONE, ended_at=ended_at))
    assert count(shop, "registrations") == 1
    shop.clock.pass_by(hours=1)
    assert send(shop, KeptPushes()).pushed == [(PASS_TYPE, "push-token")]


def test_a_token_that_apns_does_not_know_ends_too(shop: Shop, account_id: int) -> None:
    hold_pass(shop, "two", OTHER_PHONE)
    register(shop.services, OTHER_PHONE, PASS_TYPE, "two", TOKEN, "sound")
    send(shop, Scripted(**{"push-token": (Verdict.GONE, None)}))
    assert count(shop, "devices") == 1


def test_a_bad_token_that_was_replaced_meanwhile_costs_nothing(shop: Shop, account_id: int) -> None:
    class Renewing(Scripted):
        def submit(self, push: Push) -> None:
            super().submit(push)
            if push.push_token == "push-token":
                register(shop.services, PHONE, PASS_TYPE, "one", TOKEN, "newer")

    hold_pass(shop, "two", OTHER_PHONE)
    register(shop.services, OTHER_PHONE, PASS_TYPE, "two", TOKEN, "sound")
    send(shop, Renewing(**{"push-token": (Verdict.GONE, None)}))
    assert count(shop, "devices") == 2


def test_the_operators_fault_stops_the_pass_type_and_keeps_its_rows(shop: Shop, account_id: int) -> None:
    sender = send(shop, KeptPushes(verdict=Verdict.HALT))
    hold_pass(shop, "two", OTHER_PHONE)
    deliver_due(replace(shop.services, pusher=sender))
    assert len(sender.pushed) == 1
    with shop.services.reading() as tx:
        assert [halt.reason for halt in list_halts(tx, push_halts)] == ["as told"]
    assert count(shop, "push_outbox") == 2
    shop.clock.pass_by(days=10)
    assert len(send(shop, KeptPushes()).pushed) == 2
    assert count(shop, "push_outbox") == count(shop, "push_halts") == 0


def test_many_changes_in_an_hour_become_one_push_at_its_end(shop: Shop, account_id: int) -> None:
    for _ in range(PUSHES_PER_HOUR + 5):
        shop.clock.pass_by(seconds=61)
        with shop.services.transaction() as tx:
            outbox.tell_phones(tx, [account_id], shop.clock.now())
        deliver_due(shop.services)
    assert len(shop.pushes.pushed) == PUSHES_PER_HOUR - 1  # the first one was its registration's
    shop.clock.pass_by(hours=1)
    deliver_due(shop.services)
    assert len(shop.pushes.pushed) == PUSHES_PER_HOUR
    assert count(shop, "push_outbox") == 0


def test_a_push_that_cannot_be_sent_for_days_ends_visibly(shop: Shop, account_id: int) -> None:
    sender = KeptPushes(verdict=Verdict.LATER)
    for _ in range(100):
        send(shop, sender)
        shop.clock.pass_by(hours=1)
    assert count(shop, "push_outbox") == 0
    assert 60 < len(sender.pushed) < 100
    assert topic(shop).given_up_at is not None  # type: ignore[attr-defined]


def test_what_can_never_be_sent_is_dropped_visibly(shop: Shop, account_id: int) -> None:
    send(shop, KeptPushes(verdict=Verdict.REFUSED))
    assert count(shop, "push_outbox") == 0
    assert topic(shop).given_up_at == shop.clock.now()  # type: ignore[attr-defined]


def test_rows_of_a_sender_that_died_come_due_again(shop: Shop, account_id: int) -> None:
    claim_and_die(shop, Deaf())
    assert send(shop, KeptPushes()).pushed == []
    shop.clock.pass_by(minutes=3)
    assert len(send(shop, KeptPushes()).pushed) == 1


def test_a_late_answer_to_an_old_push_does_not_end_a_new_one(shop: Shop, account_id: int) -> None:
    with shop.services.database.transaction() as tx:
        now = shop.clock.now()
        old = pushes.claim(tx, now, now + timedelta(minutes=2), 10, PUSHES_PER_HOUR, [INTERACTIVE])
    shop.clock.pass_by(minutes=3)
    deliver_due(shop.services)
    with shop.services.transaction() as tx:
        outbox.tell_phones(tx, [account_id], shop.clock.now())
    with shop.services.database.transaction() as tx:
        pushes.note_accepted(tx, old, shop.clock.now())
    assert (len(old), count(shop, "push_outbox")) == (1, 1)


def test_a_late_failure_does_not_postpone_what_another_sender_has_claimed(
    shop: Shop, account_id: int
) -> None:
    with shop.services.database.transaction() as tx:
        now = shop.clock.now()
        (old,) = pushes.claim(tx, now, now + timedelta(minutes=2), 10, PUSHES_PER_HOUR, [INTERACTIVE])
        later = now + timedelta(minutes=3)
        (new,) = pushes.claim(tx, later, later + timedelta(minutes=2), 10, PUSHES_PER_HOUR, [INTERACTIVE])
        postpone(tx, outbox.push_outbox, [Postponed(old.topic_id, old.until, later, 1)])
        pushes.note_accepted(tx, [new], later)
    assert count(shop, "push_outbox") == 0


def test_who_waits_goes_before_bulk_and_finds_room(shop: Shop, account_id: int) -> None:
    """Of a sender with little room left, bulk takes none."""
    bulk_account = hold_pass(shop, "two", OTHER_PHONE)
    register(shop.services, OTHER_PHONE, PASS_TYPE, "two", TOKEN, "bulk")
    deliver_due(shop.services)
    shop.pushes.pushed.clear()
    with shop.services.transaction() as tx:
        outbox.tell_phones(tx, [bulk_account], shop.clock.now() - timedelta(hours=1), lane=BULK)
    shop.clock.pass_by(minutes=2)
    shop.stamp(account_id)
    assert send(shop, KeptPushes(free=50)).pushed == [(PASS_TYPE, "push-token")]
    assert [token for _, token in send(shop, KeptPushes()).pushed] == ["bulk"]


def test_a_stamp_takes_a_bulk_push_into_the_fast_lane(shop: Shop, account_id: int) -> None:
    deliver_due(shop.services)
    with shop.services.transaction() as tx:
        outbox.tell_phones(tx, [account_id], shop.clock.now(), lane=BULK)
    shop.clock.pass_by(minutes=2)
    shop.stamp(account_id)
    assert len(send(shop, KeptPushes(free=50)).pushed) == 1


def test_two_senders_never_take_the_same_row(shop: Shop, account_id: int) -> None:
    first, second = Deaf(), KeptPushes()
    claim_and_die(shop, first)
    send(shop, second)
    assert (len(first.pushed), len(second.pushed)) == (1, 0)


@dataclass
class Narrow(KeptPushes):
    """Takes five at a time, and answers when asked a second time."""

    asked: bool = False

    @property
    def free(self) -> int:  # type: ignore[override]
        return 5 - len(self._answers)

    @free.setter
    def free(self, _: int) -> None: ...

    def submit(self, push: Push) -> None:
        assert self.free
        super().submit(push)

    def poll(self, seconds: float) -> list[Answer]:
        self.asked = not self.asked
        return [] if self.asked else super().poll(seconds)


def tell_many(shop: Shop) -> None:
    """Many phones are told at once, more than can be on their way together."""
    accounts = [hold_pass(shop, f"serial-{number}", f"phone-{number}") for number in range(12)]
    deliver_due(shop.services)
    with shop.services.transaction() as tx:
        outbox.tell_phones(tx, accounts, shop.clock.now())


def test_a_backlog_larger_than_the_senders_room_is_sent_to_its_end(shop: Shop) -> None:
    tell_many(shop)
    assert len(send(shop, Narrow()).pushed) == 12
    assert count(shop, "push_outbox") == 0


def test_what_was_claimed_ahead_is_not_sent_into_a_halt(shop: Shop) -> None:
    """A certificate that Apple refuses is shown as often as there was room, and every push is kept."""
    tell_many(shop)
    refused = send(shop, Narrow(verdict=Verdict.HALT))
    assert len(refused.pushed) == 5
    assert count(shop, "push_outbox") == 12
    shop.clock.pass_by(hours=1)
    assert len(send(shop, KeptPushes()).pushed) == 12


def turn_until_idle(pushing: Pushing) -> None:
    while pushing.turn(1):
        pass


def rename_table(shop: Shop, old: str, new: str) -> None:
    with shop.services.transaction() as tx:
        tx.exec_driver_sql(f"ALTER TABLE {old} RENAME TO {new}")


def test_answers_outlive_a_database_that_fails(shop: Shop, account_id: int) -> None:
    """What could not be recorded is recorded the next time, and nothing is sent twice."""
    sender = KeptPushes()
    pushing = Pushing(replace(shop.services, pusher=sender))
    while not sender.pushed:
        pushing.turn(1)
    rename_table(shop, "push_outbox", "elsewhere")
    with pytest.raises((StoreUnavailable, DBAPIError)):
        turn_until_idle(pushing)
    rename_table(shop, "elsewhere", "push_outbox")
    turn_until_idle(pushing)
    assert (len(sender.pushed), count(shop, "push_outbox")) == (1, 0)
