"""People on the staff of tests' shops, whose password is weighed in no time."""

from argon2 import PasswordHasher
from support.shops import Shop

from walletpass.operations.staffing.sign_in import StaffRole
from walletpass.store import staff
from walletpass.store.statements import add

PASSWORD = "a password for tests"
_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
"""As weak as can be: a real one takes longer than most tests, to make and to check."""


def add_person(shop: Shop, merchant_id: int | None, role: StaffRole, name: str, email: str) -> int:
    with shop.services.transaction() as tx:
        return add(
            tx,
            staff.staff,
            merchant_id=merchant_id,
            role=role.value,
            email=email,
            name=name,
            language="en",
            password_hash=_HASH,
            created_at=shop.clock.now(),
        )
