"""Whether letters leave: the mail server is greeted, and no letter is sent."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from walletpass.mail import MailNotSent, SmtpMailer
from walletpass.operations.doctor.finding import Verdict, failed, ok, skipped
from walletpass.operations.doctor.installation import Installation

_WORDS = {
    socket.gaierror: "there is no such name",
    ConnectionError: "no connection comes about",
    TimeoutError: "it does not answer",
    ssl.SSLError: "its TLS certificate cannot be verified, or it does not speak TLS there",
    smtplib.SMTPAuthenticationError: "it does not know this user and password",
}


def check_mail(installation: Installation) -> Iterator[Verdict]:
    settings = installation.settings
    if not settings.smtp_url:
        tell = failed if installation.is_live else skipped
        yield tell(
            "There is no mail server: letters are printed on the terminal.",
            "Set SMTP_URL: customers get codes by e-mail, and staff their invitations.",
        )
        return
    host = urlsplit(settings.smtp_url).hostname
    try:
        SmtpMailer(settings.smtp_url, settings.mail_from).greet()
    except MailNotSent as why:
        yield failed(
            f"The mail server {host} does not take letters from us: {_tell(why)}.",
            "Look at SMTP_URL: host, port, user and password, and whether smtps:// is meant.",
        )
    else:
        yield ok(f"The mail server {host} takes letters from us.")


def _tell(why: MailNotSent) -> str:
    return next((words for kind, words in _WORDS.items() if isinstance(why.__cause__, kind)), str(why))
