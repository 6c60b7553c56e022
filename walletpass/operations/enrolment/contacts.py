"""Addresses by which a member is found."""

from walletpass.operations.services import Services
from walletpass.store import people
from walletpass.store.session import Transaction
from walletpass.store.statements import add


def add_contact(
    services: Services, tx: Transaction, merchant_id: int, member_id: int, kind: str, value: str
) -> None:
    """What another member has given stays with them alone: nothing proves whose it is."""
    digest = services.vault.digest(kind, value)
    if people.find_identifier(tx, merchant_id, kind, digest) is None:
        given = {"kind": kind, "digest": digest, "sealed": services.vault.seal(value)}
        add(tx, people.identifiers, merchant_id=merchant_id, member_id=member_id, **given)
