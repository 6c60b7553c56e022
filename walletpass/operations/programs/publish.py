"""Publish a new version of a programme's rules."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from walletpass.loyalty.program import Asks, Migration, Milestone, Program
from walletpass.loyalty.program_document import read_program
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.wording import Sentence
from walletpass.operations.programs.check import check_succession
from walletpass.operations.programs.rules import add_version, get_rules_in
from walletpass.operations.roll_outs.start import start
from walletpass.operations.services import Services
from walletpass.store.roll_outs import Reason


def publish(
    services: Services,
    merchant_id: int,
    number: int,
    program: Program,
    migration: Migration = Migration.MOVE_ALL,
    unread: Iterable[Sentence] = (),
) -> int:
    """The new version's number; `number` is the one that the author saw; `unread` as for `check_succession`.

    Raises Refusal stale_page, unknown_program; BadProgram with everything that is wrong.
    """
    with services.transaction() as tx:
        present = get_rules_in(tx, merchant_id)
        if present.number != number:
            raise Refusal("stale_page")
        check_succession(tx, merchant_id, present.program, program, unread)
        add_version(services, tx, present.program_id, number + 1, program, migration)
        start(services, tx, present.program_id, Reason.RULES)
    return number + 1


def publish_document(
    services: Services, merchant_id: int, number: int, document: Any, migration: Migration
) -> int:
    """What a file says. Raises as `publish` does."""
    program, unread = read_program(document)
    return publish(services, merchant_id, number, program, migration, unread)


def publish_rules(
    services: Services, merchant_id: int, number: int, milestones: Iterable[Milestone], asks: Asks
) -> int:
    """What the page of rewards sets; the rest stays, as do the templates of milestones that stay.

    Raises as `publish` does.
    """
    with services.reading() as tx:
        present = get_rules_in(tx, merchant_id).program
    templates = {(known.at, known.reward): known.template for known in present.milestones}
    kept = (replace(each, template=templates.get((each.at, each.reward), "")) for each in milestones)
    program = replace(present, milestones=tuple(kept), asks=asks)
    return publish(services, merchant_id, number, program)
