"""A merchant's own pass type, in place of the operator's."""

from walletpass.loyalty.refusals import Refusal
from walletpass.operations.passes.operators import find_operators
from walletpass.operations.services import Services
from walletpass.pkpass.refusals import CertificateRefused
from walletpass.store import merchants
from walletpass.store.pass_types import give_to_merchant, take_from_merchant
from walletpass.store.session import Transaction


def bring_pass_type(services: Services, merchant_id: int, pass_type: str) -> None:
    """Passes are of this type from their next download on; those that phones hold stay what they are and follow.

    Raises Refusal unknown_pass_type, expired_pass_type, operators_pass_type, taken_pass_type.
    """
    with services.transaction() as tx:
        bring_within(services, tx, merchant_id, pass_type)


def bring_within(services: Services, tx: Transaction, merchant_id: int, pass_type: str) -> None:
    """Of an open transaction."""
    _check_certificate(services, pass_type)
    operators = find_operators(services, tx)
    if operators is not None and operators.name == pass_type and not operators.can_move:
        raise Refusal("operators_pass_type")
    give_to_merchant(tx, merchant_id, pass_type)
    owners = [row.id for row in merchants.list_merchants(tx) if row.pass_type_identifier == pass_type]
    if owners != [merchant_id]:
        raise Refusal("taken_pass_type")


def give_up_pass_type(services: Services, merchant_id: int) -> None:
    """Back to the operator's. Doing it twice does nothing more."""
    with services.transaction() as tx:
        take_from_merchant(tx, merchant_id)


def list_free(services: Services) -> list[str]:
    """Those that nobody uses."""
    with services.reading() as tx:
        taken = {merchant.pass_type_identifier for merchant in merchants.list_merchants(tx)}
        operators = find_operators(services, tx)
    taken.add(operators.name if operators is not None else None)
    return [name for name in services.signers.pass_type_identifiers if name not in taken]


def _check_certificate(services: Services, pass_type: str) -> None:
    try:
        services.signers.for_pass_type(pass_type, services.clock.now())
    except CertificateRefused as refused:
        has_expired = refused.reason.code == "outside_validity" or services.signers.has_expired(pass_type)
        raise Refusal("expired_pass_type" if has_expired else "unknown_pass_type") from refused
