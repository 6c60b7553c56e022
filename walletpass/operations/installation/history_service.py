"""What else a shop of the demo does for its members: appointments, gift cards for others, lost and doubled cards."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from walletpass.loyalty.local_days import add_months, end_of_day, local_day
from walletpass.loyalty.people import MemberStatus
from walletpass.loyalty.rewards.gift_cards import BlockReason, GiftCard
from walletpass.loyalty.tier_rules import Measure
from walletpass.operations.bookings.details import BookingDetails
from walletpass.operations.bookings.note import cancel_booking, complete_booking, note_booking
from walletpass.operations.cards.link_plastic import link_plastic
from walletpass.operations.cards.replace_codes import replace_codes
from walletpass.operations.check_in.check_in import check_in
from walletpass.operations.check_in.codes import show_code
from walletpass.operations.customers.merge import merge
from walletpass.operations.customers.status import set_status
from walletpass.operations.enrolment.join import new_form_key
from walletpass.operations.gift_cards.block import block, unblock
from walletpass.operations.gift_cards.issue import issue
from walletpass.operations.gift_cards.transfer import transfer
from walletpass.operations.installation.at import at
from walletpass.operations.installation.history_counter import Counter
from walletpass.operations.installation.history_members import Member
from walletpass.operations.installation.history_shop import (
    GIFT_CARD_YEARS,
    LOYAL,
    PROGRAM,
    WORKSHOP,
    ZONE,
    find_workshop,
)
from walletpass.operations.most_loyal.reward import list_most_loyal, reward_most_loyal

_FACES = (1000, 1500, 2500, 5000)
_LOST_WITH_PHONE = 0.4
_FIRST_NUMBER = 870_000_000
"""Of the cards that were printed."""
_PRAISED = 3
_QUARTER = 3


@dataclass
class Service:
    counter: Counter
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    """Of appointments and printed cards."""

    def check_in(self, member: Member, now: datetime) -> None:
        counter, branch = self.counter, self.counter.branches[member.branch]
        shown = show_code(at(counter.services, now), counter.merchant_id, branch)
        counter.post(member, now, lambda services, request: check_in(services, request, branch, shown.code))

    def book(self, member: Member, now: datetime) -> None:
        if member.booking:
            return
        counter, member.booking = self.counter, f"workshop-{next(self.numbers)}"
        details = BookingDetails(
            member.booking, find_workshop(local_day(now, ZONE)), WORKSHOP, counter.branches[0]
        )
        note_booking(at(counter.services, now), counter.merchant_id, member.account_id, details)

    def attend(self, member: Member, now: datetime) -> None:
        if booking := self._end_wait(member):
            complete_booking(at(self.counter.services, now), self.counter.merchant_id, booking)

    def cancel(self, member: Member, now: datetime) -> None:
        if booking := self._end_wait(member):
            cancel_booking(at(self.counter.services, now), self.counter.merchant_id, booking)

    def miss(self, member: Member, now: datetime) -> None:
        if booking := self._end_wait(member):
            cancel_booking(at(self.counter.services, now), self.counter.merchant_id, booking, missed=True)

    def sell_gift_card(self, member: Member, now: datetime) -> None:
        ends = end_of_day(add_months(local_day(now, ZONE), 12 * GIFT_CARD_YEARS), ZONE)
        card = GiftCard(
            PROGRAM.currency,
            self.counter.draw.choice(_FACES),
            expires_at=ends,
            holder_id=member.member_id,
        )
        receipt = issue(at(self.counter.services, now), self.counter.ask(member), card)
        member.to_give.append(receipt.gift_card_id)

    def give_gift_card(self, member: Member, other: Member | None, now: datetime) -> None:
        """With nobody to give it to, they keep it for themselves."""
        if not member.to_give:
            return
        card, getting = member.to_give.pop(0), other or member
        getting.has_gift_card = True
        member.given.append(card)
        if getting.member_id != member.member_id:
            request = self.counter.ask(member)
            transfer(at(self.counter.services, now), request, card, getting.member_id)

    def lose_gift_card(self, member: Member, now: datetime) -> None:
        if member.given:
            card = member.given.pop(0)
            member.lost.append(card)
            block(at(self.counter.services, now), self.counter.ask(member), card, BlockReason.LOST)

    def find_gift_card(self, member: Member, now: datetime) -> None:
        if member.lost:
            unblock(at(self.counter.services, now), self.counter.ask(member), member.lost.pop(0))

    def print_card(self, member: Member, now: datetime) -> None:
        number = f"{_FIRST_NUMBER + next(self.numbers)}"
        link_plastic(at(self.counter.services, now), self.counter.merchant_id, member.account_id, number)

    def replace_card(self, member: Member, now: datetime) -> None:
        with_phone = self.counter.draw.random() < _LOST_WITH_PHONE
        services = at(self.counter.services, now)
        replace_codes(services, self.counter.merchant_id, member.account_id, phone_is_lost=with_phone)

    def merge(self, member: Member, now: datetime) -> Member:
        """The card that stays."""
        kept = member.first
        if kept is None:
            return member
        counter = self.counter
        outcome = merge(
            at(counter.services, now),
            counter.merchant_id,
            kept.account_id,
            member.account_id,
            new_form_key(),
            counter.staff[kept.branch],
        )
        kept.ready, kept.points = outcome.ready, outcome.points
        kept.has_gift_card |= member.has_gift_card
        kept.to_give += member.to_give
        kept.given += member.given
        kept.lost += member.lost
        kept.booking = kept.booking or member.booking
        return kept

    def praise(self, now: datetime) -> None:
        """A gift for those who came most often in the last three months."""
        services, merchant_id = at(self.counter.services, now), self.counter.merchant_id
        since = add_months(local_day(now, ZONE), -_QUARTER)
        loyal = list_most_loyal(services, merchant_id, Measure.VISITS, since, _PRAISED)
        accounts = [each.account_id for each in loyal]
        for account_id in reward_most_loyal(services, merchant_id, LOYAL, accounts, new_form_key()):
            set_status(services, merchant_id, account_id, MemberStatus.VIP)

    def _end_wait(self, member: Member) -> str:
        booking, member.booking = member.booking, ""
        return booking
