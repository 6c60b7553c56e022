"""Every shop of the installation that can be joined."""

from dataclasses import dataclass

from walletpass.loyalty.program_document import load_program
from walletpass.loyalty.telling import tell_deal
from walletpass.loyalty.wording import Sentence
from walletpass.operations.services import Services
from walletpass.store import merchants


@dataclass(frozen=True, slots=True)
class Shop:
    name: str
    code: str
    """In the join address."""
    deal: Sentence


def list_shops(services: Services) -> list[Shop]:
    """In the order in which they came."""
    with services.reading() as tx:
        rows = merchants.list_active_programs(tx)
    return [Shop(row.merchant_name, row.code, tell_deal(load_program(row.rules))) for row in rows]
