"""E-mail to a real SMTP server on a real socket."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from support.servers import free_port

from walletpass.mail import MailNotSent, SmtpMailer


class Postbox:
    """Takes letters, but none for a full box."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address.startswith("full@"):
            return "452 4.2.2 Mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 OK"


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, SmtpMailer]]:
    box, port = Postbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, SmtpMailer(f"smtp://127.0.0.1:{port}", "cards@shop.example")
    controller.stop()


def test_a_letter_arrives_as_it_was_written(postbox: tuple[Postbox, SmtpMailer]) -> None:
    box, mailer = postbox
    mailer.send("anna@example.com", "A kódod: 123456", "Szőke Ödön, ez a kódod:\n\n123456\n")
    (letter,) = box.letters
    assert (letter["From"], letter["To"]) == ("cards@shop.example", "anna@example.com")
    assert letter["Subject"] == "A kódod: 123456"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content().replace("\r\n", "\n") == "Szőke Ödön, ez a kódod:\n\n123456\n"


def test_what_the_server_does_not_take_is_told_without_the_address(
    postbox: tuple[Postbox, SmtpMailer],
) -> None:
    box, mailer = postbox
    with pytest.raises(MailNotSent) as caught:
        mailer.send("full@example.com", "Hello", "Hello")
    assert "example.com" not in str(caught.value)
    assert box.letters == []


def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(MailNotSent):
        SmtpMailer(f"smtp://127.0.0.1:{free_port()}", "cards@shop.example").send("a@example.com", "x", "x")


@pytest.mark.parametrize("subject", ["Hello\nBcc: everybody@example.com", "Hello\r\n\r\nBody"])
def test_a_subject_cannot_smuggle_in_a_header(postbox: tuple[Postbox, SmtpMailer], subject: str) -> None:
    box, mailer = postbox
    mailer.send("anna@example.com", subject, "x")
    (letter,) = box.letters
    assert letter["Subject"] == " ".join(subject.split())
    assert letter["Bcc"] is None
