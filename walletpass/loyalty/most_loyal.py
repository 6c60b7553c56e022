"""Who has been there most."""

from collections.abc import Mapping


def choose_most_loyal(measures: Mapping[int, int], most: int) -> tuple[int, ...]:
    """The ids with the highest measures, highest first; who did nothing is never among them.

    Who did as much as the last one chosen is chosen too, so there may be more than `most`.
    """
    ranked = sorted(((measure, member) for member, measure in measures.items() if measure > 0), reverse=True)
    if most < 1 or not ranked:
        return ()
    least, _ = ranked[min(most, len(ranked)) - 1]
    return tuple(member for measure, member in ranked if measure >= least)
