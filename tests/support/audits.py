"""What `walletpass ledger verify` finds in a shop, and a sledgehammer to give it something to find."""

from support.shops import Shop

from walletpass.operations.ledger.found import Found
from walletpass.operations.ledger.verify import verify


def find_breaches(shop: Shop) -> list[Found]:
    found: list[Found] = []
    verify(shop.services, shop.merchant_id, found.append)
    return found


def tamper(shop: Shop, *statements: str) -> None:
    """Past all code that keeps things right."""
    with shop.services.transaction() as tx:
        for statement in statements:
            tx.exec_driver_sql(statement)
