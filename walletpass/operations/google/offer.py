"""The link by which a customer puts their card into Google Wallet."""

from typing import Any

from walletpass.gpay.errors import Verdict, WalletError
from walletpass.gpay.ids import ObjectId
from walletpass.gpay.save_link import LinkTooLong, build_full_save_link, build_save_link
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.google.halting import halt
from walletpass.operations.google.issuers import Issuer
from walletpass.operations.google.send import send_object
from walletpass.operations.google.show import Sight, find_class, load_sight, show_object, show_pictures
from walletpass.operations.services import Services
from walletpass.store import accounts, google
from walletpass.store.session import Transaction


def offer_google(services: Services, page_key: str) -> str:
    """Tell Google of the card as it is now, and return the link: short, and a secret until it is used.

    Raises Refusal unknown_page, closed_account, wallet_off, google_unavailable.
    """
    with services.transaction() as tx:
        account = accounts.find_account_by_page_key(tx, services.vault.digest("page key", page_key))
        if account is None:
            raise Refusal("unknown_page")
        if account.state != "active":
            raise Refusal("closed_account")
        issuer = services.google.of_merchant(tx, services.vault, account.merchant_id)
        if issuer is None:
            raise Refusal("wallet_off")
        object_id = _find_object(services, tx, account, issuer)
    sight = load_sight(services, object_id)
    if sight is None:
        raise Refusal("google_unavailable")
    return _link(services, sight)


def _find_object(services: Services, tx: Transaction, account: Any, issuer: Issuer) -> int:
    known = google.find_object_of_account(tx, account.id, issuer.id)
    if known is not None:
        return int(known.id)
    return google.make_object(
        tx,
        account_id=account.id,
        class_id=find_class(tx, account, issuer.id).id,
        issuer_id=issuer.id,
        suffix=ObjectId.at_random(issuer.id).suffix,
        created_at=services.clock.now(),
    )


def _link(services: Services, sight: Sight) -> str:
    """Where Google cannot be reached now, a link that carries the card itself: its class must be there already."""
    now, issuer = services.clock.now(), sight.issuer
    client = issuer.client.with_patience(issuer.patience)
    try:
        send_object(services, sight, now, notify=False, client=client)
    except WalletError as error:
        if error.failure.verdict is Verdict.HALT:
            with services.transaction() as tx:
                halt(tx, issuer.id, error.failure, now)
        if error.failure.verdict is not Verdict.LATER or not sight.class_sent:
            raise Refusal("google_unavailable") from error
        document = show_object(services, sight, show_pictures(services, sight))
        try:
            return build_full_save_link(issuer.account, document, now, save_page=issuer.save_page)
        except LinkTooLong:
            raise Refusal("google_unavailable") from error
    return build_save_link(
        issuer.account, str(sight.object_id), str(sight.class_id), now, save_page=issuer.save_page
    )
