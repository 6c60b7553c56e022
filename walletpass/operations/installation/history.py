"""A shop of the demo with a year behind it: everything was posted by the operations that a shop uses, each at its time.

Nothing of that is told to anybody now: no phone holds a card of it, so the outbox gets no push, and no member
has an address, so no letter is written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random

from walletpass.loyalty.local_days import at_local_time, local_day
from walletpass.loyalty.program import Program
from walletpass.operations.due.do_due import do_due
from walletpass.operations.enrolment.applicant import Applicant
from walletpass.operations.enrolment.join import join, new_form_key
from walletpass.operations.installation.add_merchant import add_merchant
from walletpass.operations.installation.at import at
from walletpass.operations.installation.demo import DEMO_PASSWORD
from walletpass.operations.installation.history_counter import Counter, Member
from walletpass.operations.installation.history_people import (
    DAYS,
    Happening,
    Person,
    What,
    draw_people,
    draw_year,
)
from walletpass.operations.installation.history_shop import BRANCHES, MERCHANT, PROGRAM, SLUG, ZONE
from walletpass.operations.installation.init import add_person
from walletpass.operations.locations.add import add_location
from walletpass.operations.programs.publish import publish
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.services import Services
from walletpass.operations.staffing.sign_in import StaffRole
from walletpass.operations.staffing.workplace import set_workplace
from walletpass.store import accounts, staff

OWNER, STAFF = f"owner@{SLUG}.example", f"staff@{SLUG}.example"


@dataclass
class Year:
    """Play its happenings in their order."""

    services: Services
    people: Sequence[Person]
    happenings: Sequence[Happening]
    counter: Counter
    code: str
    """In the join address."""
    branches: Sequence[int]
    members: dict[int, Member] = field(default_factory=dict)
    """By the person's number."""

    def play(self, happening: Happening) -> None:
        match happening.what:
            case What.MORNING:
                while do_due(at(self.services, happening.at)):
                    pass
            case What.JOIN:
                self._let_join(happening)
            case _:
                play = getattr(self.counter, _AT_THE_COUNTER[happening.what])
                play(self.members[happening.person], happening.at)

    def _let_join(self, happening: Happening) -> None:
        person = self.people[happening.person]
        branch = self.branches[person.branch]
        services, applicant = (
            at(self.services, happening.at),
            Applicant(person.name, birthday=person.birthday),
        )
        joined = join(services, self.code, applicant, person.language, "demo", new_form_key(), branch)
        with services.reading() as tx:
            digest = services.vault.digest("page key", joined.page_key)
            account = accounts.find_account_by_page_key(tx, digest)
        assert account is not None
        member = self.members[happening.person] = Member(account.id, branch)
        self.counter.welcome(member, happening.at + timedelta(seconds=1))


_AT_THE_COUNTER: Mapping[What, str] = {
    What.BUY: "buy",
    What.SCAN: "scan",
    What.RETURN: "take_back",
    What.COMPLAIN: "make_good",
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
    happenings = draw_year(draw, members, yesterday, ZONE)
    merchant_id, kim, branches = _open_shop(services, opened, program)
    counter = Counter(services, merchant_id, kim, draw)
    return Year(services, people, happenings, counter, get_rules(services, merchant_id).code, branches)


def _open_shop(services: Services, opened: datetime, program: Program) -> tuple[int, int, list[int]]:
    """Ids of the merchant, of the member of staff, and of the branches."""
    then = at(services, opened)
    with then.transaction() as tx:
        merchant_id = add_merchant(then, tx, MERCHANT)
        people = ((StaffRole.OWNER, "Robin", OWNER), (StaffRole.STAFF, "Kim", STAFF))
        for role, name, address in people:
            kim = add_person(then, tx, merchant_id, role, name, address, DEMO_PASSWORD, MERCHANT.language)
    branches = [add_location(then, merchant_id, details).location_id for details in BRANCHES]
    set_workplace(then, merchant_id, kim, branches[0])
    publish(then, merchant_id, get_rules(then, merchant_id).number, program)
    return merchant_id, kim, branches
