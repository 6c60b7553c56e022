"""The `walletpass` command: one file per group of subcommands, loaded when first used."""

from importlib import import_module

import click

_COMMANDS = {
    "booking": "walletpass.cli.bookings",
    "card": "walletpass.cli.cards",
    "certs": "walletpass.cli.certs",
    "check-in": "walletpass.cli.check_in",
    "correction": "walletpass.cli.corrections",
    "demo": "walletpass.cli.installation",
    "doctor": "walletpass.cli.doctor",
    "due": "walletpass.cli.due",
    "gift-card": "walletpass.cli.gift_cards",
    "google": "walletpass.cli.google",
    "init": "walletpass.cli.installation",
    "ledger": "walletpass.cli.ledger",
    "member": "walletpass.cli.members",
    "most-loyal": "walletpass.cli.most_loyal",
    "pass": "walletpass.cli.passes",
    "program": "walletpass.cli.programs",
    "roll-out": "walletpass.cli.roll_outs",
    "serve": "walletpass.cli.serve",
    "simulate": "walletpass.cli.simulate",
    "staff": "walletpass.cli.installation",
    "worker": "walletpass.cli.serve",
}
"""Subcommand -> module that defines it as a click command under the same name (`pass_` for `pass`, `roll_out` for
`roll-out`)."""


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        module = import_module(_COMMANDS[name])
        name = name.replace("-", "_")
        command = getattr(module, name, None) or getattr(module, f"{name}_")
        assert isinstance(command, click.Command)
        return command


@click.command(cls=_Lazy)
@click.version_option(package_name="walletpass")
def main() -> None:
    """Loyalty cards for Apple Wallet and Google Wallet."""
