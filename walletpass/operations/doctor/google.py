"""Whether Google lets the operator's service account work, and what it holds of ours."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from walletpass.gpay.client import WalletClient
from walletpass.gpay.errors import WalletError
from walletpass.gpay.ids import ClassId
from walletpass.gpay.service_account import ServiceAccount, ServiceAccountRefused, read_service_account
from walletpass.operations.doctor.apple import judge
from walletpass.operations.doctor.database import reading
from walletpass.operations.doctor.finding import Verdict, failed, ok, skipped
from walletpass.operations.doctor.installation import Installation
from walletpass.operations.health import check_google_mode
from walletpass.settings import Settings, WalletMode
from walletpass.store.google import list_classes

_GO_LIVE = "Set GOOGLE_WALLET=live with GOOGLE_KEY and GOOGLE_ISSUER_ID to give out real ones."
_NOT_LIVE = skipped("Google is only asked when Google Wallet is live.")
_NOT_ASKED = skipped("Google was not asked: there are no credentials to ask with.")
_APPROVED = ("APPROVED", "approved")
"""Google also answers in its older spelling."""

Check = Callable[[Installation], Iterator[Verdict]]


def check_google(installation: Installation) -> Iterator[Verdict]:
    yield judge(check_google_mode(installation.settings.google_wallet), _GO_LIVE)


def _when_live(check: Check) -> Check:
    def guarded(installation: Installation) -> Iterator[Verdict]:
        if installation.settings.google_wallet is not WalletMode.LIVE:
            yield _NOT_LIVE
        else:
            yield from check(installation)

    return guarded


@_when_live
def check_credentials(installation: Installation) -> Iterator[Verdict]:
    path = installation.settings.google_key
    try:
        account = read_service_account(path)
    except ServiceAccountRefused as error:
        yield failed(f"{path}: {error}", "Set GOOGLE_KEY to the service account’s JSON key.")
    else:
        yield ok(f"The key of {account.email} is whole.")


@_when_live
def check_issuer(installation: Installation) -> Iterator[Verdict]:
    issuer_id = installation.settings.google_issuer_id
    if not issuer_id:
        yield failed(
            "It is not known for which issuer to work.",
            "Set GOOGLE_ISSUER_ID to the number that the Google Pay & Wallet console shows.",
        )
        return
    with _client(installation) as client:
        if client is None:
            yield _NOT_ASKED
            return
        try:
            next(client.classes.list_all(issuer_id, page_size=1), None)
        except WalletError as error:
            yield _tell(error)
        else:
            yield ok(f"Google lets the service account work for issuer {issuer_id}.")


@_when_live
def check_class(installation: Installation) -> Iterator[Verdict]:
    """Every class that was sent is there, and cards of it can be saved."""
    issuer_id = installation.settings.google_issuer_id
    with reading(installation) as tx:
        sent = [row for row in list_classes(tx, issuer_id) if row.sent] if tx is not None else []
    if not sent:
        yield skipped("No program was sent to Google yet: that happens with its first card.")
        return
    with _client(installation) as client:
        if client is None:
            yield _NOT_ASKED
            return
        try:
            there = {each["id"]: each.get("reviewStatus") for each in client.classes.list_all(issuer_id)}
        except WalletError as error:
            yield _tell(error)
        else:
            yield _judge_classes([str(ClassId(issuer_id, row.suffix)) for row in sent], there)


def _judge_classes(sent: list[str], there: dict[Any, Any]) -> Verdict:
    missing = [each for each in sent if each not in there]
    refused = [each for each in sent if each in there and there[each] not in _APPROVED]
    if missing:
        return failed(
            f"Google does not know {_count(missing)}.",
            "Check that GOOGLE_ISSUER_ID is still the same. A class is sent again with the next card of it.",
        )
    if refused:
        return failed(
            f"Google has not approved {_count(refused)}.",
            "Look at the class in the Google Pay & Wallet console: it says what to change.",
        )
    return ok(f"Google has approved all classes that were sent: {len(sent)}.")


def _count(classes: list[str]) -> str:
    named = ", ".join(islice(classes, 3))
    return named if len(classes) <= 3 else f"{named} and {len(classes) - 3} more classes"


@contextmanager
def _client(installation: Installation) -> Iterator[WalletClient | None]:
    account = _find_account(installation.settings)
    if account is None:
        yield None
        return
    client = installation.connect(account)
    try:
        yield client
    finally:
        client.close()


def _find_account(settings: Settings) -> ServiceAccount | None:
    try:
        return read_service_account(settings.google_key)
    except ServiceAccountRefused:
        return None


def _tell(error: WalletError) -> Verdict:
    return failed(str(error), str(error.failure.action))
