"""Join a programme: a member, an account and its card."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from walletpass.loyalty.places import Visit
from walletpass.loyalty.program import ProgramState, can_join
from walletpass.loyalty.program_document import load_program
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.birthdays.celebrate import await_birthday
from walletpass.operations.cards.scan_codes import give_codes
from walletpass.operations.enrolment.applicant import CONSENTS, Applicant
from walletpass.operations.enrolment.contacts import add_contact
from walletpass.operations.enrolment.restore import send_code
from walletpass.operations.enrolment.welcome import give_welcome
from walletpass.operations.referrals.code import check_referral_code
from walletpass.operations.referrals.note import Newcomer, note_join
from walletpass.operations.services import Services
from walletpass.store import accounts, changes, locations, merchants, people, roll_outs
from walletpass.store.session import Transaction
from walletpass.store.statements import add

_PAGE_KEY_BYTES = 18
_FORM_KEY = re.compile(r"[A-Za-z0-9_\-]{16,60}")


@dataclass(frozen=True, slots=True)
class Invitation:
    """By whom somebody was brought, as far as the door knows."""

    code: str = ""
    """Of the member who did; empty: nobody."""
    device: str = ""
    """What the newcomer's browser has kept since its first visit."""
    sender: str = ""
    """Where the request comes from: who guesses codes from there has to wait."""


_UNINVITED = Invitation()


@dataclass(frozen=True, slots=True)
class Joined:
    page_key: str
    """Empty where somebody with these contacts is a member already: a code went to their address."""
    identifier_id: int | None = None
    """Whose code is awaited then."""


def join(
    services: Services,
    program_code: str,
    applicant: Applicant,
    language: str,
    source: str,
    form_key: str,
    location_id: int | None = None,
    invitation: Invitation = _UNINVITED,
) -> Joined:
    """What a rule gives as a welcome is on the card at once. `form_key` was made with the form: sent twice, it joins
    once. A location that is not the merchant's is as none.

    Raises Refusal unknown_program, program_closed, bad_key; unknown_referral and too_many for the invitation's code.
    """
    if not _FORM_KEY.fullmatch(form_key):
        raise Refusal("bad_key")
    if invitation.code:
        check_referral_code(services, program_code, invitation.code, invitation.sender)
    page_key = services.vault.derive("page key", form_key)
    now = services.clock.now()

    def enter(tx: Transaction) -> Joined:
        program = merchants.find_program_by_code(tx, program_code)
        if program is None:
            raise Refusal("unknown_program")
        if accounts.find_account_by_page_key(tx, services.vault.digest("page key", page_key)) is not None:
            return Joined(page_key)
        if not can_join(ProgramState(program.state)):
            raise Refusal("program_closed")
        known = _find_known(services, tx, program.merchant_id, applicant)
        if known is not None:
            send_code(services, tx, known, applicant.email, program, language, now)
            return Joined("", known.id)
        member_id = _add_member(services, tx, program.merchant_id, applicant, language, source, now)
        usual = _find_branch(tx, program.merchant_id, location_id)
        account_id = open_account(services, tx, member_id, program, page_key, source, usual, now)
        rules = load_program(program.rules)
        give_welcome(services, tx, rules, account_id, usual)
        contacts = {"email": applicant.email, "phone": applicant.phone}
        newcomer = Newcomer(account_id, member_id, contacts, invitation.device)
        note_join(services, tx, program.id, rules, invitation.code, newcomer, now)
        return Joined(page_key)

    return services.try_twice(enter)


def open_account(
    services: Services,
    tx: Transaction,
    member_id: int,
    program: Any,
    page_key: str,
    source: str,
    usual: int | None,
    now: datetime,
) -> int:
    """An empty card by the newest design and rules, with codes of its own. `usual`: where its member came from."""
    # Without it a card could join by a design that is not the newest any more, behind the roll-out's back.
    merchants.hold_to_follow(tx, program.id)
    newest = roll_outs.get_newest(tx, program.id)
    if newest.design_version_id is None:
        raise Refusal("unknown_program")
    account_id = add(
        tx,
        accounts.accounts,
        member_id=member_id,
        program_id=program.id,
        joined_at=now,
        source=source,
        page_key_digest=services.vault.digest("page key", page_key),
        page_key_sealed=services.vault.seal(page_key),
        card_changed_at=now.replace(microsecond=0),
        card_tag=changes.take_tag(tx),
        design_version_id=newest.design_version_id,
        program_version_id=newest.program_version_id,
        shown_state=newest.shown_state,
        place_list_id=locations.get_present_list(tx, program.merchant_id, usual),
        visits=None if usual is None else [Visit(usual, 0, now)],
    )
    give_codes(services, tx, account_id, now)
    await_birthday(tx, account_id, ZoneInfo(program.rules["zone"]), people.get_member(tx, member_id), now)
    return account_id


def new_form_key() -> str:
    return secrets.token_urlsafe(_PAGE_KEY_BYTES)


def _find_branch(tx: Transaction, merchant_id: int, location_id: int | None) -> int | None:
    if location_id is None or locations.find_location(tx, merchant_id, location_id) is None:
        return None
    return location_id


def _find_known(services: Services, tx: Transaction, merchant_id: int, applicant: Applicant) -> Any:
    if not applicant.email:
        return None
    digest = services.vault.digest("email", applicant.email)
    return people.find_identifier(tx, merchant_id, "email", digest)


def _add_member(
    services: Services,
    tx: Transaction,
    merchant_id: int,
    applicant: Applicant,
    language: str,
    source: str,
    now: datetime,
) -> int:
    member_id = add(
        tx,
        people.members,
        merchant_id=merchant_id,
        name=applicant.name,
        language=language,
        birthday=applicant.birthday,
        joined_at=now,
    )
    for kind in ("email", "phone"):
        if value := getattr(applicant, kind):
            add_contact(services, tx, merchant_id, member_id, kind, value)
    people.add_consents(
        tx,
        (
            {
                "member_id": member_id,
                "purpose": purpose,
                "wording": CONSENTS[purpose].message,
                "source": source,
                "given_at": now,
            }
            for purpose in applicant.consents
        ),
    )
    return member_id
