"""Senders of e-mail: SMTP, and a twin that only prints."""

import logging
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import make_msgid
from urllib.parse import unquote, urlsplit

log = logging.getLogger(__name__)

_TIMEOUT = 20
_PORTS = {"smtp": 587, "smtps": 465}


class MailNotSent(Exception):
    """The server did not take it; the reason holds no address and no text."""


class SmtpMailer:
    """`smtp://` begins in the clear and changes to TLS where the server offers it; `smtps://` is all TLS."""

    def __init__(self, url: str, sender: str) -> None:
        self._parts = urlsplit(url)
        self._sender = sender

    def send(self, to: str, subject: str, text: str) -> None:
        """Raises MailNotSent."""
        message = EmailMessage()
        # A shop's name may stand in a subject; a line end in it would be refused as a forged header.
        message["From"], message["To"], message["Subject"] = self._sender, to, " ".join(subject.split())
        message["Message-ID"] = make_msgid(domain=self._sender.partition("@")[2])
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        with self._signed_in() as server:
            server.send_message(message)

    def greet(self) -> None:
        """Sign in and leave again. Raises MailNotSent."""
        with self._signed_in() as server:
            server.noop()

    @contextmanager
    def _signed_in(self) -> Iterator[smtplib.SMTP]:
        """Raises MailNotSent, also for what is said inside."""
        context = ssl.create_default_context()
        try:
            with self._connect(context) as server:
                if self._parts.scheme == "smtp":
                    server.ehlo()
                    if server.has_extn("starttls"):
                        server.starttls(context=context)
                if self._parts.username:
                    server.login(unquote(self._parts.username), unquote(self._parts.password or ""))
                yield server
        except (OSError, smtplib.SMTPException) as error:
            raise MailNotSent(type(error).__name__) from error

    def _connect(self, context: ssl.SSLContext) -> smtplib.SMTP:
        host, port = self._parts.hostname or "", self._parts.port or _PORTS[self._parts.scheme]
        if self._parts.scheme == "smtps":
            return smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT, context=context)
        return smtplib.SMTP(host, port, timeout=_TIMEOUT)


class PrintedMailer:
    """Development: every letter on the terminal, whole, so that its links and codes can be used."""

    def send(self, to: str, subject: str, text: str) -> None:
        print(
            f"\n--- mail (printed, not sent) ---\nTo: {to}\nSubject: {subject}\n\n{text}\n---\n", flush=True
        )
