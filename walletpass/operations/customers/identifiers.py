"""Addresses and numbers by which a customer is found."""

from walletpass.loyalty.identifiers import READERS, IdentifierKind
from walletpass.loyalty.people import MOST_IDENTIFIERS
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.cards.own_account import lock_holder
from walletpass.operations.services import Services
from walletpass.store import people
from walletpass.store.statements import add, change


def add_identifier(
    services: Services, merchant_id: int, account_id: int, kind: IdentifierKind, text: str
) -> int:
    """Its id, also where the customer has it already.

    Raises Refusal bad_email, bad_phone, bad_external_id, identifier_taken, too_many_identifiers, unknown_card,
    void_card.
    """
    value = READERS[kind](text)
    digest = services.vault.digest(kind, value)
    with services.transaction() as tx:
        member_id = lock_holder(tx, merchant_id, account_id).member_id
        known = people.find_identifier(tx, merchant_id, kind, digest)
        if known is not None:
            if known.member_id != member_id:
                raise Refusal("identifier_taken")
            return int(known.id)
        if len(people.list_identifiers(tx, member_id)) >= MOST_IDENTIFIERS:
            raise Refusal("too_many_identifiers", most=MOST_IDENTIFIERS)
        new = {"kind": kind.value, "digest": digest, "sealed": services.vault.seal(value)}
        return add(tx, people.identifiers, merchant_id=merchant_id, member_id=member_id, **new)


def remove_identifier(services: Services, merchant_id: int, account_id: int, identifier_id: int) -> None:
    """Raises Refusal unknown_identifier, unknown_card, void_card."""
    with services.transaction() as tx:
        member_id = lock_holder(tx, merchant_id, account_id).member_id
        if not people.remove_identifier(tx, member_id, identifier_id):
            raise Refusal("unknown_identifier")


def verify_identifier(services: Services, merchant_id: int, account_id: int, identifier_id: int) -> None:
    """Somebody who works here saw that it is theirs; with a code by e-mail members prove it themselves.

    Raises Refusal unknown_identifier, unknown_card, void_card.
    """
    with services.transaction() as tx:
        member_id = lock_holder(tx, merchant_id, account_id).member_id
        if identifier_id not in {row.id for row in people.list_identifiers(tx, member_id)}:
            raise Refusal("unknown_identifier")
        change(tx, people.identifiers, identifier_id, verified_at=services.clock.now())


def digest_readings(services: Services, text: str) -> list[bytes]:
    """The text as each kind of identifier that it can be read as."""
    digests = []
    for kind, read in READERS.items():
        try:
            digests.append(services.vault.digest(kind, read(text)))
        except Refusal:
            continue
    return digests
