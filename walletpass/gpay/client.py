"""What one service account can do at Google Wallet.

https://developers.google.com/wallet/reference/rest
"""

import time
from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from typing import Self

import orjson

from walletpass.gpay.addresses import API, check_address
from walletpass.gpay.answers import Document
from walletpass.gpay.call import Call, path_to
from walletpass.gpay.collection import Collection
from walletpass.gpay.errors import Cause, Failure, WalletError
from walletpass.gpay.retries import Patience
from walletpass.gpay.sender import Sender
from walletpass.gpay.service_account import ServiceAccount
from walletpass.gpay.session import Sessions
from walletpass.gpay.throttle import Throttle
from walletpass.gpay.timer import Timer


class WalletClient:
    """Every method may be called from any thread; those that send raise WalletError.

    `throttle` is to be shared by all clients of the process. `base_url` must be https, but in development; raises
    ValueError.
    """

    classes: Collection
    objects: Collection

    def __init__(
        self,
        account: ServiceAccount,
        throttle: Throttle,
        *,
        base_url: str = API,
        is_development: bool = False,
        patience: Patience | None = None,
        timer: Timer = time,
    ) -> None:
        address = check_address(base_url, is_development)
        sessions = Sessions(account, address, timer)
        self._use(Sender(address, sessions, throttle, patience or Patience(), timer))

    def with_patience(self, patience: Patience) -> Self:
        """The same client, with the same connections, for somebody who can wait more or less."""
        other = copy(self)
        other._use(replace(self._sender, patience=patience))
        return other

    @property
    def patience(self) -> Patience:
        return self._sender.patience

    def insert_jwt(self, jwt: str) -> str:
        """Create now what a save link would create, however long it is. The short link to save it by."""
        address = self._sender.send(Call("POST", path_to("jwt"), {"jwt": jwt})).get("saveUri")
        if not isinstance(address, str):
            raise WalletError(Failure(Cause.UNREADABLE))
        return address

    def validate_jwt(self, jwt: str) -> None:
        """Have a save link's token checked by Google; nothing is created."""
        self._sender.send(Call("POST", path_to("jwt", "validate"), {"jwtResource": {"jwt": jwt}}))

    def validate(self, payload: Document) -> None:
        """The same for `{"loyaltyClasses": […], "loyaltyObjects": […]}`, unsigned."""
        told = {"jsonResource": {"json": orjson.dumps(payload).decode()}}
        self._sender.send(Call("POST", path_to("jwt", "validate"), told))

    def send_batch(self, calls: Sequence[Call]) -> list[Document | Failure]:
        """One outcome for each call, in their order; what failed is not tried again. Each counts at the throttle.

        Raises ValueError for none or too many.
        """
        return self._sender.send_batch(calls)

    def close(self) -> None:
        """No other thread may be sending."""
        self._sender.sessions.close()

    def _use(self, sender: Sender) -> None:
        self._sender = sender
        self.classes = Collection(sender, "loyaltyClass", "issuerId")
        self.objects = Collection(sender, "loyaltyObject", "classId")
