"""What stands behind a save link: who signed it, what it brings, and whose it becomes.

https://developers.google.com/wallet/retail/loyalty-cards/use-cases/jwt
"""

from collections.abc import Callable
from secrets import token_urlsafe
from typing import Any, TypeGuard

import orjson

from walletpass.clock import Clock
from walletpass.gpay.callbacks import CallbackKind
from walletpass.simulator.google.accounts import ServiceAccounts
from walletpass.simulator.google.calls import Document, refusal
from walletpass.simulator.google.memory import Kind, Memory
from walletpass.simulator.google.resources import Resources
from walletpass.simulator.google.signed_tokens import InvalidToken

_PAYLOAD = {Kind.CLASS: "loyaltyClasses", Kind.OBJECT: "loyaltyObjects"}
_FOR_ONE_USER = ("ONE_USER_ALL_DEVICES", "ONE_USER_ONE_DEVICE")

OnEvent = Callable[[CallbackKind, str], None]
"""Is given the object's id."""


class SaveLinks:
    def __init__(
        self,
        memory: Memory,
        accounts: ServiceAccounts,
        resources: Resources,
        clock: Clock,
        on_event: OnEvent,
    ) -> None:
        self._memory, self._accounts, self._resources = memory, accounts, resources
        self._clock, self._on_event = clock, on_event

    def save(self, account: str, token: str) -> list[str]:
        """A user pressed “Add”. The objects that are in the wallet now. Raises GoogleFault."""
        ids = self._memory.links.get(token) or self._bring(self._read(token))
        with self._memory.lock:
            for object_id in ids:
                self._check_owner(account, object_id)
            now = self._clock.now()
            added = [each for each in ids if self._memory.hold(account, each, now)]
        for object_id in added:
            self._on_event(CallbackKind.SAVE, object_id)
        return ids

    def insert(self, token: str, page: str) -> Document:
        """`jwt.insert`: the link it returns is short. `page` is where save links lead to."""
        claims = self._read(token)
        ids, short = self._bring(claims), token_urlsafe(24)
        with self._memory.lock:
            self._memory.links[short] = ids
            made = {
                name: [self._resources.show(kind, each["id"]) for each in claims["payload"].get(name, ())]
                for kind, name in _PAYLOAD.items()
            }
        return {"saveUri": f"{page}/{short}", "resources": made}

    def validate(self, request: Document) -> Document:
        """`jwt.validate`: nothing is created. Raises GoogleFault."""
        if ("jsonResource" in request) == ("jwtResource" in request):
            raise refusal(400, "invalidArgument", "Exactly one of jsonResource and jwtResource must be set.")
        if "jwtResource" in request:
            payload = self._read(_read_text(request["jwtResource"], "jwt"))["payload"]
        else:
            payload = _read_json(_read_text(request["jsonResource"], "json"))
        for kind, name in _PAYLOAD.items():
            for document in payload.get(name, ()):
                if set(document) - {"id", "classId"}:
                    self._resources.judge(kind, document)
        return {}

    def _read(self, token: str) -> dict[str, Any]:
        try:
            claims = self._accounts.read_signed(token)
        except InvalidToken as invalid:
            raise refusal(400, "invalidJwt", str(invalid)) from None
        if claims.get("aud") != "google" or claims.get("typ") not in ("savetowallet", "savetoandroidpay"):
            raise refusal(400, "invalidJwt", "aud must be google and typ savetowallet.")
        if not isinstance(claims.get("iat"), int) or not _is_payload(claims.get("payload")):
            raise refusal(400, "invalidJwt", "iat or payload is missing.")
        if not claims["payload"].get(_PAYLOAD[Kind.OBJECT]):
            raise refusal(400, "invalidJwt", "The payload names no object.")
        return claims

    def _bring(self, claims: dict[str, Any]) -> list[str]:
        """Create what does not exist yet; what exists stays as it is. The objects' ids."""

        def permit(resource_id: str) -> None:
            self._accounts.permit(claims["iss"], resource_id)

        for kind, name in _PAYLOAD.items():
            for document in claims["payload"].get(name, ()):
                permit(str(document.get("id")))
                if document.get("id") not in self._memory.resources[kind]:
                    self._resources.insert(kind, document, permit)
        return [each["id"] for each in claims["payload"][_PAYLOAD[Kind.OBJECT]]]

    def _check_owner(self, account: str, object_id: str) -> None:
        class_id = self._memory.resources[Kind.OBJECT][object_id]["classId"]
        status = self._memory.resources[Kind.CLASS][class_id].get("multipleDevicesAndHoldersAllowedStatus")
        if status in _FOR_ONE_USER and self._memory.owners.get(object_id, account) != account:
            raise refusal(403, "permissionDenied", "This pass was already saved by somebody else.")


def _read_text(resource: object, name: str) -> str:
    found = resource.get(name) if isinstance(resource, dict) else None
    if not isinstance(found, str):
        raise refusal(400, "invalidArgument", f"{name} must be a string.")
    return found


def _read_json(text: str) -> dict[str, Any]:
    """Of a whole set of claims, or of their payload only."""
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise refusal(400, "invalidArgument", "json is not JSON.") from None
    payload = found.get("payload", found) if isinstance(found, dict) else None
    if not _is_payload(payload):
        raise refusal(400, "invalidArgument", "json holds no payload.")
    return dict(payload)


def _is_payload(found: object) -> TypeGuard[dict[str, list[Document]]]:
    return isinstance(found, dict) and all(
        isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries)
        for entries in found.values()
    )
