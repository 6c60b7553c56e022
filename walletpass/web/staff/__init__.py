"""Pages for the counter: scan, stamp, redeem, undo."""

from walletpass.web.staff.counter import staff_pages
from walletpass.web.staff.limits import limit_guesses

__all__ = ["limit_guesses", "staff_pages"]
