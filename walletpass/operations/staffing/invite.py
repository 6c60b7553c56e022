"""Invite people, and let them choose a password through a link that works once."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from walletpass.loyalty.identifiers import read_email, read_name
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.wording import sentence
from walletpass.operations.delivery.letters import put_letter
from walletpass.operations.services import Services
from walletpass.operations.staffing.passwords import hash_password
from walletpass.operations.staffing.sign_in import Person, StaffRole
from walletpass.store import merchants, staff
from walletpass.store.session import Transaction
from walletpass.store.statements import add, change

_INVITATION_LASTS = timedelta(days=7)
_RESET_LASTS = timedelta(hours=2)


def invite(
    services: Services, merchant_id: int | None, role: StaffRole, name: str, email: str, language: str
) -> str:
    """The link, which goes to the person by e-mail too. Raises Refusal bad_email, bad_name, email_taken."""
    with services.transaction() as tx:
        return invite_within(services, tx, merchant_id, role, name, email, language)


def invite_within(
    services: Services,
    tx: Transaction,
    merchant_id: int | None,
    role: StaffRole,
    name: str,
    email: str,
    language: str,
) -> str:
    """The same as a part of something larger."""
    address, called, now = read_email(email), read_name(name), services.clock.now()
    person = staff.find_staff_by_email(tx, address)
    works_here = person is not None and person.active and person.password_hash is not None
    if works_here or (person is not None and person.merchant_id != merchant_id):
        raise Refusal("email_taken")
    values = {"merchant_id": merchant_id, "role": role.value, "name": called, "language": language}
    if person is None:
        staff_id = add(tx, staff.staff, email=address, created_at=now, **values)
    else:
        staff_id = int(person.id)
        change(tx, staff.staff, staff_id, active=True, **values)
    token = _new_link(services, tx, staff_id, "invitation", now + _INVITATION_LASTS)
    link = services.links.invitation(token)
    _write_invitation(services, tx, merchant_id, address, language, link, now)
    return link


def send_password_link(services: Services, email: str) -> str | None:
    """By e-mail, if somebody with that address works here; the caller must not say whether.

    The link is returned for the command line alone.
    """
    now = services.clock.now()
    try:
        address = read_email(email)
    except Refusal:
        return None
    with services.transaction() as tx:
        person = staff.find_staff_by_email(tx, address)
        if person is None or not person.active:
            return None
        link = services.links.password_reset(
            _new_link(services, tx, person.id, "password", now + _RESET_LASTS)
        )
        put_letter(
            services,
            tx,
            address,
            person.language,
            sentence("Choose a new password"),
            sentence(
                "Choose a new password here:\n%(link)s\n\nThe link works once, for two hours. If you did not "
                "ask for it, you need not do anything.",
                link=link,
            ),
            now,
        )
    return link


def is_good_link(services: Services, purpose: str, token: str) -> bool:
    """`purpose`: invitation or password."""
    with services.reading() as tx:
        digest = services.vault.digest("staff link", token)
        return staff.find_link(tx, purpose, digest, services.clock.now()) is not None


def choose_password(services: Services, purpose: str, token: str, password: str) -> Person:
    """Ends the person's other sessions. Raises Refusal weak_password, bad_link."""
    hashed = hash_password(password)
    with services.transaction() as tx:
        digest = services.vault.digest("staff link", token)
        staff_id = staff.use_link(tx, purpose, digest, services.clock.now())
        row: Any = staff.find_staff(tx, staff_id) if staff_id is not None else None
        if row is None or not row.active:
            raise Refusal("bad_link")
        change(tx, staff.staff, row.id, password_hash=hashed, session_number=row.session_number + 1)
        return Person.of(staff.find_staff(tx, row.id))


def deactivate(services: Services, by: Person, staff_id: int) -> None:
    """Raises Refusal unknown_person, last_owner."""
    with services.transaction() as tx:
        row = staff.find_staff(tx, staff_id)
        if row is None or row.merchant_id is None or row.merchant_id != by.merchant_id:
            raise Refusal("unknown_person")
        if row.role == StaffRole.OWNER and staff.count_active_owners(tx, row.merchant_id) < 2:
            raise Refusal("last_owner")
        change(tx, staff.staff, staff_id, active=False, session_number=row.session_number + 1)


def list_people(services: Services, merchant_id: int | None) -> list[Any]:
    """Of a merchant, or the operators: rows with name, email, role, active, whether a password was chosen, and the
    location where they work."""
    with services.reading() as tx:
        return [
            {
                "id": row.id,
                "name": row.name,
                "email": row.email,
                "role": row.role,
                "active": row.active,
                "invited": row.password_hash is None,
                "location_id": row.location_id,
            }
            for row in staff.list_staff(tx, merchant_id)
        ]


def _new_link(services: Services, tx: Transaction, staff_id: int, purpose: str, until: datetime) -> str:
    token = secrets.token_urlsafe(24)
    digest = services.vault.digest("staff link", token)
    add(tx, staff.staff_links, staff_id=staff_id, purpose=purpose, digest=digest, expires_at=until)
    return token


def _write_invitation(
    services: Services,
    tx: Transaction,
    merchant_id: int | None,
    email: str,
    language: str,
    link: str,
    now: datetime,
) -> None:
    shop = merchants.find_merchant(tx, merchant_id) if merchant_id is not None else None
    put_letter(
        services,
        tx,
        email,
        language,
        sentence("Your access to %(shop)s", shop=shop.name if shop is not None else "walletpass"),
        sentence("Choose your password here:\n%(link)s\n\nThe link works once, for seven days.", link=link),
        now,
    )
