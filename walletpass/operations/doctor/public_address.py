"""Whether the address that phones and people are given leads here."""

from collections.abc import Iterator
from typing import Any

import orjson

from walletpass.operations.doctor.ask import Answer, NobodyThere, Unanswered, ask
from walletpass.operations.doctor.finding import Verdict, failed, ok, skipped, warning
from walletpass.operations.doctor.installation import Installation
from walletpass.operations.health import name_installation
from walletpass.vault import SECRET_FILE, Vault, load_secret

_SET_IT = "Set PUBLIC_URL to the https address that customers use."
_LOOK_AT_PROXY = (
    "Look at the reverse proxy and at the name's DNS entry: all of PUBLIC_URL must lead to walletpass."
)


def check_public_address(installation: Installation) -> Iterator[Verdict]:
    address = installation.settings.public_url
    if not address.startswith("https:"):
        tell = failed if installation.is_live else warning
        if installation.is_on_loopback:
            yield tell(f"Only this machine reaches {address}.", _SET_IT)
        else:
            yield tell(f"{address} is not https: neither phones nor Google talk to it.", _SET_IT)
    try:
        yield _judge(installation, ask(f"{address}/healthz"))
    except Unanswered as why:
        if installation.is_on_loopback and isinstance(why, NobodyThere):
            yield skipped(
                f"Nobody answers at {address}: walletpass is not running.", "Start it: walletpass serve"
            )
        else:
            yield failed(f"{address} cannot be reached from here: {why}.", _LOOK_AT_PROXY)


def _judge(installation: Installation, answer: Answer) -> Verdict:
    address = installation.settings.public_url
    if answer.status == 503:
        return failed(f"What answers at {address} is not ready.", "Look at what is said of the database.")
    told = _read(answer)
    if told.get("status") != "ok":
        return failed(f"Something else than walletpass answers at {address}/healthz.", _LOOK_AT_PROXY)
    own = _own_name(installation)
    if own and told.get("installation") != own:
        return failed(
            f"Another installation of walletpass answers at {address}.",
            f"{_LOOK_AT_PROXY} Several machines of one installation share SECRET_KEY.",
        )
    return ok(f"{address} answers, and it is this installation.")


def _read(answer: Answer) -> dict[str, Any]:
    try:
        told = orjson.loads(answer.body) if answer.status == 200 else {}
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _own_name(installation: Installation) -> str:
    """Empty before the first start."""
    settings = installation.settings
    if not settings.secret_key and not (settings.data_dir / SECRET_FILE).exists():
        return ""
    return name_installation(Vault(load_secret(settings.secret_key, settings.data_dir)))
