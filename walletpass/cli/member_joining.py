"""Joining a shop without its page: the commands `walletpass member join` and `invite`."""

from collections.abc import Mapping

import click

from walletpass.card.design import LANGUAGES
from walletpass.cli.at_counter import of_shop
from walletpass.cli.one_member import refuse_fields
from walletpass.cli.opened import find_shop, open_services
from walletpass.loyalty.identifiers import spell_code
from walletpass.loyalty.local_days import local_day
from walletpass.loyalty.program import Asks
from walletpass.operations.enrolment.applicant import CONSENTS, FIELD_NAMES, read_applicant
from walletpass.operations.enrolment.join import Invitation, new_form_key
from walletpass.operations.enrolment.join import join as join_program
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.referrals.code import get_referral_code

_SOURCE = "command line"


@click.command()
@of_shop
@click.option("--name", default="")
@click.option("--email", default="")
@click.option("--phone", default="")
@click.option("--birthday", default="", help="Such as 1990-12-31.")
@click.option("--agrees", type=click.Choice(list(CONSENTS)), multiple=True, help="To what they agreed.")
@click.option("--language", type=click.Choice(LANGUAGES), help="The shop's own where none is said.")
@click.option("--code", default="", help="The invitation code of whoever brought them.")
def join(shop: str, agrees: tuple[str, ...], language: str | None, code: str, **fields: str) -> None:
    """Let somebody join, and print the address of their card."""
    with open_services() as services:
        rules = get_rules(services, find_shop(services, shop).id)
        _refuse_unasked(rules.program.asks, fields)
        today = local_day(services.clock.now(), rules.program.zone)
        applicant, problems = read_applicant(rules.program.asks, fields, agrees, today)
        refuse_fields(FIELD_NAMES, problems)
        spoken, key = language or rules.merchant_language, new_form_key()
        joined = join_program(
            services, rules.code, applicant, spoken, _SOURCE, key, invitation=Invitation(code)
        )
        if joined.page_key:
            click.echo(services.links.card(joined.page_key))
        else:
            click.echo("They are a customer already; a code went to their address.")


def _refuse_unasked(asks: Asks, given: Mapping[str, str]) -> None:
    unasked = [f"--{field}" for field, text in given.items() if text and getattr(asks, field) is None]
    if unasked:
        raise click.UsageError(
            f"This programme does not ask for {', '.join(unasked)}."
            " See `member edit` and `member add-identifier` for what is known of a customer."
        )


@click.command()
@of_shop
@click.argument("account", type=click.IntRange(1))
def invite(shop: str, account: int) -> None:
    """Print the address with which a customer brings friends, and their code."""
    with open_services() as services:
        merchant_id = find_shop(services, shop).id
        code = get_referral_code(services, merchant_id, account)
        click.echo(services.links.invite(get_rules(services, merchant_id).code, code))
        click.echo(spell_code(code))
