"""Which pass type is the operator's, of which all cards are whose shop brought none."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from walletpass.loyalty.refusals import Refusal
from walletpass.operations.services import Services
from walletpass.pkpass.signers import Signers
from walletpass.settings import Settings
from walletpass.store.pass_types import list_pass_types
from walletpass.store.session import Transaction


@dataclass(frozen=True, slots=True)
class OperatorsPassType:
    name: str
    is_settled: bool
    """It was named, or cards of it were issued."""
    others: tuple[str, ...] = ()
    """Which it could have been as well."""

    @property
    def can_move(self) -> bool:
        """Whether another may take its place without anybody's cards changing theirs."""
        return bool(self.others) and not self.is_settled


def get_operators(services: Services, tx: Transaction) -> OperatorsPassType:
    """Raises Refusal no_certificate."""
    operators = find_operators(services, tx)
    if operators is None:
        raise Refusal("no_certificate")
    return operators


def find_operators(services: Services, tx: Transaction) -> OperatorsPassType | None:
    return choose_operators(services.settings, services.signers, list_pass_types(tx))


def show_operators(services: Services) -> OperatorsPassType | None:
    with services.reading() as tx:
        return find_operators(services, tx)


def choose_operators(settings: Settings, signers: Signers, used: Iterable[Any]) -> OperatorsPassType | None:
    """The one that is named; else, of those that no shop ever brought, the one that was used first.

    `used`: rows of pass_types. What was used stays the operator's when its certificate has expired, so that nobody's
    pass type changes until it is renewed; only without any certificate of it in the folder is it another's turn.
    """
    if settings.apple_pass_type:
        return OperatorsPassType(settings.apple_pass_type, is_settled=True)
    owners = {row.pass_type_identifier: row.merchant_id for row in used}
    issued = [name for name, owner in owners.items() if owner is None and name in signers.pass_types_found]
    unused = [name for name in signers.pass_type_identifiers if name not in owners]
    match [*issued, *unused]:
        case [name, *others]:
            return OperatorsPassType(name, bool(issued), tuple(others))
    return None
