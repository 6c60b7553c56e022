"""Senders of pushes to Apple: APNs over HTTP/2, and a twin that only says what it would do."""

import logging
import threading
from collections.abc import Callable

import pycurl

log = logging.getLogger(__name__)

_HOST = "https://api.push.apple.com"
_TIMEOUT = 30


class PushNotSent(Exception):
    """APNs did not take it; the reason holds no token."""


class ApnsPusher:
    """One warm connection per pass type. `certificate_for` gives its certificates and key, both as PEM.

    https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
    """

    def __init__(self, certificate_for: Callable[[str], tuple[bytes, bytes]], host: str = _HOST) -> None:
        self._certificate_for = certificate_for
        self._host = host
        self._handles: dict[str, pycurl.Curl] = {}
        self._lock = threading.Lock()

    def push(self, pass_type_identifier: str, push_token: str) -> None:
        """Raises PushNotSent."""
        with self._lock:
            handle = self._handles.get(pass_type_identifier) or self._open(pass_type_identifier)
            handle.setopt(pycurl.URL, f"{self._host}/3/device/{push_token}")
            try:
                handle.perform()
            except pycurl.error as error:
                raise PushNotSent(f"curl {error.args[0]}") from error
            status = handle.getinfo(pycurl.RESPONSE_CODE)
        if status != 200:
            raise PushNotSent(f"status {status}")

    def _open(self, pass_type_identifier: str) -> pycurl.Curl:
        certificates, key = self._certificate_for(pass_type_identifier)
        handle = pycurl.Curl()
        handle.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_2TLS)
        handle.setopt(pycurl.SSLCERT_BLOB, certificates)
        handle.setopt(pycurl.SSLKEY_BLOB, key)
        handle.setopt(pycurl.HTTPHEADER, [f"apns-topic: {pass_type_identifier}"])
        handle.setopt(pycurl.POSTFIELDS, "{}")
        handle.setopt(pycurl.TIMEOUT, _TIMEOUT)
        handle.setopt(pycurl.WRITEFUNCTION, lambda _: None)
        self._handles[pass_type_identifier] = handle
        return handle


class SilentPusher:
    """Development: phones are not woken; what would have been pushed is logged."""

    def push(self, pass_type_identifier: str, push_token: str) -> None:
        log.info("push.not_sent", extra={"pass_type": pass_type_identifier, "why": "development"})
