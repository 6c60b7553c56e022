"""Whether letters leave: the mail server is greeted, and no letter is sent."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from walletpass.mail import MailNotSent, SmtpMailer
from walletpass.operations.doctor.finding import Verdict, failed, ok, skipped
from walletpass.operations.doctor.installation import Installation


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
            f"The mail server {host} does not take letters from us ({why}).",
            "Look at SMTP_URL: host, port, user and password, and whether smtps:// is meant.",
        )
    else:
        yield ok(f"The mail server {host} takes letters from us.")
