"""The first people of an installation."""

from walletpass.loyalty.identifiers import read_email, read_name
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.installation.add_merchant import NewMerchant, add_merchant
from walletpass.operations.services import Services
from walletpass.operations.staffing.passwords import hash_password
from walletpass.operations.staffing.sign_in import StaffRole
from walletpass.store import staff
from walletpass.store.session import Transaction
from walletpass.store.statements import add


def add_person(
    services: Services,
    tx: Transaction,
    merchant_id: int | None,
    role: StaffRole,
    name: str,
    email: str,
    password: str,
    language: str,
) -> int:
    """Somebody with a password already. Raises Refusal bad_email, bad_name, email_taken, weak_password."""
    address = read_email(email)
    if staff.find_staff_by_email(tx, address) is not None:
        raise Refusal("email_taken")
    return add(
        tx,
        staff.staff,
        merchant_id=merchant_id,
        role=role.value,
        email=address,
        name=read_name(name),
        language=language,
        password_hash=hash_password(password),
        created_at=services.clock.now(),
    )


def is_known(services: Services, email: str) -> bool:
    """Whether somebody with this address is here already. Raises Refusal bad_email."""
    with services.reading() as tx:
        return staff.find_staff_by_email(tx, read_email(email)) is not None


def init(services: Services, operator: tuple[str, str], new: NewMerchant, owner: tuple[str, str, str]) -> int:
    """Operator (e-mail, password), a merchant, and its owner (name, e-mail, password): all or nothing.

    The operator stays as they are where one with this address is here already. The merchant's id.
    """
    with services.transaction() as tx:
        if staff.find_staff_by_email(tx, read_email(operator[0])) is None:
            add_person(services, tx, None, StaffRole.OPERATOR, "Operator", *operator, new.language)
        merchant_id = add_merchant(services, tx, new)
        add_person(services, tx, merchant_id, StaffRole.OWNER, *owner, new.language)
    return merchant_id
