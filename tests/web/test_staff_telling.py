"""What the counter says after something was done."""

import pytest

from walletpass.operations.posting.outcome import Done, Outcome
from walletpass.translations import translator
from walletpass.web.staff.telling import tell_outcome


@pytest.mark.parametrize(
    ("done", "gained", "said"),
    [
        (Done.STAMPED, (), "Stamped. 4 of 5."),
        (Done.STAMPED, ("Tea",), "Stamped. Ready now: Tea. 4 of 5."),
        (Done.REDEEMED, (), "Redeemed. Hand it over! 4 of 5."),
        (Done.REDEEMED, ("Tea",), "Redeemed. Hand it over! 4 of 5. Ready now: Tea."),
        (Done.UNDONE, ("Tea", "Cake"), "Undone. 4 of 5. Ready now: Tea, Cake."),
    ],
)
def test_what_was_done_is_said_also_where_it_brought_something(
    done: Done, gained: tuple[str, ...], said: str
) -> None:
    outcome = Outcome(done, 1, "Anna", stamps=4, goal=5, added=1, gained=gained, ready=(), version=2)
    assert translator("en").say(tell_outcome(outcome, {})) == said
