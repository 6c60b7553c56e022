"""Which branch this is: the person's own, unless another was chosen for the session."""

from collections.abc import Mapping

from flask import g, session

from walletpass.loyalty.refusals import Refusal

_CHOSEN = "branch"


def present_branch() -> int | None:
    """Id of the location where stamps are given now."""
    chosen = session.get(_CHOSEN, g.person.location_id)
    return None if chosen is None else int(chosen)


def settle_branch(opened: Mapping[int, str]) -> int | None:
    """The same, after a look at those that are open: the only one needs no choosing, a closed one is left."""
    if present_branch() not in opened:
        only = next(iter(opened)) if len(opened) == 1 else None
        settled = g.person.location_id if g.person.location_id in opened else only
        if present_branch() != settled:
            session[_CHOSEN] = settled
    return present_branch()


def choose_branch(opened: Mapping[int, str], given: str) -> None:
    """Raises Refusal unknown_location, also for another shop's."""
    found = next((location_id for location_id in opened if str(location_id) == given), None)
    if found is None:
        raise Refusal("unknown_location")
    session[_CHOSEN] = found
