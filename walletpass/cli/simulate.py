"""Stand-ins for Apple's and Google's side, to develop and test against: `walletpass simulate …`."""

import click

from walletpass.cli.simulate_apns import apns
from walletpass.cli.simulate_faults import faults
from walletpass.cli.simulated_android import android
from walletpass.cli.simulated_phone import phone


@click.group()
def simulate() -> None:
    """Play the wallets' part on this machine: a push service, phones."""


simulate.add_command(android)
simulate.add_command(apns)
simulate.add_command(faults)
simulate.add_command(phone)
