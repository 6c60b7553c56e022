"""Find a customer by whatever they say or show."""

from dataclasses import dataclass

from walletpass.loyalty.refusals import Refusal
from walletpass.operations.cards.find_card import get_account_by_code
from walletpass.operations.customers.identifiers import digest_readings
from walletpass.operations.services import Services
from walletpass.store import accounts, people
from walletpass.store.session import Transaction


@dataclass(frozen=True, slots=True)
class Match:
    account_id: int
    name: str
    by: str
    """code, or the kind of the identifier."""


def find_member(services: Services, merchant_id: int, text: str) -> tuple[Match, ...]:
    """By a scan code, the number of a printed card, an e-mail address, a telephone number or a till's number.

    Usually one. More where a text means several things, one customer's telephone and another's number in the till:
    then somebody has to choose. Nobody: empty. Raises Refusal void_card where it is a revoked code and nothing else.
    """
    with services.snapshot() as tx:
        by_code, refusal = _by_code(services, tx, merchant_id, text)
        found = [("code", account_id) for account_id in by_code]
        found += _by_identifier(services, tx, merchant_id, text)
        if refusal is not None and not found:
            raise refusal
        unique = {account_id: by for by, account_id in reversed(found)}
        named = accounts.list_names(tx, unique)
    return tuple(Match(row.id, row.name, unique[row.id]) for row in named)


def get_member(services: Services, merchant_id: int, text: str) -> int:
    """The account's id, where it can only be one. Raises Refusal unknown_card, void_card, several_found."""
    matches = find_member(services, merchant_id, text)
    if not matches:
        raise Refusal("unknown_card")
    if len(matches) > 1:
        raise Refusal("several_found")
    return matches[0].account_id


def _by_code(
    services: Services, tx: Transaction, merchant_id: int, text: str
) -> tuple[list[int], Refusal | None]:
    try:
        return [get_account_by_code(services, tx, merchant_id, text)], None
    except Refusal as refusal:
        return [], refusal if refusal.code == "void_card" else None


def _by_identifier(services: Services, tx: Transaction, merchant_id: int, text: str) -> list[tuple[str, int]]:
    return [
        (identifier.kind, account_id)
        for identifier in people.find_by_digests(tx, merchant_id, digest_readings(services, text))
        for account_id in accounts.list_ids_of_member(tx, identifier.member_id)
    ]
