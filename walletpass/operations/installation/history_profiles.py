"""What the shop of the demo's year writes down about members, and what it thinks of them."""

from contextlib import suppress
from datetime import datetime, timedelta

from walletpass.loyalty.identifiers import IdentifierKind
from walletpass.loyalty.local_days import local_day
from walletpass.loyalty.people import MemberStatus
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.cards.open_page import open_page
from walletpass.operations.customers.identifiers import add_identifier, verify_identifier
from walletpass.operations.customers.photo import set_photo
from walletpass.operations.customers.profile import change_profile, load_profile
from walletpass.operations.customers.status import set_status
from walletpass.operations.customers.tags import add_tag
from walletpass.operations.installation.at import at
from walletpass.operations.installation.history_counter import Counter
from walletpass.operations.installation.history_members import Member
from walletpass.operations.installation.history_people import Person
from walletpass.operations.installation.history_portraits import draw_portrait
from walletpass.operations.installation.history_shop import HONOURED, ZONE
from walletpass.operations.services import Services
from walletpass.operations.tiers.give import give_tier

_HONOURED_FOR = timedelta(days=90)


def write_down(counter: Counter, member: Member, person: Person, now: datetime) -> None:
    known, notes = _know(counter, member, now), person.notes
    if notes is None:
        return
    seen = load_profile(*known).about.revision
    assert not change_profile(*known, seen, {"town": notes.town, "description": notes.description})
    add_tag(*known, notes.tag)
    add_identifier(*known, IdentifierKind.PHONE, notes.phone)
    add_identifier(*known, IdentifierKind.EXTERNAL, notes.till_number)
    if notes.portrait:
        set_photo(*known, draw_portrait(*notes.portrait))


def take_address(counter: Counter, member: Member, person: Person, now: datetime) -> None:
    """One that is theirs: they showed a letter to it."""
    known, notes = _know(counter, member, now), person.notes
    if notes is not None:
        verify_identifier(*known, add_identifier(*known, IdentifierKind.EMAIL, notes.email))


def look_at_card(counter: Counter, member: Member, person: Person, now: datetime) -> None:
    """Who has lost a phone has its address no longer."""
    with suppress(Refusal):
        open_page(at(counter.services, now), member.page_key, person.language)


def honour(counter: Counter, member: Member, now: datetime) -> None:
    """With a tier that they have not earned, for a while."""
    through = local_day(now + _HONOURED_FOR, ZONE)
    counter.post(member, now, lambda services, request: give_tier(services, request, HONOURED, through))


def judge(counter: Counter, member: Member, status: MemberStatus, now: datetime) -> None:
    """On both cards of somebody who has two: one that stays blocked would block both once they are merged."""
    for each in filter(None, (member, member.first)):
        set_status(*_know(counter, each, now), status)


def _know(counter: Counter, member: Member, now: datetime) -> tuple[Services, int, int]:
    return at(counter.services, now), counter.merchant_id, member.account_id
