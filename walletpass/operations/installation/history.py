"""A shop of the demo with a year behind it: everything was posted by the operations that a shop uses, each at its time.

Nothing of that is told to anybody now: no phone holds a card of it, so the outbox gets no push, and no member
has an address before the year is over, so no letter is written. Those of next year go to a name that nobody can own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random

from walletpass.loyalty.local_days import at_local_time, local_day
from walletpass.loyalty.people import MemberStatus
from walletpass.loyalty.program import Program
from walletpass.operations.due.do_due import do_due
from walletpass.operations.enrolment.applicant import Applicant
from walletpass.operations.enrolment.join import join, new_form_key
from walletpass.operations.gift_cards.expire import expire_gift_cards
from walletpass.operations.installation.add_merchant import add_merchant
from walletpass.operations.installation.at import at
from walletpass.operations.installation.demo import DEMO_PASSWORD
from walletpass.operations.installation.history_counter import Counter
from walletpass.operations.installation.history_happenings import DAYS, Happening, What, draw_year
from walletpass.operations.installation.history_members import Member
from walletpass.operations.installation.history_people import Person, draw_people
from walletpass.operations.installation.history_profiles import (
    honour,
    judge,
    look_at_card,
    take_address,
    write_down,
)
from walletpass.operations.installation.history_service import Service
from walletpass.operations.installation.history_shop import (
    BRANCHES,
    MERCHANT,
    OWNER_NAMES,
    PROGRAM,
    SLUG,
    STAFF_NAMES,
    ZONE,
)
from walletpass.operations.installation.init import add_person
from walletpass.operations.locations.add import add_location
from walletpass.operations.programs.publish import publish
from walletpass.operations.programs.rules import Rules, get_rules
from walletpass.operations.referrals.code import get_referral_code
from walletpass.operations.referrals.note import Newcomer, note_join
from walletpass.operations.services import Services
from walletpass.operations.staffing.sign_in import StaffRole
from walletpass.operations.staffing.workplace import set_workplace
from walletpass.store import accounts, staff

OWNER, STAFF = f"owner@{SLUG}.example", f"staff@{SLUG}.example"
_PARTNER, _COLLEAGUE = f"partner@{SLUG}.example", f"market@{SLUG}.example"


@dataclass
class Year:
    """Play its happenings in their order."""

    services: Services
    people: Sequence[Person]
    happenings: Sequence[Happening]
    counter: Counter
    service: Service
    rules: Rules
    members: dict[int, Member] = field(default_factory=dict)
    """By the person's number."""

    def play(self, happening: Happening) -> None:
        match happening.what:
            case What.LOOK:
                self._look_after(happening.at)
            case What.PRAISE:
                self.service.praise(happening.at)
            case What.JOIN:
                self._let_join(happening)
            case What.JOIN_AGAIN:
                self._let_join_again(happening)
            case What.MERGE:
                member = self.members[happening.person]
                self.members[happening.person] = self.service.merge(member, happening.at)
            case What.GIVE_GIFT_CARD:
                giving, getting = self.members[happening.person], self.members.get(happening.other)
                self.service.give_gift_card(giving, getting, happening.at)
            case What.WRITE_DOWN | What.TAKE_ADDRESS | What.LOOK_AT_CARD:
                person, member = self.people[happening.person], self.members[happening.person]
                _KNOWN[happening.what](self.counter, member, person, happening.at)
            case _:
                _SERVED[happening.what](self, self.members[happening.person], happening.at)

    def _look_after(self, now: datetime) -> None:
        then = at(self.services, now)
        while do_due(then):
            pass
        while expire_gift_cards(then):
            pass

    def _let_join(self, happening: Happening) -> None:
        member = self.members[happening.person] = self._add_member(happening)
        bringer = self.members.get(happening.other)
        if bringer is not None:
            self._bring(bringer, member, happening.at)
        if not self.people[happening.person].has_phone:
            self.service.print_card(member, happening.at)

    def _let_join_again(self, happening: Happening) -> None:
        first = self.members[happening.person]
        if first.first is None:
            member = self.members[happening.person] = self._add_member(happening)
            member.first = first

    def _add_member(self, happening: Happening) -> Member:
        person = self.people[happening.person]
        services = at(self.services, happening.at)
        applicant = Applicant(person.name, birthday=person.birthday)
        branch, code = self.counter.branches[person.branch], self.rules.code
        joined = join(services, code, applicant, person.language, "demo", new_form_key(), branch)
        with services.reading() as tx:
            digest = services.vault.digest("page key", joined.page_key)
            account = accounts.find_account_by_page_key(tx, digest)
        assert account is not None
        return Member(account.id, account.member_id, person.branch, joined.page_key, points=account.points)

    def _bring(self, bringer: Member, member: Member, now: datetime) -> None:
        services = at(self.services, now)
        code = get_referral_code(services, self.counter.merchant_id, bringer.account_id)
        newcomer = Newcomer(member.account_id, member.member_id, {})
        with services.transaction() as tx:
            note_join(services, tx, self.rules.program_id, self.rules.program, code, newcomer, now)


_SERVED: Mapping[What, Callable[[Year, Member, datetime], None]] = {
    What.BUY: lambda year, member, now: year.counter.buy(member, now),
    What.BRING_ALONG: lambda year, member, now: year.counter.bring_in(member, now),
    What.SCAN: lambda year, member, now: year.counter.scan(member, now),
    What.RETURN: lambda year, member, now: year.counter.take_back(member, now),
    What.COMPLAIN: lambda year, member, now: year.counter.make_good(member, now),
    What.CORRECT: lambda year, member, now: year.counter.correct(member, now),
    What.SHARE: lambda year, member, now: year.counter.share(member, now),
    What.CHECK_IN: lambda year, member, now: year.service.check_in(member, now),
    What.BOOK: lambda year, member, now: year.service.book(member, now),
    What.ATTEND: lambda year, member, now: year.service.attend(member, now),
    What.CANCEL: lambda year, member, now: year.service.cancel(member, now),
    What.MISS: lambda year, member, now: year.service.miss(member, now),
    What.BUY_GIFT_CARD: lambda year, member, now: year.service.sell_gift_card(member, now),
    What.LOSE_GIFT_CARD: lambda year, member, now: year.service.lose_gift_card(member, now),
    What.FIND_GIFT_CARD: lambda year, member, now: year.service.find_gift_card(member, now),
    What.HONOUR: lambda year, member, now: honour(year.counter, member, now),
    What.BLOCK: lambda year, member, now: judge(year.counter, member, MemberStatus.BLOCKED, now),
    What.UNBLOCK: lambda year, member, now: judge(year.counter, member, MemberStatus.ACTIVE, now),
    What.LOSE_CARD: lambda year, member, now: year.service.replace_card(member, now),
}

_KNOWN: Mapping[What, Callable[[Counter, Member, Person, datetime], None]] = {
    What.WRITE_DOWN: write_down,
    What.TAKE_ADDRESS: take_address,
    What.LOOK_AT_CARD: look_at_card,
}


def begin_year(services: Services, members: int, seed: int, program: Program = PROGRAM) -> Year | None:
    """Make the shop as it was a year ago; None where it is there already. It ends yesterday.

    The same seed at the same day makes the same ledgers, but for secret codes and what is hashed with them.
    """
    with services.reading() as tx:
        if staff.find_staff_by_email(tx, OWNER) is not None:
            return None
    # What other shops wait for is done now, and not in their past.
    while do_due(services):
        pass
    draw, yesterday = Random(seed), local_day(services.clock.now(), ZONE) - timedelta(days=1)  # noqa: S311
    opened = at_local_time(yesterday - timedelta(days=DAYS), time(9), ZONE)
    people = draw_people(draw, members)
    happenings = draw_year(draw, people, yesterday)
    counter = Counter(services, *_open_shop(services, opened, program), draw)
    rules = get_rules(services, counter.merchant_id)
    return Year(services, people, happenings, counter, Service(counter), rules)


def _open_shop(
    services: Services, opened: datetime, program: Program
) -> tuple[int, Sequence[int], Sequence[int], Sequence[int]]:
    """Ids of the merchant, of the branches, of who works at each, and of the owners."""
    then = at(services, opened)
    with then.transaction() as tx:
        merchant_id = add_merchant(then, tx, MERCHANT)
        known = then, tx, merchant_id
        owners = [
            add_person(*known, StaffRole.OWNER, name, address, DEMO_PASSWORD, MERCHANT.language)
            for name, address in zip(OWNER_NAMES, (OWNER, _PARTNER), strict=True)
        ]
        people = [
            add_person(*known, StaffRole.STAFF, name, address, DEMO_PASSWORD, MERCHANT.language)
            for name, address in zip(STAFF_NAMES, (STAFF, _COLLEAGUE), strict=True)
        ]
    branches = [add_location(then, merchant_id, details).location_id for details in BRANCHES]
    for person, branch in zip(people, branches, strict=True):
        set_workplace(then, merchant_id, person, branch)
    publish(then, merchant_id, get_rules(then, merchant_id).number, program)
    return merchant_id, branches, people, owners
