"""Move all that an account has or owes to another one of the same person."""

from walletpass.loyalty.ledger import Line
from walletpass.loyalty.merging import move_lots
from walletpass.loyalty.units import Unit
from walletpass.operations.posting.books import load_lot
from walletpass.operations.posting.outcome import Done
from walletpass.operations.posting.request import Desk, Post, Posting
from walletpass.operations.posting.write import write
from walletpass.operations.services import Services
from walletpass.store import accounts, lots
from walletpass.store.statements import change


def move_out(services: Services, left: Desk, staff_id: int | None) -> tuple[Line, ...]:
    """Written out of its ledger, which ends; the lines that bring it into the other."""
    account = left.account
    credits_, moves = lots.list_credits(left.tx, account.id), []
    for unit in Unit:
        held = [load_lot(row) for row in lots.list_open(left.tx, account.id, unit.value)]
        owed, rolling = (getattr(account, f"{unit.value}_{what}") for what in ("owed", "roll_to"))
        moves.append(move_lots(unit, held, owed, rolling, credits_))
    out = Posting(Done.MOVED, tuple(line for each in moves for line in each.out), carried={})
    write(services, left, out, Post(account.merchant_id, account.id, "", {}, staff_id))
    change(left.tx, accounts.accounts, account.id, state="merged", next_change_at=None, rings_at=None)
    return tuple(line for each in moves for line in each.into)
