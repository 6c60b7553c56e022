"""Why a card with enough on it brings nothing: for its holder to read."""

from typing import Any

from walletpass.loyalty.goals import has_reached
from walletpass.loyalty.rewards.withholding import tell_withheld
from walletpass.loyalty.units import Unit
from walletpass.loyalty.wording import Sentence
from walletpass.operations.posting.request import Desk
from walletpass.operations.posting.shelf import load_shelf
from walletpass.operations.programs.versions import load_version
from walletpass.operations.services import Services
from walletpass.store.session import Transaction


def find_withheld(services: Services, tx: Transaction, account: Any) -> Sentence | None:
    """By the rules that the card shows. Others may take the last one, so no version of the card says it."""
    version = account.program_version_id
    program = load_version(services, tx, version)
    held = {unit: getattr(account, unit.value) for unit in Unit}
    if not has_reached(program, held):
        return None
    now = services.clock.now()
    return tell_withheld(program, load_shelf(Desk(tx, account, program, version, version, now)), held, now)
