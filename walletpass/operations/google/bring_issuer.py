"""A merchant's own issuer account at Google, in place of the operator's."""

from walletpass.gpay.service_account import parse_service_account
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.services import Services
from walletpass.settings import WalletMode, read_issuer_id
from walletpass.store import google
from walletpass.store.halts import end_halt, google_halts


def bring_issuer(services: Services, merchant_id: int, issuer_id: str, key: bytes) -> None:
    """`key`: the contents of its service account's JSON key file. New cards are that issuer's from now on; cards that
    were saved before stay the operator's and follow no more.

    Raises Refusal bad_issuer, ServiceAccountRefused.
    """
    try:
        read_issuer_id(issuer_id)
    except ValueError:
        raise Refusal("bad_issuer") from None
    if not issuer_id:
        raise Refusal("bad_issuer")
    parse_service_account(key, is_development=services.settings.google_wallet is not WalletMode.LIVE)
    sealed = services.vault.seal(key.decode("utf-8-sig"))
    with services.transaction() as tx:
        google.keep_google_account(tx, merchant_id, issuer_id, sealed, services.clock.now())
        end_halt(tx, google_halts, issuer_id)


def give_up_issuer(services: Services, merchant_id: int) -> None:
    """Back to the operator's. Doing it twice does nothing more."""
    with services.transaction() as tx:
        account = google.find_google_account(tx, merchant_id)
        if account is not None:
            google.forget_google_account(tx, merchant_id)
            end_halt(tx, google_halts, account.issuer_id)
