"""All classes, or all objects: what can be done with one of them.

https://developers.google.com/wallet/reference/rest/v1/loyaltyclass
https://developers.google.com/wallet/reference/rest/v1/loyaltyobject
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from walletpass.gpay.answers import Document, documents_in
from walletpass.gpay.call import Call, path_to
from walletpass.gpay.errors import Cause, Failure, WalletError
from walletpass.gpay.retries import Tries
from walletpass.gpay.sender import Sender

_PAGE = 100


@dataclass(frozen=True, slots=True)
class Collection:
    """A document is a JSON object with its `id`; nobody's id is ever free again: there is no deleting.

    Every method that sends raises WalletError and gives back what Google holds now.
    """

    sender: Sender
    name: str
    parent: str
    """What a list is asked by."""

    def to_get(self, id_: str) -> Call:
        return Call("GET", path_to(self.name, id_))

    def to_insert(self, document: Document) -> Call:
        return Call("POST", path_to(self.name), document)

    def to_patch(self, document: Document) -> Call:
        """Changes the members that are there; an array or object is replaced as a whole."""
        return Call("PATCH", path_to(self.name, document["id"]), document)

    def to_update(self, document: Document) -> Call:
        """Replaces everything: what is not there is cleared."""
        return Call("PUT", path_to(self.name, document["id"]), document)

    def get(self, id_: str) -> Document:
        return self.sender.send(self.to_get(id_))

    def insert(self, document: Document) -> Document:
        return self.sender.send(self.to_insert(document))

    def patch(self, document: Document) -> Document:
        return self.sender.send(self.to_patch(document))

    def update(self, document: Document) -> Document:
        return self.sender.send(self.to_update(document))

    def insert_or_patch(self, document: Document) -> Document:
        """For what is probably new; also after an insert whose answer was lost."""
        try:
            return self.insert(document)
        except WalletError as error:
            if error.failure.cause is not Cause.EXISTS:
                raise
        return self.patch(document)

    def patch_or_insert(self, document: Document) -> Document:
        """For what is probably there. `document` must be whole."""
        try:
            return self.patch(document)
        except WalletError as error:
            if error.failure.cause is not Cause.MISSING:
                raise
        return self.insert_or_patch(document)

    def list_all(self, parent_id: str, page_size: int = _PAGE) -> Iterator[Document]:
        """The classes of an issuer, or the objects of a class; a page is held at a time."""
        seen, token = set[str](), ""
        while token not in seen:
            seen.add(token)
            query = {self.parent: parent_id, "maxResults": str(page_size), "token": token}
            page = self.sender.send(Call("GET", path_to(self.name, **query)))
            yield from documents_in(page.get("resources"))
            token = _next_token(page)
            if not token:
                return
        raise WalletError(Failure(Cause.UNREADABLE))

    def add_message(self, id_: str, message: Document, look_first: bool = False) -> Document:
        """`message` must have an `id`: after a result that is unclear it is looked for before it is sent again.

        `look_first`: an earlier call ended in a failure that `is_unclear`.
        """
        if not message.get("id"):
            raise ValueError("a message needs an id to be recognised by")
        in_doubt = look_first

        def attempt(tries: Tries) -> Document | Failure:
            nonlocal in_doubt
            outcome = self._add_once(id_, message, in_doubt, tries)
            if isinstance(outcome, Failure):
                in_doubt |= outcome.is_unclear
                return replace(outcome, is_unclear=in_doubt)
            return outcome

        return self.sender.insist(attempt)

    def _add_once(self, id_: str, message: Document, in_doubt: bool, tries: Tries) -> Document | Failure:
        if in_doubt:
            there = self.sender.try_once(self.to_get(id_), tries)
            if isinstance(there, Failure) or _has_message(there, message["id"]):
                return there
        added = self.sender.try_once(
            Call("POST", path_to(self.name, id_, "addMessage"), {"message": message}), tries
        )
        return added if isinstance(added, Failure) else added.get("resource", added)


def _has_message(document: Document, message_id: str) -> bool:
    return any(message.get("id") == message_id for message in documents_in(document.get("messages")))


def _next_token(page: Document) -> str:
    pagination = page.get("pagination")
    token = pagination.get("nextPageToken") if isinstance(pagination, dict) else None
    return token if isinstance(token, str) else ""
