"""What the sender's tests send with, and to whom."""

from pathlib import Path
from typing import Any, Self

from walletpass.apns.push import Answer, Push, Verdict
from walletpass.apns.sender import ApnsSender
from walletpass.clock import SystemClock
from walletpass.pkpass.development import load_development_signers

_TURNS = 600
_TURN = 0.1
"""Seconds."""
_ROUNDS = 200


class Caller:
    """Keeps a sender's window full until everything is answered; ends it in the end."""

    def __init__(self, sender: ApnsSender) -> None:
        self.sender = sender

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.sender.close()

    def send(self, *pushes: Push) -> list[Answer]:
        """One answer for each push, in the pushes' order, or the test fails."""
        waiting, answers = list(reversed(pushes)), dict[int, Answer]()
        for _ in range(_TURNS):
            while waiting and self.sender.free:
                self.sender.submit(waiting.pop())
            for answer in self.sender.poll(_TURN):
                assert answer.push.id not in answers, "answered twice"
                answers[answer.push.id] = answer
            if len(answers) == len(pushes):
                return [answers[push.id] for push in pushes]
        raise AssertionError(f"{len(pushes) - len(answers)} of {len(pushes)} got no answer")

    def send_until_accepted(self, *pushes: Push) -> None:
        """What is to be tried later is tried again, and nothing else may be said of it."""
        left = list(pushes)
        for _ in range(_ROUNDS):
            answers = self.send(*left)
            assert {answer.verdict for answer in answers} <= {Verdict.ACCEPTED, Verdict.LATER}
            left = [answer.push for answer in answers if answer.verdict is Verdict.LATER]
            if not left:
                return
        raise AssertionError(f"{len(left)} of {len(pushes)} were not accepted")


class Chain:
    """A development chain: its folder, its root, its one pass type and that one's credentials."""

    def __init__(self, folder: Path) -> None:
        now = SystemClock().now()
        signers = load_development_signers(folder, now)
        self.folder = folder
        self.roots = (folder / "root.pem").read_bytes()
        (self.pass_type,) = signers.pass_type_identifiers
        self.credentials = signers.for_pass_type(self.pass_type, now).client_certificate()

    def push(self, number: int) -> Push:
        return Push(number, self.pass_type, f"{number:064x}")

    def pushes(self, count: int) -> list[Push]:
        return [self.push(number) for number in range(1, count + 1)]

    def caller(self, address: str, **options: Any) -> Caller:
        """Shows the chain's credentials and trusts its root."""
        return Caller(ApnsSender(lambda _: self.credentials, address, self.roots, **options))


def told(answers: list[Answer]) -> set[tuple[Verdict, str]]:
    return {(answer.verdict, answer.reason) for answer in answers}
