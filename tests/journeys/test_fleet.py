"""Phones, staff, and an installation whose processes are killed. `make soak` does at length what is short here."""

from pathlib import Path

from support.soaks import Plan, running_soak
from support.truths import find_old_copies, find_untrue_stamps


def test_every_phone_shows_the_ledgers_truth_whatever_was_killed(
    plan: Plan, soak_database: str, tmp_path: Path
) -> None:
    """No stamp that staff were told of is missing, none counts twice, and no log holds what lets somebody in."""
    print(plan)
    with running_soak(plan, tmp_path, soak_database) as soak:
        given = soak.storm()
        untrue = soak.calm()
        said = soak.installation.said
        print(dict(soak.events), soak.fleet.tally.total.line(), said, sep="\n")
        assert sum(len(member.phone.wallet.cards) for member in soak.fleet.members) > plan.phones // 2
        assert not untrue
        assert not list(find_old_copies(soak.fleet.members))
        assert not list(find_untrue_stamps(soak.services, soak.shop.merchant_id, given))
    assert "Traceback" not in said
    assert not [secret for secret in soak.find_secrets() if secret in said]
